/** Cross-reference streams (ISO 32000-2, 7.5.8): kept as they were decoded, entries found by arithmetic. */
import type { ByteSource } from './byteSource.ts';
import { decodeStream } from './filters.ts';
import { readIndirectObject } from './indirectObject.ts';
import { type PdfDict, PdfStream, type Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';
import type { Subsection, XrefEntry } from './xrefSection.ts';
import { MAXIMUM_OBJECT_NUMBER } from './xrefTable.ts';

/** Ten million objects of ten bytes. */
const MAXIMUM_SIZE = 100 * 1024 * 1024;

export interface XrefStream {
	readonly subsections: readonly Subsection[];
	readonly dict: PdfDict;
	/** After the stream's data. */
	readonly end: number;
}

/**
 * Reads the cross-reference stream whose object begins at `offset`.
 *
 * @param base what its offsets count from.
 * @returns `undefined` when no such stream is there.
 * @throws {PdfError} `damaged` when one is there that cannot be read.
 */
export function readXrefStream(
	source: ByteSource,
	offset: number,
	base: number,
	resolver: Resolver | undefined,
): XrefStream | undefined {
	const found = readIndirectObject(source, offset, resolver);
	if (found === undefined || !(found.object instanceof PdfStream)) return undefined;
	const { dict, data } = found.object;
	const widths = dict.array('W')?.numbers();
	if (widths === undefined || data instanceof Uint8Array) return undefined;
	if (data.length > MAXIMUM_SIZE) throw new PdfError('too-large', 'the cross-reference stream is too long', { offset });
	const bytes = decodeStream(dict, source.read(data.offset, data.length), MAXIMUM_SIZE);
	return { subsections: subsectionsOf(dict, widths, bytes, base), dict, end: found.end };
}

function subsectionsOf(dict: PdfDict, widths: number[], bytes: Uint8Array, base: number): Subsection[] {
	const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths;
	if (widths.some((width) => !Number.isInteger(width) || width < 0 || width > 8) || secondWidth === 0) {
		throw new PdfError('damaged', 'the cross-reference stream has impossible widths');
	}
	const entrySize = widths.reduce((sum, width) => sum + width, 0);
	const available = Math.floor(bytes.length / entrySize);
	const index = dict.array('Index')?.numbers() ?? [0, dict.integer('Size') ?? available];
	const entryAt = (position: number): XrefEntry | undefined => {
		const at = position * entrySize;
		const type = typeWidth === 0 ? 1 : bigEndian(bytes, at, typeWidth);
		const second = bigEndian(bytes, at + typeWidth, secondWidth);
		const third = bigEndian(bytes, at + typeWidth + secondWidth, thirdWidth);
		if (type === 0) return { kind: 'free', generation: third };
		if (type === 1) {
			return second === 0
				? { kind: 'free', generation: third }
				: { kind: 'offset', offset: second + base, generation: third };
		}
		// 7.5.8.3: any other type is a reference to null.
		return type === 2 ? { kind: 'compressed', container: second, index: third } : { kind: 'free', generation: 0 };
	};
	const subsections: Subsection[] = [];
	let position = 0;
	for (let pair = 0; pair + 1 < index.length && position < available; pair += 2) {
		const first = index[pair] ?? 0;
		const wanted = index[pair + 1] ?? 0;
		if (!isCount(first) || !isCount(wanted))
			throw new PdfError('damaged', 'the cross-reference stream has an impossible index');
		// A stream that ends early has entries for what there is.
		const count = Math.min(wanted, available - position);
		const start = position;
		subsections.push({ first, count, entry: (at) => entryAt(start + at) });
		position += count;
	}
	return subsections;
}

function isCount(value: number): boolean {
	return Number.isInteger(value) && value >= 0 && value <= MAXIMUM_OBJECT_NUMBER;
}

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
	let value = 0;
	for (let index = at; index < at + width; index++) value = value * 256 + (bytes[index] ?? 0);
	return value;
}
