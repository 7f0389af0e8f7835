/** Cross-reference tables (ISO 32000-2, 7.5.4): read by arithmetic, an entry is 20 bytes. */
import type { ByteSource } from './byteSource.ts';
import { isDigit } from './characters.ts';
import { type ObjectParser, parseAt } from './objectParser.ts';
import { PdfDict, type Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';
import type { Subsection, XrefEntry } from './xrefSection.ts';

const ENTRY = 20;
/** Numbers above are refused: every reader has such a limit (Annex C.2 names 8,388,607). */
export const MAXIMUM_OBJECT_NUMBER = 2 ** 31 - 1;

export interface XrefTable {
	readonly subsections: readonly Subsection[];
	readonly trailer: PdfDict;
	/** After the trailer dictionary. */
	readonly end: number;
}

/**
 * Reads the table whose keyword `xref` is at `offset`.
 *
 * @param base what the offsets in the table count from.
 * @returns `undefined` when there is no table.
 * @throws {PdfError} `damaged` when there is one without an end.
 */
export function readXrefTable(
	source: ByteSource,
	offset: number,
	base: number,
	resolver: Resolver | undefined,
): XrefTable | undefined {
	const start = parseAt(source, offset, undefined, (parser) => {
		parser.skipSpace();
		if (![...'xref'].every((char, index) => parser.peek(index) === char.charCodeAt(0))) return undefined;
		parser.position += 4;
		return parser.offset;
	});
	if (start === undefined) return undefined;
	const subsections: Subsection[] = [];
	for (let position = start; ; ) {
		const head = parseAt(source, position, resolver, takeHeadOrTrailer);
		if ('trailer' in head) return { subsections, trailer: head.trailer, end: head.end };
		const read = readSubsection(source, head, base);
		subsections.push(read.subsection);
		position = read.end;
	}
}

interface Head {
	readonly first: number;
	readonly count: number;
	/** Where its entries begin. */
	readonly start: number;
}

function takeHeadOrTrailer(parser: ObjectParser): Head | { trailer: PdfDict; end: number } {
	parser.skipSpace();
	if (isDigit(parser.peek())) {
		const first = parser.takeInteger();
		const count = parser.takeInteger();
		if (first !== undefined && count !== undefined && first + count <= MAXIMUM_OBJECT_NUMBER) {
			parser.skipSpace();
			return { first, count, start: parser.offset };
		}
	} else if ([...'trailer'].every((char, index) => parser.peek(index) === char.charCodeAt(0))) {
		parser.position += 'trailer'.length;
		const trailer = parser.parseObject();
		if (trailer instanceof PdfDict) return { trailer, end: parser.offset };
	}
	throw new PdfError('damaged', 'the cross-reference table is damaged', { offset: parser.offset });
}

function readSubsection(source: ByteSource, head: Head, base: number): { subsection: Subsection; end: number } {
	const { count, start } = head;
	const end = start + count * ENTRY;
	const regular =
		count === 0 ||
		(parseEntry(source.read(start, ENTRY)) !== undefined &&
			parseEntry(source.read(end - ENTRY, ENTRY)) !== undefined &&
			nothingLeft(source, end));
	const { entry, end: after } = regular
		? { entry: (index: number) => parseEntry(source.read(start + index * ENTRY, ENTRY)), end }
		: readIrregularEntries(source, start, count);
	const opening = entry(0);
	// A table that calls its first entry 1 though it is the head of the free list: common, and read so by everybody.
	const offByOne = head.first === 1 && opening?.kind === 'free' && opening.generation === 65535;
	return {
		subsection: {
			first: offByOne ? 0 : head.first,
			count,
			entry: (index) => {
				const found = entry(index);
				return found?.kind === 'offset' ? { ...found, offset: found.offset + base } : found;
			},
		},
		end: after,
	};
}

/** Whether the entries really end where arithmetic says. */
function nothingLeft(source: ByteSource, end: number): boolean {
	return /^\s*(\d+\s+\d+\s*[\r\n]|trailer)/.test(Buffer.from(source.read(end, 64)).toString('latin1'));
}

/** `0000000016 00000 n` and two bytes of end of line. */
function parseEntry(bytes: Uint8Array): XrefEntry | undefined {
	if (bytes.length < 18) return undefined;
	const offset = digits(bytes, 0, 10);
	const generation = digits(bytes, 11, 16);
	const type = bytes[17];
	if (offset === undefined || generation === undefined || bytes[10] !== 0x20 || bytes[16] !== 0x20) return undefined;
	return makeEntry(offset, generation, type);
}

function digits(bytes: Uint8Array, from: number, to: number): number | undefined {
	let value = 0;
	for (let index = from; index < to; index++) {
		const byte = bytes[index];
		if (byte === undefined || !isDigit(byte)) return undefined;
		value = value * 10 + byte - 0x30;
	}
	return value;
}

function makeEntry(offset: number, generation: number, type: number | undefined): XrefEntry | undefined {
	if (type === 0x66) return { kind: 'free', generation };
	if (type !== 0x6e) return undefined;
	// An object cannot begin at byte 0, where the header is: written by producers that forgot to fill it in.
	return offset === 0 ? { kind: 'free', generation } : { kind: 'offset', offset, generation };
}

/** Entries of 18, 19 or 21 bytes, read one after another. */
function readIrregularEntries(
	source: ByteSource,
	start: number,
	count: number,
): { entry: (index: number) => XrefEntry | undefined; end: number } {
	// The shortest thinkable entry, `0 0 n`, is 6 bytes: a count beyond that is a claim, not a table.
	if (count > (source.size - start) / 6) {
		throw new PdfError('damaged', 'the cross-reference table is longer than the file', { offset: start });
	}
	const offsets = new Float64Array(count);
	const generations = new Uint32Array(count);
	const types = new Uint8Array(count);
	let end = start;
	for (let index = 0; index < count; ) {
		// By pieces, so that no window grows beyond what one object may take.
		const first = index;
		const piece = parseAt(source, end, undefined, (parser) => {
			let read = first;
			for (; read < count && read < first + 64; read++) {
				const offset = parser.takeInteger();
				const generation = parser.takeInteger();
				parser.skipSpace();
				const type = parser.peek();
				if (offset === undefined || generation === undefined || (type !== 0x6e && type !== 0x66)) break;
				parser.position++;
				offsets[read] = offset;
				generations[read] = generation;
				types[read] = type;
			}
			return { read, end: parser.offset };
		});
		end = piece.end;
		if (piece.read === first) {
			throw new PdfError('damaged', 'the cross-reference table is damaged', { offset: end });
		}
		index = piece.read;
	}
	return { entry: (index) => makeEntry(offsets[index] ?? 0, generations[index] ?? 0, types[index]), end };
}
