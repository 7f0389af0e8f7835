/** The whole of a document's cross-reference: its sections from the newest to the oldest (ISO 32000-2, 7.5.6). */
import type { ByteSource } from './byteSource.ts';
import type { PdfDict, Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';
import { type XrefEntry, XrefSection } from './xrefSection.ts';
import { readXrefStream } from './xrefStream.ts';
import { readXrefTable } from './xrefTable.ts';

/** Finds objects: by the sections of the file, or by what a scan of it found. */
export interface CrossReference {
	/** Newest first; none when the file had to be scanned. */
	readonly sections: readonly XrefSection[];
	readonly trailer: PdfDict;
	/** What the offsets written in the file count from: 0, or the place of the header after junk. */
	readonly base: number;
	/** One more than the highest object number in use anywhere. */
	readonly size: number;
	/** Where an object is; `undefined` when nothing was ever said of it. */
	lookup(number: number): XrefEntry | undefined;
	/** The numbers of all objects, free ones included, each once. */
	numbers(): Iterable<number>;
}

const MAXIMUM_SECTIONS = 100_000;
/** A `/Size` above the limit of Annex C.2 is believed only as far as there are entries. */
const LARGEST_CLAIM = 8_388_608;

/**
 * Reads the chain of sections that begins where `startxref` points.
 *
 * @throws {PdfError} `damaged` when a section is not where it should be, or the chain runs in a circle.
 */
export function readCrossReference(
	source: ByteSource,
	startxref: number,
	headerOffset: number,
	resolver: Resolver,
): CrossReference {
	const base = baseOf(source, startxref, headerOffset, resolver);
	const sections: XrefSection[] = [];
	const seen = new Set<number>();
	for (let offset: number | undefined = startxref + base; offset !== undefined; ) {
		if (seen.has(offset)) throw new PdfError('damaged', 'the cross-reference sections run in a circle', { offset });
		if (seen.size >= MAXIMUM_SECTIONS) throw new PdfError('damaged', 'there are too many cross-reference sections');
		seen.add(offset);
		const section = readSection(source, offset, base, resolver);
		if (section === undefined) throw new PdfError('damaged', 'a cross-reference section is missing', { offset });
		sections.push(section);
		const previous = section.trailer.number('Prev');
		// 0 is the header's place: producers write it for "none".
		offset = previous === undefined || previous === 0 ? undefined : previous + base;
	}
	return new SectionChain(sections, base);
}

/** Offsets count from the header where there is junk before it, unless the producer counted the junk in. */
function baseOf(source: ByteSource, startxref: number, headerOffset: number, resolver: Resolver): number {
	if (headerOffset === 0) return 0;
	try {
		if (readSection(source, startxref + headerOffset, headerOffset, resolver) !== undefined) return headerOffset;
	} catch (error) {
		if (!(error instanceof PdfError)) throw error;
	}
	return 0;
}

function readSection(source: ByteSource, offset: number, base: number, resolver: Resolver): XrefSection | undefined {
	if (!Number.isSafeInteger(offset) || offset < 0 || offset >= source.size) return undefined;
	const table = readXrefTable(source, offset, base, resolver);
	if (table === undefined) {
		const stream = readXrefStream(source, offset, base, resolver);
		if (stream === undefined) return undefined;
		return new XrefSection({
			kind: 'stream',
			offset,
			end: stream.end,
			trailer: stream.dict,
			subsections: stream.subsections,
		});
	}
	const beside = table.trailer.integer('XRefStm');
	const hidden = beside === undefined ? undefined : readXrefStream(source, beside + base, base, resolver)?.subsections;
	return new XrefSection({
		kind: hidden === undefined ? 'table' : 'hybrid',
		offset,
		end: table.end,
		trailer: table.trailer,
		subsections: table.subsections,
		hidden: hidden ?? [],
	});
}

class SectionChain implements CrossReference {
	readonly sections: readonly XrefSection[];
	readonly trailer: PdfDict;
	readonly base: number;

	constructor(sections: readonly XrefSection[], base: number) {
		this.sections = sections;
		this.base = base;
		const [newest] = sections;
		if (newest === undefined) throw new PdfError('damaged', 'there is no cross-reference section');
		// A damaged file's newest section may lack it.
		const root = sections.find(({ trailer }) => trailer.raw('Root') !== undefined)?.trailer.raw('Root');
		this.trailer = newest.trailer.with({ Root: root });
	}

	get size(): number {
		let size = 0;
		for (const section of this.sections) {
			const claimed = section.trailer.integer('Size') ?? 0;
			size = Math.max(size, section.size, claimed <= LARGEST_CLAIM ? claimed : 0);
		}
		return size;
	}

	lookup(number: number): XrefEntry | undefined {
		for (const section of this.sections) {
			const entry = section.lookup(number);
			if (entry !== undefined) return entry;
		}
		return undefined;
	}

	*numbers(): Generator<number> {
		const seen = new Set<number>();
		for (const section of this.sections) {
			for (const number of section.numbers()) {
				if (seen.has(number)) continue;
				seen.add(number);
				yield number;
			}
		}
	}
}

const TAIL = 2048;
/** How far junk may follow the end of the file before the place of `startxref` is no longer looked for. */
const LONGEST_TAIL = 64 * 1024;

/** The number after the last `startxref`; `undefined` where there is none near the end. */
export function findStartXref(source: ByteSource): number | undefined {
	for (const length of [TAIL, LONGEST_TAIL]) {
		const { buffer, byteOffset, byteLength } = source.read(Math.max(0, source.size - length), length);
		const tail = Buffer.from(buffer, byteOffset, byteLength);
		const at = tail.lastIndexOf('startxref', undefined, 'latin1');
		const found = at < 0 ? null : /^startxref\s*(\d{1,15})/.exec(tail.toString('latin1', at, at + 64));
		if (found !== null) return Number(found[1]);
	}
	return undefined;
}
