/** A contract to sign: two pages of real text in embedded fonts, with a place for two signatures on the last page. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fontkit from '@cantoo/fontkit';
import { PDFDocument, type PDFFont, type PDFPage, rgb } from 'pdf-lib';

/** Where the supplier signs: a page from 1 and a rectangle in points from the lower left corner. */
export const supplierPlace = { page: 2, x: 72, y: 446, width: 204, height: 58 } as const;
export const clientPlace = { page: 2, x: 319, y: 446, width: 204, height: 58 } as const;

/** Serif for reading, its semibold for what structures the text. */
interface Fonts {
	readonly regular: PDFFont;
	readonly italic: PDFFont;
	readonly bold: PDFFont;
}

const A4 = { width: 595.28, height: 841.89 };
const margin = { left: 72, right: 72, top: 76, bottom: 84 };
const ink = rgb(0.11, 0.13, 0.17);
const quiet = rgb(0.42, 0.45, 0.5);
const accent = rgb(0.1, 0.25, 0.45);
const size = 10.5;
const leading = 15.5;

const title = 'Framework agreement on consulting';
const reference = 'Agreement no. 2026-117';

const introduction =
	'This agreement is made between Fjord & Sønner AS, Strandgaten 12, 5013 Bergen (the Client), and Nordlys Design ' +
	'AS, Storgata 41, 9008 Tromsø (the Supplier). It states what the Supplier does for the Client, what the Client pays ' +
	'for it, and what happens when something does not go as planned.';

const sections: readonly { readonly heading: string; readonly paragraphs: readonly string[] }[] = [
	{
		heading: 'Scope',
		paragraphs: [
			'The Supplier designs and maintains the Client’s public website and the forms by which customers order. Each ' +
				'piece of work is described in a call-off of its own: what is delivered, by whom, when, and how the parties see ' +
				'that it is done.',
			'A call-off is binding once both parties have signed it. Where a call-off and this agreement differ, the ' +
				'call-off decides for the work that it describes, and for nothing else.',
		],
	},
	{
		heading: 'Term and notice',
		paragraphs: [
			'The agreement runs from 1 December 2026 for two years. It is then prolonged by one year at a time unless a ' +
				'party gives notice three months before the end. Call-offs that are under way are finished on the terms agreed.',
		],
	},
	{
		heading: 'Fees and payment',
		paragraphs: [
			'Work is charged by the hour at NOK 1,450, exclusive of value added tax. The rate follows the consumer price ' +
				'index once a year, for the first time on 1 January 2028. Travel is charged at cost, and only where the Client ' +
				'has agreed to it in advance.',
			'Invoices are sent monthly with a list of hours for each call-off, and are due within thirty days. An invoice ' +
				'that is disputed in part is paid for the part that is not.',
		],
	},
	{
		heading: 'Rights to the results',
		paragraphs: [
			'The Client owns what is made for it from the moment it is paid for. The Supplier keeps its tools, methods and ' +
				'general knowledge, and may use software under open licences where the licence is named in the delivery.',
		],
	},
	{
		heading: 'Confidentiality',
		paragraphs: [
			'Each party keeps to itself what it learns of the other’s business, customers and security, for as long as the ' +
				'agreement runs and five years thereafter. Personal data is handled under a separate data processing agreement.',
		],
	},
	{
		heading: 'Liability',
		paragraphs: [
			'A party that does not keep its word makes good the direct loss that follows. Liability is limited, for each ' +
				'year, to the fees paid in that year, save for intent, gross negligence and breach of confidentiality.',
		],
	},
	{
		heading: 'Law and disputes',
		paragraphs: [
			'Norwegian law applies. The parties try to settle a dispute between themselves first, within thirty days; after ' +
				'that it is heard by Hordaland District Court.',
		],
	},
];

const closing =
	'This agreement is signed electronically. The signed file is the original; each party keeps a copy of it.';

/** @returns the PDF; the same bytes for the same `date`. */
export async function sampleContract(date: Date = new Date('2026-11-02T09:00:00Z')): Promise<Uint8Array> {
	const document = await PDFDocument.create({ updateMetadata: false });
	document.registerFontkit(fontkit);
	const fonts = {
		regular: await document.embedFont(fontFile('400-normal'), { subset: true }),
		italic: await document.embedFont(fontFile('400-italic'), { subset: true }),
		bold: await document.embedFont(fontFile('600-normal'), { subset: true }),
	};
	document.setTitle(title, { showInWindowTitleBar: true });
	document.setAuthor('Fjord & Sønner AS');
	document.setSubject(reference);
	document.setLanguage('en');
	document.setCreationDate(date);
	document.setModificationDate(date);

	const writer = new ContractWriter(document, fonts);
	writer.head();
	writer.paragraph(introduction);
	for (const [index, section] of sections.entries()) {
		writer.heading(`${index + 1}`, section.heading, section.paragraphs[0] ?? '');
		for (const text of section.paragraphs) writer.paragraph(text);
	}
	writer.paragraph(closing);
	writer.signatures();
	writer.feet();
	return document.save({ useObjectStreams: false });
}

function fontFile(style: string): Uint8Array {
	const file = `@fontsource/source-serif-4/files/source-serif-4-latin-${style}.woff`;
	return readFileSync(fileURLToPath(import.meta.resolve(file)));
}

/** Sets text from the top down, on as many pages as it takes. */
class ContractWriter {
	readonly #document: PDFDocument;
	readonly #fonts: Fonts;
	readonly #pages: PDFPage[] = [];
	#page: PDFPage;
	#y = 0;

	constructor(document: PDFDocument, fonts: Fonts) {
		this.#document = document;
		this.#fonts = fonts;
		this.#page = this.#newPage();
	}

	head(): void {
		const { regular, bold } = this.#fonts;
		this.#text('Fjord & Sønner AS', margin.left, bold, 10, accent);
		this.#page.drawText(reference, {
			x: A4.width - margin.right - regular.widthOfTextAtSize(reference, 9),
			y: this.#y,
			size: 9,
			font: regular,
			color: quiet,
		});
		this.#y -= 12;
		this.#rule(margin.left, A4.width - margin.right);
		this.#y -= 46;
		this.#text(title, margin.left, bold, 22, ink);
		this.#y -= 32;
	}

	heading(number: string, text: string, first: string): void {
		const { bold } = this.#fonts;
		const lines = Math.min(2, wrap(first, this.#fonts.regular, textWidth).length);
		this.#require(34 + lines * leading);
		this.#y -= 8;
		this.#text(number, margin.left - 22, bold, 11.5, accent);
		this.#text(text, margin.left, bold, 11.5, ink);
		this.#y -= 18;
	}

	paragraph(text: string): void {
		for (const line of wrap(text, this.#fonts.regular, textWidth)) {
			this.#require(leading);
			this.#text(line, margin.left, this.#fonts.regular, size, ink);
			this.#y -= leading;
		}
		this.#y -= 7;
	}

	signatures(): void {
		const parties = [
			{ place: supplierPlace, role: 'For the Supplier', name: 'Nordlys Design AS' },
			{ place: clientPlace, role: 'For the Client', name: 'Fjord & Sønner AS' },
		];
		for (const { place, role, name } of parties) {
			this.#y = place.y + place.height + 12;
			this.#text(role, place.x, this.#fonts.bold, size, ink);
			this.#y = place.y - 4;
			this.#rule(place.x, place.x + place.width);
			this.#y = place.y - 18;
			this.#text(name, place.x, this.#fonts.regular, 9.5, quiet);
		}
	}

	/** Page numbers, once it is known how many pages there are. */
	feet(): void {
		const { italic } = this.#fonts;
		for (const [index, page] of this.#pages.entries()) {
			const label = `${title} · ${reference}`;
			const number = `${index + 1} of ${this.#pages.length}`;
			const y = 46;
			page.drawText(label, { x: margin.left, y, size: 8.5, font: italic, color: quiet });
			const x = A4.width - margin.right - italic.widthOfTextAtSize(number, 8.5);
			page.drawText(number, { x, y, size: 8.5, font: italic, color: quiet });
		}
	}

	#newPage(): PDFPage {
		const page = this.#document.addPage([A4.width, A4.height]);
		this.#pages.push(page);
		this.#y = A4.height - margin.top;
		return page;
	}

	#require(height: number): void {
		if (this.#y - height < margin.bottom) this.#page = this.#newPage();
	}

	#text(text: string, x: number, font: PDFFont, fontSize: number, color: typeof ink): void {
		this.#page.drawText(text, { x, y: this.#y, size: fontSize, font, color });
	}

	#rule(from: number, to: number): void {
		const y = this.#y;
		this.#page.drawLine({ start: { x: from, y }, end: { x: to, y }, thickness: 0.6, color: quiet });
	}
}

const textWidth = A4.width - margin.left - margin.right;

/** Breaks text into lines no wider than `width`. */
function wrap(text: string, font: PDFFont, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (line !== '' && font.widthOfTextAtSize(longer, size) > width) {
			lines.push(line);
			line = word;
		} else line = longer;
	}
	return line === '' ? lines : [...lines, line];
}
