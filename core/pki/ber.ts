import { DerError } from './der.ts';
import { der } from './derWriter.ts';

const maximumDepth = 64;

/**
 * A BER element (X.690 §8) as DER: definite, minimal lengths, strings in one piece.
 *
 * Values stay as they are: a SET keeps its order, so whoever digests one sorts it first. Bytes that already have DER's
 * lengths come back as a view, without a copy. Time is linear in the input and nesting is bounded.
 *
 * @throws {DerError} when the bytes end early, nest too deeply, or more follows.
 */
export function berToDer(bytes: Uint8Array): Uint8Array {
	const { der, extent } = firstElement(bytes);
	if (extent < bytes.length) throw new DerError('unexpected data after the last element', extent);
	return der;
}

/**
 * The first element as DER, and how many bytes it takes as it is written; others may follow (the zeros that fill a PDF
 * signature's gap).
 *
 * @throws {DerError} when the bytes end early, or nest too deeply.
 */
export function firstElement(bytes: Uint8Array): { readonly der: Uint8Array; readonly extent: number } {
	const whole = endOfDer(bytes, 0, bytes.length, 0);
	if (whole !== undefined) return { der: bytes.subarray(0, whole), extent: whole };
	const { element, end } = convert(bytes, 0, bytes.length, 0);
	return { der: element, extent: end };
}

/**
 * Where an element ends that is DER already, as nearly all are: looked at without making anything. Undefined where there is
 * something to convert or to refuse.
 */
function endOfDer(bytes: Uint8Array, start: number, limit: number, depth: number): number | undefined {
	if (depth > maximumDepth || start + 2 > limit) return undefined;
	const tag = bytes[start] ?? 0;
	let length = bytes[start + 1] ?? 0;
	let position = start + 2;
	if ((tag & 0x1f) === 0x1f || length === 0x80) return undefined;
	if (length > 0x80) {
		const contentStart = position + (length & 0x7f);
		if (contentStart > limit || bytes[position] === 0) return undefined;
		length = 0;
		while (position < contentStart) length = length * 256 + (bytes[position++] ?? 0);
		if (length < 0x80) return undefined;
	}
	const end = position + length;
	if (end > limit) return undefined;
	if ((tag & 0x20) === 0) return end;
	if (isStringInPieces(tag)) return undefined;
	while (position < end) {
		const next = endOfDer(bytes, position, end, depth + 1);
		if (next === undefined) return undefined;
		position = next;
	}
	return end;
}

interface Converted {
	/** DER; a view of the input where nothing had to change. */
	readonly element: Uint8Array;
	/** Where the element ended in the input. */
	readonly end: number;
}

function convert(bytes: Uint8Array, start: number, limit: number, depth: number): Converted {
	if (depth > maximumDepth) throw new DerError('nested too deeply', start);
	const header = readHeader(bytes, start, limit);
	if ((header.tag & 0x20) === 0) {
		if (header.length === undefined) throw new DerError('a primitive element of indefinite length', start);
		const end = header.contentStart + header.length;
		const element = header.minimal
			? bytes.subarray(start, end)
			: der(header.tag, bytes.subarray(header.contentStart, end));
		return { element, end };
	}
	const { children, unchanged, end } = convertChildren(bytes, start, header, limit, depth);
	if (isStringInPieces(header.tag)) return { element: joinPieces(header.tag & ~0x20, children, start), end };
	return { element: unchanged && header.minimal ? bytes.subarray(start, end) : der(header.tag, ...children), end };
}

function convertChildren(bytes: Uint8Array, start: number, header: Header, limit: number, depth: number) {
	const children: Uint8Array[] = [];
	const contentEnd = header.length === undefined ? limit : header.contentStart + header.length;
	let unchanged = true;
	let position = header.contentStart;
	while (position < contentEnd) {
		if (header.length === undefined && bytes[position] === 0) {
			if (bytes[position + 1] !== 0) throw new DerError('a malformed end of contents', position);
			return { children, unchanged: false, end: position + 2 };
		}
		const child = convert(bytes, position, contentEnd, depth + 1);
		unchanged &&= child.element.length === child.end - position;
		children.push(child.element);
		position = child.end;
	}
	if (header.length === undefined) throw new DerError('an element of indefinite length that does not end', start);
	return { children, unchanged, end: position };
}

/** Universal, constructed, and neither SEQUENCE, SET nor EXTERNAL: X.690 §8.6.4, §8.7.3, §8.23. */
const isStringInPieces = (tag: number): boolean =>
	(tag & 0xc0) === 0 && tag !== 0x30 && tag !== 0x31 && tag !== 0x28 && tag !== 0x2b;

function joinPieces(tag: number, pieces: readonly Uint8Array[], start: number): Uint8Array {
	const contents = pieces.map((piece) => {
		if (piece[0] !== tag) throw new DerError('a string in pieces of another kind', start);
		return contentOf(piece);
	});
	if (tag !== 0x03) return der(tag, ...contents);
	// Each piece of a BIT STRING begins with its count of unused bits; only the last may have some.
	const unused = contents.at(-1)?.[0] ?? 0;
	if (contents.slice(0, -1).some((content) => content[0] !== 0)) throw new DerError('a malformed BIT STRING', start);
	return der(tag, Uint8Array.of(unused), ...contents.map((content) => content.subarray(1)));
}

function contentOf(element: Uint8Array): Uint8Array {
	const form = element[1] ?? 0;
	return element.subarray(form < 0x80 ? 2 : 2 + (form & 0x7f));
}

interface Header {
	readonly tag: number;
	/** Undefined for the indefinite form. */
	readonly length: number | undefined;
	readonly contentStart: number;
	/** Whether DER would encode this length likewise. */
	readonly minimal: boolean;
}

function readHeader(bytes: Uint8Array, start: number, limit: number): Header {
	if (start + 2 > limit) throw new DerError('an element was expected, the data ends', start);
	const tag = bytes[start] ?? 0;
	if ((tag & 0x1f) === 0x1f) throw new DerError('a tag above 30', start);
	const form = bytes[start + 1] ?? 0;
	if (form === 0x80) return { tag, length: undefined, contentStart: start + 2, minimal: false };
	const count = form < 0x80 ? 0 : form & 0x7f;
	const contentStart = start + 2 + count;
	if (contentStart > limit) throw new DerError('a length cut short', start);
	let length = count === 0 ? form : 0;
	for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + 2 + i] ?? 0);
	if (contentStart + length > limit) throw new DerError('an element longer than what holds it', start);
	const minimal = count === 0 || (length >= 0x80 && bytes[start + 2] !== 0);
	return { tag, length, contentStart, minimal };
}
