/** An image in a mark: PNG, JPEG as its camera was held, SVG as paths. */
import {
	concatTransformationMatrix,
	drawObject,
	type PDFDocument,
	type PDFImage,
	type PDFPage,
	popGraphicsState,
	pushGraphicsState,
} from 'pdf-lib';
import { SigningError } from '../signingError.ts';
import { inspectJpeg } from './jpeg.ts';
import { identity, type Matrix, multiply } from './matrix.ts';
import { drawSvg } from './svg/drawSvg.ts';

/** In 1/72 inch, from the lower left corner. */
export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** A mark shows a fraction of that; each pixel of a PNG is unpacked here, those of a JPEG are not. */
const MOST_PIXELS = 16_000_000;

/**
 * Draws an image as large as it fits into the box.
 *
 * @param bytes PNG, JPEG or SVG.
 * @throws {SigningError} `image-unreadable`.
 */
export async function drawImage(page: PDFPage, bytes: Uint8Array, box: Box): Promise<void> {
	if (isPng(bytes)) placeImage(page, await embedPng(page.doc, bytes), box, 1);
	else if (bytes[0] === 0xff && bytes[1] === 0xd8) {
		const { orientation, isWhole } = inspectJpeg(bytes);
		if (!isWhole) throw unreadable('the image is damaged');
		placeImage(page, await embed(() => page.doc.embedJpg(bytes)), box, orientation);
	} else drawVector(page, Buffer.from(bytes).toString('utf8'), box);
}

/** By Exif's orientation, the unit square that an image fills onto itself. */
const turns: Readonly<Record<number, Matrix>> = {
	1: [1, 0, 0, 1, 0, 0],
	2: [-1, 0, 0, 1, 1, 0],
	3: [-1, 0, 0, -1, 1, 1],
	4: [1, 0, 0, -1, 0, 1],
	5: [0, -1, -1, 0, 1, 1],
	6: [0, -1, 1, 0, 0, 1],
	7: [0, 1, 1, 0, 0, 0],
	8: [0, 1, -1, 0, 1, 0],
};

/** As large as it fits, in the middle. */
function placeImage(page: PDFPage, image: PDFImage, box: Box, orientation: number): void {
	const [across, up] = orientation > 4 ? [image.height, image.width] : [image.width, image.height];
	const scale = Math.min(box.width / across, box.height / up);
	const [width, height] = [across * scale, up * scale];
	const [x, y] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
	const matrix = multiply([width, 0, 0, height, x, y], turns[orientation] ?? identity);
	const name = page.node.newXObject('Image', image.ref);
	page.pushOperators(pushGraphicsState(), concatTransformationMatrix(...matrix), drawObject(name), popGraphicsState());
}

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50;

function embedPng(document: PDFDocument, bytes: Uint8Array): Promise<PDFImage> {
	if (pixelsOfPng(bytes) > MOST_PIXELS) {
		throw unreadable(`the image has more than ${MOST_PIXELS / 1_000_000} million pixels`);
	}
	return embed(() => document.embedPng(bytes));
}

async function embed(read: () => Promise<PDFImage>): Promise<PDFImage> {
	try {
		return await read();
	} catch (cause) {
		throw unreadable('the image is damaged', cause);
	}
}

function drawVector(page: PDFPage, text: string, box: Box): void {
	if (!/<(?:[\w-]+:)?svg[\s>]/.test(text.slice(0, 4096))) throw unreadable('the image is neither PNG nor JPEG nor SVG');
	try {
		drawSvg(page, text, box);
	} catch (cause) {
		throw unreadable(`the SVG cannot be drawn: ${cause instanceof Error ? cause.message : cause}`, cause);
	}
}

/** As its header says, which stands first (ISO/IEC 15948, 11.2.2); 0 where it is cut off. */
function pixelsOfPng(bytes: Uint8Array): number {
	if (bytes.length < 24) return 0;
	const header = new DataView(bytes.buffer, bytes.byteOffset);
	return header.getUint32(16) * header.getUint32(20);
}

const unreadable = (message: string, cause?: unknown): SigningError =>
	new SigningError('image-unreadable', message, cause === undefined ? {} : { cause });
