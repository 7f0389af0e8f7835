/** Draws what a visible signature shows, as a PDF of one page: previewed as it is, and put into documents as a form. */
import fontkit from '@cantoo/fontkit';
import { PDFDocument, type PDFPage, rgb } from 'pdf-lib';
import { type Box, drawImage } from './drawImage.ts';
import { MarkFonts } from './markFonts.ts';
import { type TextRun, textRuns } from './textRuns.ts';

export interface MarkDrawing {
	/** Lines separated by line breaks, empty for none; long ones are broken between words. */
	readonly text: string;
	/** PNG, JPEG or SVG. */
	readonly image?: Uint8Array | undefined;
	/** As displayed, in 1/72 inch. */
	readonly width: number;
	readonly height: number;
}

export interface Mark {
	/** A PDF of one page as large as the mark, fonts embedded. */
	readonly pdf: Uint8Array;
	/** Characters that no font has, drawn as question marks. */
	readonly missingCharacters: readonly string[];
}

const LARGEST_FONT = 12;
const SMALLEST_FONT = 3;
const LEADING = 1.25;
/** Of the shorter side. */
const MARGIN = 0.06;
/** Of the width, where there is text beside the image. */
const IMAGE_SHARE = 0.38;
const ink = rgb(0.09, 0.13, 0.25);

/** @throws {SigningError} `image-unreadable`. */
export async function drawMark({ text, image, width, height }: MarkDrawing): Promise<Mark> {
	const lines = text === '' ? [] : text.split('\n');
	const document = await PDFDocument.create({ updateMetadata: false });
	document.registerFontkit(fontkit);
	const page = document.addPage([width, height]);
	const margin = Math.min(width, height) * MARGIN;
	const inner: Box = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin };
	const missing = new Set<string>();
	if (image) {
		const share = lines.length > 0 ? { ...inner, width: inner.width * IMAGE_SHARE } : inner;
		await drawImage(page, image, share);
	}
	if (lines.length > 0) {
		const left = image ? inner.width * IMAGE_SHARE + margin : 0;
		await drawText(page, lines, { ...inner, x: inner.x + left, width: inner.width - left }, missing);
	}
	const pdf = await document.save({ useObjectStreams: false, addDefaultPage: false });
	return { pdf, missingCharacters: [...missing] };
}

async function drawText(page: PDFPage, lines: readonly string[], box: Box, missing: Set<string>): Promise<void> {
	const fonts = new MarkFonts(page.doc);
	const words = await Promise.all(
		lines.map((line) => Promise.all(splitWords(line).map((word) => measureWord(word, fonts, missing)))),
	);
	const { size, broken } = largestFit(words, box);
	const block = broken.length * size * LEADING;
	let baseline = box.y + box.height - Math.max(0, (box.height - block) / 2) - size;
	for (const line of broken) {
		let x = box.x;
		for (const { text, font } of await textRuns(line, fonts, missing)) {
			page.drawText(text, { x, y: baseline, size, font, color: ink });
			x += font.widthOfTextAtSize(text, size);
		}
		baseline -= size * LEADING;
	}
}

interface Word {
	readonly text: string;
	/** At size 1. */
	readonly width: number;
}

/** Words with the blanks before them; scripts without blanks break anywhere. */
function splitWords(line: string): readonly string[] {
	return (
		line.match(
			/\s*(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+)/gu,
		) ?? []
	);
}

async function measureWord(text: string, fonts: MarkFonts, missing: Set<string>): Promise<Word> {
	const runs: readonly TextRun[] = await textRuns(text, fonts, missing);
	return { text, width: runs.reduce((sum, run) => sum + run.font.widthOfTextAtSize(run.text, 1), 0) };
}

/** The largest type, up to 12 points, with which everything fits. */
function largestFit(
	lines: readonly (readonly Word[])[],
	box: Box,
): { readonly size: number; readonly broken: readonly string[] } {
	for (let size = LARGEST_FONT; ; size -= 0.25) {
		const broken = lines.flatMap((words) => breakLine(words, box.width / size));
		const tooWide = lines.some((words) => words.some(({ width }) => width * size > box.width));
		if (size <= SMALLEST_FONT || (!tooWide && broken.length * size * LEADING <= box.height)) return { size, broken };
	}
}

function breakLine(words: readonly Word[], width: number): readonly string[] {
	const lines: string[] = [''];
	let used = 0;
	for (const word of words) {
		if (used > 0 && used + word.width > width) {
			lines.push('');
			used = 0;
		}
		lines.push((lines.pop() ?? '') + (used === 0 ? word.text.trimStart() : word.text));
		used += word.width;
	}
	return lines;
}
