/** Finds where a page says a text, so that a mark can stand beside it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PDFPageProxy } from 'pdfjs-dist';
import type { ByteSource } from '../pdf/byteSource.ts';
import type { Place } from './options.ts';
import { SigningError } from './signingError.ts';

export interface TextPlace {
	/** Compared without regard to blanks: a line break in it or a wide gap does not matter. */
	readonly text: string;
	/** From 1, counted through the pages in order. */
	readonly occurrence: number;
	/** From the lower left corner of the text, in 1/72 inch; to its right where left out. */
	readonly offset: readonly [x: number, y: number] | undefined;
	readonly size: readonly [width: number, height: number];
}

/** Between a text and the mark on its right. */
const GAP = 6;
const CHUNK = 1 << 16;

/**
 * @param source the document's bytes; pages are read until the text is found.
 * @throws {SigningError} `text-not-found`.
 */
export async function findTextPlace(source: ByteSource, wanted: TextPlace, password?: string): Promise<Place> {
	const { getDocument, PDFDataRangeTransport, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
	class Transport extends PDFDataRangeTransport {
		override requestDataRange(begin: number, end: number): void {
			this.onDataRange(begin, Uint8Array.from(source.read(begin, end - begin)));
		}
	}
	const start = Uint8Array.from(source.read(0, Math.min(CHUNK, source.size)));
	const task = getDocument({
		range: new Transport(source.size, start),
		password: password ?? '',
		cMapUrl: join(pdfjsFolder(), 'cmaps/'),
		cMapPacked: true,
		standardFontDataUrl: join(pdfjsFolder(), 'standard_fonts/'),
		disableAutoFetch: true,
		disableStream: true,
		useSystemFonts: false,
		verbosity: VerbosityLevel.ERRORS,
	});
	try {
		const document = await task.promise;
		let left = wanted.occurrence;
		for (let number = 1; number <= document.numPages; number++) {
			const page = await document.getPage(number);
			const found = await occurrencesOn(page, wanted.text);
			const match = found[left - 1];
			if (match) return placeBeside(match, number, wanted);
			left -= found.length;
			page.cleanup();
		}
		const times = wanted.occurrence - left;
		throw new SigningError(
			'text-not-found',
			times === 0
				? `no page says '${wanted.text}'`
				: `the pages say '${wanted.text}' ${times} times, not ${wanted.occurrence} times`,
		);
	} finally {
		await task.destroy();
	}
}

function placeBeside(match: Occurrence, page: number, { offset, size: [width, height] }: TextPlace): Place {
	const [x, y] = offset ?? [match.width + GAP, 0];
	return { page, x: match.x + x, y: match.y + y, width, height };
}

/** On the page as displayed, from its lower left corner, in 1/72 inch. */
interface Occurrence {
	readonly x: number;
	readonly y: number;
	readonly width: number;
}

/** A piece of text as the page draws it. */
interface Piece {
	readonly text: string;
	/** In the joined text without blanks. */
	readonly start: number;
	readonly x: number;
	readonly y: number;
	readonly width: number;
}

async function occurrencesOn(page: PDFPageProxy, text: string): Promise<readonly Occurrence[]> {
	const pieces = await piecesOf(page);
	const joined = pieces.map((piece) => piece.text).join('');
	const sought = withoutBlanks(text);
	const found: Occurrence[] = [];
	for (let at = joined.indexOf(sought); at >= 0 && sought.length > 0; at = joined.indexOf(sought, at + sought.length)) {
		found.push(occurrenceAt(pieces, at, at + sought.length));
	}
	return found;
}

async function piecesOf(page: PDFPageProxy): Promise<readonly Piece[]> {
	const viewport = page.getViewport({ scale: 1 });
	const content = await page.getTextContent({ disableNormalization: false });
	const pieces: Piece[] = [];
	let start = 0;
	for (const item of content.items) {
		if (!('str' in item)) continue;
		const text = withoutBlanks(item.str);
		if (text === '') continue;
		const [x = 0, y = 0] = viewport.convertToViewportPoint(item.transform[4], item.transform[5]);
		// A viewport counts from the upper edge.
		pieces.push({ text, start, x, y: viewport.height - y, width: item.width * page.userUnit });
		start += text.length;
	}
	return pieces;
}

/** Within a piece, characters count as equally wide: near enough to stand beside. */
function occurrenceAt(pieces: readonly Piece[], start: number, end: number): Occurrence {
	const first = pieces.findLast((piece) => piece.start <= start);
	const last = pieces.findLast((piece) => piece.start < end);
	if (!first || !last) throw new TypeError('a match outside the text');
	const x = first.x + (first.width * (start - first.start)) / first.text.length;
	const right = last.x + (last.width * (end - last.start)) / last.text.length;
	return { x, y: first.y, width: Math.max(0, right - x) };
}

const withoutBlanks = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '');

const pdfjsFolder = (): string => dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
