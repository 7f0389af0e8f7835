/** New PDFs that conform to PDF/A-3B (ISO 19005-3): embedded fonts, colours that mean something, files with their relation. */
import { randomBytes } from 'node:crypto';
import fontkit from '@cantoo/fontkit';
import { AFRelationship, PDFDocument, PDFHexString, PDFName, type PDFPage, rgb } from 'pdf-lib';
import { MarkFonts } from '../../core/pades/appearance/markFonts.ts';
import { textRuns } from '../../core/pades/appearance/textRuns.ts';

const A4: [width: number, height: number] = [595.28, 841.89];
const MARGIN = 64;
const LEADING = 1.4;
const ink = rgb(0.11, 0.13, 0.17);
const producer = 'Paraph';

export interface Attachment {
	readonly name: string;
	readonly mediaType: string;
	readonly description: string;
	readonly bytes: Uint8Array;
}

/** Text from top to bottom over as many pages as it takes, in every script that Paraph has fonts for. */
export class ArchivalPdf {
	readonly #document: PDFDocument;
	readonly #fonts: MarkFonts;
	readonly #title: string;
	readonly #date: Date;
	#page: PDFPage;
	#y = A4[1] - MARGIN;

	private constructor(document: PDFDocument, title: string, date: Date) {
		this.#document = document;
		this.#title = title;
		this.#date = date;
		this.#fonts = new MarkFonts(document);
		this.#page = this.#newPage();
	}

	static async create(title: string, language: string, date: Date): Promise<ArchivalPdf> {
		const document = await PDFDocument.create({ updateMetadata: false });
		document.registerFontkit(fontkit);
		document.setTitle(title, { showInWindowTitleBar: true });
		document.setLanguage(language);
		document.setProducer(producer);
		document.setCreator(producer);
		// XMP and the information dictionary say the same, to the second.
		const whole = new Date(Math.floor(date.getTime() / 1000) * 1000);
		document.setCreationDate(whole);
		document.setModificationDate(whole);
		return new ArchivalPdf(document, title, whole);
	}

	space(points = 10): void {
		this.#y -= points;
	}

	/** One paragraph, broken where it is too long. */
	async text(text: string, size = 10.5, indent = 0): Promise<void> {
		const width = A4[0] - 2 * MARGIN - indent;
		for (const line of await this.#broken(text, size, width)) {
			if (this.#y < MARGIN + size) {
				this.#page = this.#newPage();
				this.#y = A4[1] - MARGIN;
			}
			this.#y -= size * LEADING;
			let x = MARGIN + indent;
			for (const run of await textRuns(line, this.#fonts, new Set())) {
				this.#page.drawText(run.text, { x, y: this.#y, size, font: run.font, color: ink });
				x += run.font.widthOfTextAtSize(run.text, size);
			}
		}
	}

	async finish(attachments: readonly Attachment[]): Promise<Uint8Array> {
		for (const { name, mediaType, description, bytes } of attachments)
			await this.#document.attach(bytes, name, {
				mimeType: mediaType,
				description,
				creationDate: this.#date,
				modificationDate: this.#date,
				afRelationship: AFRelationship.Data,
			});
		this.#addMetadata();
		const id = PDFHexString.of(randomBytes(16).toString('hex'));
		this.#document.context.trailerInfo.ID = this.#document.context.obj([id, id]);
		return this.#document.save({ useObjectStreams: false });
	}

	/** Colours of the device get a meaning by what they are mapped to (ISO 19005-3, 6.2.4.3). */
	#newPage(): PDFPage {
		const page = this.#document.addPage(A4);
		const { context } = this.#document;
		const white = { WhitePoint: [0.9505, 1, 1.089] };
		const spaces = context.obj({
			DefaultGray: context.obj([PDFName.of('CalGray'), context.obj({ ...white, Gamma: 2.2 })]),
			DefaultRGB: context.obj([
				PDFName.of('CalRGB'),
				// The primaries of sRGB (IEC 61966-2-1).
				context.obj({
					...white,
					Gamma: [2.2, 2.2, 2.2],
					Matrix: [0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505],
				}),
			]),
		});
		page.node.normalizedEntries().Resources.set(PDFName.of('ColorSpace'), spaces);
		return page;
	}

	async #broken(text: string, size: number, width: number): Promise<readonly string[]> {
		const lines: string[] = [];
		let line = '';
		for (const word of text.split(/\s+/u).flatMap((long) => long.match(/.{1,72}/gu) ?? [])) {
			const longer = line === '' ? word : `${line} ${word}`;
			if (line !== '' && (await this.#widthOf(longer, size)) > width) {
				lines.push(line);
				line = word;
			} else line = longer;
		}
		return [...lines, line];
	}

	async #widthOf(text: string, size: number): Promise<number> {
		const runs = await textRuns(text, this.#fonts, new Set());
		return runs.reduce((sum, run) => sum + run.font.widthOfTextAtSize(run.text, size), 0);
	}

	#addMetadata(): void {
		const stamp = this.#date.toISOString().replace('.000Z', 'Z');
		const title = escapeXml(this.#title);
		const packet = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>${producer}</xmp:CreatorTool><pdf:Producer>${producer}</pdf:Producer>
<xmp:CreateDate>${stamp}</xmp:CreateDate><xmp:ModifyDate>${stamp}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
		const { context, catalog } = this.#document;
		const stream = context.stream(Buffer.from(packet, 'utf8'), { Type: 'Metadata', Subtype: 'XML' });
		catalog.set(PDFName.of('Metadata'), context.register(stream));
	}
}

const escapeXml = (text: string): string =>
	text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`).replace(/[^\P{Cc}\t\n\r]/gu, '');
