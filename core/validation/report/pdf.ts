/** The verdict for people, as a PDF: the same words as the HTML report. */
import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';
import type { DocumentVerdict } from '../verdict/verdict.ts';
import { inEnglish, summarise, timeSentences } from './sentences.ts';
import { signatureRows } from './signatureRows.ts';

export async function pdfReport(file: string, verdict: DocumentVerdict): Promise<Uint8Array> {
	const document = await PDFDocument.create();
	document.setTitle(`Signatures of ${file}`);
	const writer = new Writer(
		document,
		await document.embedFont(StandardFonts.Helvetica),
		await document.embedFont(StandardFonts.HelveticaBold),
	);
	writer.line(file, { size: 16, bold: true });
	writer.line(verdict.indication, { bold: true });
	for (const sentence of summarise(verdict)) writer.line(inEnglish(sentence));
	for (const signature of verdict.signatures) {
		writer.space();
		writer.line(signature.signer?.subject.displayName ?? 'Unknown signer', { size: 13, bold: true });
		for (const sentence of timeSentences(signature)) writer.line(inEnglish(sentence));
		for (const { message } of [...signature.errors, ...signature.warnings]) writer.line(`• ${message}`);
		for (const [label, value] of signatureRows(signature))
			writer.line(label ? `${label}: ${value}` : value, { size: 9 });
	}
	writer.space();
	writer.line(`Judged for ${verdict.time.toISOString()} by "${verdict.policy}".`, { size: 8 });
	return document.save();
}

const MARGIN = 56;
const A4: [number, number] = [595.28, 841.89];

/** Lines from top to bottom, broken at words, over as many pages as they need. */
class Writer {
	readonly #document: PDFDocument;
	readonly #regular: PDFFont;
	readonly #bold: PDFFont;
	#page: PDFPage;
	#y = A4[1] - MARGIN;

	constructor(document: PDFDocument, regular: PDFFont, bold: PDFFont) {
		this.#document = document;
		this.#regular = regular;
		this.#bold = bold;
		this.#page = document.addPage(A4);
	}

	space(): void {
		this.#y -= 14;
	}

	line(text: string, { size = 11, bold = false }: { size?: number; bold?: boolean } = {}): void {
		const font = bold ? this.#bold : this.#regular;
		for (const part of breakLine(encodable(text), font, size, A4[0] - 2 * MARGIN)) {
			if (this.#y < MARGIN + size) {
				this.#page = this.#document.addPage(A4);
				this.#y = A4[1] - MARGIN;
			}
			this.#y -= size * 1.35;
			this.#page.drawText(part, { x: MARGIN, y: this.#y, size, font, color: rgb(0.1, 0.1, 0.1) });
		}
	}
}

/** The standard fonts know Windows-1252; what it lacks is shown as its nearest letter, or a question mark. */
function encodable(text: string): string {
	return [...text.replaceAll('←', '<-')]
		.map((letter) => (isEncodable(letter) ? letter : (letter.normalize('NFD')[0] ?? '?')))
		.map((letter) => (isEncodable(letter) ? letter : '?'))
		.join('');
}

const isEncodable = (letter: string): boolean => /^[\x20-\x7e\xa0-\xff•–—‘’“”€…]$/u.test(letter);

function breakLine(text: string, font: PDFFont, size: number, width: number): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ').flatMap((long) => long.match(/.{1,60}/gu) ?? [''])) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (line !== '' && font.widthOfTextAtSize(longer, size) > width) {
			lines.push(line);
			line = word;
		} else line = longer;
	}
	return [...lines, line];
}
