/** Draws what a visible signature shows, as a PDF of one page: previewed as it is, and put into documents as a form. */
import fontkit from '@cantoo/fontkit';
import { PDFDocument, type PDFImage, type PDFPage, rgb } from 'pdf-lib';
import { SigningError } from '../signingError.ts';
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

interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
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

async function drawImage(page: PDFPage, bytes: Uint8Array, box: Box): Promise<void> {
	const image = await embedImage(page.doc, bytes);
	if (typeof image === 'string') {
		drawVector(page, image, box);
		return;
	}
	const { width, height } = image.scaleToFit(box.width, box.height);
	page.drawImage(image, {
		x: box.x + (box.width - width) / 2,
		y: box.y + (box.height - height) / 2,
		width,
		height,
	});
}

/** An image of pixels, or the text of an SVG. */
async function embedImage(document: PDFDocument, bytes: Uint8Array): Promise<PDFImage | string> {
	try {
		if (bytes[0] === 0x89 && bytes[1] === 0x50) return await document.embedPng(bytes);
		if (bytes[0] === 0xff && bytes[1] === 0xd8) return await document.embedJpg(bytes);
	} catch (cause) {
		throw unreadable('the image is damaged', cause);
	}
	const text = Buffer.from(bytes).toString('utf8');
	if (/<svg[\s>]/.test(text.slice(0, 4096))) return text;
	throw unreadable('the image is neither PNG nor JPEG nor SVG');
}

/** SVG as paths, fitted into the box. */
function drawVector(page: PDFPage, svg: string, box: Box): void {
	const { width, height } = svgSize(svg);
	const scale = Math.min(box.width / width, box.height / height);
	try {
		page.drawSvg(svg, {
			x: box.x + (box.width - width * scale) / 2,
			y: box.y + (box.height + height * scale) / 2,
			width: width * scale,
			height: height * scale,
		});
	} catch (cause) {
		throw unreadable('the SVG cannot be drawn', cause);
	}
}

function svgSize(svg: string): { readonly width: number; readonly height: number } {
	const [tag = ''] = /<svg[^>]*>/.exec(svg) ?? [];
	const viewBox = /\bviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.e]+)[\s,]+([\d.e]+)/.exec(tag);
	const width = Number(viewBox?.[1] ?? /\bwidth\s*=\s*["']\s*([\d.]+)/.exec(tag)?.[1]);
	const height = Number(viewBox?.[2] ?? /\bheight\s*=\s*["']\s*([\d.]+)/.exec(tag)?.[1]);
	if (!(width > 0 && height > 0))
		throw unreadable('the SVG does not say how large it is (width and height, or viewBox)');
	return { width, height };
}

const unreadable = (message: string, cause?: unknown): SigningError =>
	new SigningError('image-unreadable', message, cause === undefined ? {} : { cause });
