import { type PDFDocument, type PDFPage, rgb } from 'pdf-lib';
import { MarkFonts } from '../../pades/appearance/markFonts.ts';
import { type TextRun, textRuns } from '../../pades/appearance/textRuns.ts';

export type Colour = readonly [red: number, green: number, blue: number];

export interface LineStyle {
	readonly size?: number;
	readonly colour?: Colour;
	/** A bar in the margin beside the line. */
	readonly bar?: Colour;
	/** In a column of its own before the text. */
	readonly label?: string;
}

const A4: [number, number] = [595.28, 841.89];
const MARGIN = 56;
const LABELS = 110;
const LEADING = 1.4;
const ink: Colour = [0.1, 0.1, 0.1];

/** Writes lines from top to bottom, broken at words, over as many pages as they need, in whatever script they are. */
export class PageWriter {
	readonly #document: PDFDocument;
	readonly #fonts: MarkFonts;
	#page: PDFPage;
	#y = A4[1] - MARGIN;

	constructor(document: PDFDocument) {
		this.#document = document;
		this.#fonts = new MarkFonts(document);
		this.#page = document.addPage(A4);
	}

	startPage(): void {
		this.#page = this.#document.addPage(A4);
		this.#y = A4[1] - MARGIN;
	}

	skip(height: number): void {
		this.#y -= height;
	}

	/** Begins a page where less than this is left of the present one. */
	keepTogether(height: number): void {
		if (this.#y < MARGIN + height) this.startPage();
	}

	async write(text: string, { size = 10.5, colour = ink, bar, label }: LineStyle = {}): Promise<void> {
		const left = MARGIN + (label === undefined ? 0 : LABELS);
		const lines = await this.#broken(text, size, A4[0] - MARGIN - left);
		for (const [index, line] of lines.entries()) {
			if (this.#y < MARGIN + size * LEADING) this.startPage();
			this.#y -= size * LEADING;
			if (bar)
				this.#page.drawRectangle({
					x: MARGIN - 10,
					y: this.#y - size * 0.35,
					width: 3,
					height: size * LEADING,
					color: rgb(...bar),
				});
			if (label && index === 0) this.#draw(await this.#runs(label), MARGIN, size, [0.35, 0.35, 0.35]);
			this.#draw(line, left, size, colour);
		}
	}

	#draw(runs: readonly TextRun[], start: number, size: number, colour: Colour): void {
		let x = start;
		for (const { text, font } of runs) {
			this.#page.drawText(text, { x, y: this.#y, size, font, color: rgb(...colour) });
			x += font.widthOfTextAtSize(text, size);
		}
	}

	/** Lines no wider than that; words longer than a line are cut. */
	async #broken(text: string, size: number, width: number): Promise<readonly (readonly TextRun[])[]> {
		const lines: (readonly TextRun[])[] = [];
		let line = '';
		let runs: readonly TextRun[] = [];
		for (const { before, text: word } of text.toWellFormed().split(/\s+/).flatMap(pieces)) {
			const longer = line === '' ? word : `${line}${before}${word}`;
			const wanted = await this.#runs(longer);
			if (line !== '' && widthOf(wanted, size) > width) {
				lines.push(runs);
				line = word;
				runs = await this.#runs(word);
			} else {
				line = longer;
				runs = wanted;
			}
		}
		return [...lines, runs];
	}

	#runs(text: string): Promise<readonly TextRun[]> {
		return textRuns(text, this.#fonts, new Set());
	}
}

/** A long word is cut where it must be, and no blank comes into it: it may be a path. */
const pieces = (word: string) =>
	(word.match(/.{1,48}/gsu) ?? ['']).map((text, index) => ({ before: index === 0 ? ' ' : '', text }));

const widthOf = (runs: readonly TextRun[], size: number): number =>
	runs.reduce((sum, { text, font }) => sum + font.widthOfTextAtSize(text, size), 0);
