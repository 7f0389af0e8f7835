/**
 * The cross-reference of a damaged file, found by one scan from its beginning to its end.
 *
 * Of several objects with one number the last counts, as in every other reader. Memory: eight bytes an object.
 */
import type { ByteSource } from './byteSource.ts';
import { isDigit, isWhiteSpace } from './characters.ts';
import type { CrossReference } from './crossReference.ts';
import { readIndirectObject } from './indirectObject.ts';
import { NumberedValues } from './numberedValues.ts';
import { parseAt } from './objectParser.ts';
import { PdfDict, type PdfObject, PdfRef, PdfStream, type Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';
import type { XrefEntry } from './xrefSection.ts';
import { MAXIMUM_OBJECT_NUMBER } from './xrefTable.ts';

/** What a scan needs of the document once it knows where objects are. */
export interface RebuildContext extends Resolver {
	/** The numbers of the objects in an object stream, in their order. */
	numbersInObjectStream(stream: PdfStream): readonly number[];
}

export interface RebuiltReference {
	readonly crossReference: CrossReference;
	/** The last object is followed by nothing that ends a document: neither a trailer nor `%%EOF` (ISO 32000-2, 7.5.5). */
	readonly cutOff: boolean;
	/** Adds what object streams hold; to be called once they can be read, which takes the key of an encrypted document. */
	addObjectStreams(): void;
}

/**
 * @param base where the header is.
 * @throws {PdfError} `not-a-pdf` when there is no object in the file, `damaged` when no catalog is among them.
 */
export function rebuildCrossReference(source: ByteSource, base: number, context: RebuildContext): RebuiltReference {
	const found = new ScannedObjects(base);
	const trailers: PdfDict[] = [];
	const objectStreams: PdfRef[] = [];
	let catalog: PdfRef | undefined;
	const roots = new Set<number>();
	let lastObject = 0;
	let lastTrailer = -1;
	for (const mark of marks(source, context)) {
		if (mark.kind === 'trailer') {
			const trailer = tolerate(() => parseAt(source, mark.offset, context, (parser) => parser.parseObject()));
			if (trailer instanceof PdfDict) {
				trailers.push(trailer);
				lastTrailer = mark.offset;
			}
			continue;
		}
		lastObject = mark.offset;
		found.add(mark.number, mark.offset, mark.generation);
		const { object } = mark;
		if (object instanceof PdfDict) {
			if (isCatalog(object)) catalog = new PdfRef(mark.number, mark.generation);
			if (mayBeRoot(object)) roots.add(mark.number);
		}
		if (!(object instanceof PdfStream)) continue;
		const type = object.dict.name('Type');
		if (type === 'XRef') {
			trailers.push(object.dict);
			lastTrailer = mark.offset;
		}
		if (type === 'ObjStm') objectStreams.push(new PdfRef(mark.number, mark.generation));
	}
	if (found.empty) throw new PdfError('not-a-pdf', 'the file is no PDF: there is not one object in it');
	// A catalog in an object stream cannot be seen before the cross-reference is there.
	const leadsToRoot = (root: PdfObject | undefined): boolean =>
		root instanceof PdfRef
			? roots.has(root.number) || objectStreams.length > 0
			: root instanceof PdfDict && mayBeRoot(root);
	found.trailer = trailerOf(trailers, leadsToRoot, catalog, context);
	return {
		crossReference: found,
		cutOff: lastTrailer < lastObject && !hasEndMark(source, lastObject),
		addObjectStreams: () => addObjectStreams(found, objectStreams, context),
	};
}

/** Whether `%%EOF` stands in the end of the file, behind its last object. */
function hasEndMark(source: ByteSource, lastObject: number): boolean {
	const from = Math.max(lastObject, source.size - TAIL);
	return Buffer.from(source.read(from, source.size - from)).includes('%%EOF');
}

function isCatalog(dict: PdfDict): boolean {
	const type = dict.name('Type');
	return type === 'Catalog' || (type === undefined && dict.raw('Pages') !== undefined);
}

/** Of what a trailer names as its root less is asked than of what shall be found without being named. */
function mayBeRoot(dict: PdfDict): boolean {
	return dict.name('Type') === 'Catalog' || dict.raw('Pages') !== undefined;
}

/** The newest trailer that names a catalog, else one made for the catalog that was seen. */
function trailerOf(
	trailers: readonly PdfDict[],
	leadsToRoot: (root: PdfObject | undefined) => boolean,
	catalog: PdfRef | undefined,
	context: Resolver,
): PdfDict {
	const newestFirst = trailers.toReversed();
	const whole = newestFirst.find((trailer) => leadsToRoot(trailer.raw('Root')));
	if (whole !== undefined) return whole;
	const encrypt = newestFirst.find((trailer) => trailer.raw('Encrypt') !== undefined);
	return (encrypt ?? new PdfDict(new Map(), context)).with({ Root: catalog });
}

/** Objects in object streams: those of later streams win; an object of its own that comes later wins over both. */
function addObjectStreams(found: ScannedObjects, streams: readonly PdfRef[], context: RebuildContext): void {
	for (const ref of streams) {
		const offset = found.offsetOf(ref.number);
		const stream = tolerate(() => context.resolve(ref));
		if (offset === undefined || !(stream instanceof PdfStream)) continue;
		const numbers = tolerate(() => context.numbersInObjectStream(stream)) ?? [];
		found.addCompressed(numbers, ref.number, offset);
	}
}

/** Damage in one place must not hide what is whole in another. */
function tolerate<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof PdfError && error.code !== 'file-unreadable') return undefined;
		throw error;
	}
}

/** More than the objects of any document, so of an object stream as well. */
const CONTAINED = MAXIMUM_OBJECT_NUMBER + 1;

class ScannedObjects implements CrossReference {
	readonly sections = [];
	readonly base: number;
	trailer: PdfDict = PdfDict.of({});
	readonly #offsets = new NumberedValues();
	/** Those that are not 0. */
	readonly #generations = new Map<number, number>();
	readonly #containers: { readonly number: number; readonly offset: number }[] = [];
	/** Place in `#containers` × `CONTAINED` + index in that object stream. */
	readonly #compressed = new NumberedValues();
	#highest = 0;

	constructor(base: number) {
		this.base = base;
	}

	get empty(): boolean {
		return this.#offsets.count === 0;
	}

	get size(): number {
		return this.#highest + 1;
	}

	add(number: number, offset: number, generation: number): void {
		this.#highest = Math.max(this.#highest, number);
		this.#offsets.set(number, offset);
		if (generation === 0) this.#generations.delete(number);
		else this.#generations.set(number, generation);
	}

	/** @param numbers of the objects in the object stream `container`, in their order; @param offset where that is. */
	addCompressed(numbers: readonly number[], container: number, offset: number): void {
		const place = this.#containers.push({ number: container, offset }) - 1;
		for (const [index, number] of numbers.entries()) {
			if (!Number.isInteger(number) || number < 0 || number > MAXIMUM_OBJECT_NUMBER || index >= CONTAINED) continue;
			this.#highest = Math.max(this.#highest, number);
			this.#compressed.set(number, place * CONTAINED + index);
		}
	}

	/** Where the object of its own with this number is. */
	offsetOf(number: number): number | undefined {
		return this.#offsets.get(number);
	}

	lookup(number: number): XrefEntry | undefined {
		const offset = this.#offsets.get(number);
		const compressed = this.#compressed.get(number);
		const container = compressed === undefined ? undefined : this.#containers[Math.floor(compressed / CONTAINED)];
		if (compressed !== undefined && container && (offset === undefined || offset < container.offset)) {
			return { kind: 'compressed', container: container.number, index: compressed % CONTAINED };
		}
		return offset === undefined
			? undefined
			: { kind: 'offset', offset, generation: this.#generations.get(number) ?? 0 };
	}

	*numbers(): Generator<number> {
		yield* this.#offsets.numbers();
		for (const number of this.#compressed.numbers()) if (this.#offsets.get(number) === undefined) yield number;
	}
}

type Mark =
	| { readonly kind: 'trailer'; readonly offset: number }
	| {
			readonly kind: 'object';
			readonly offset: number;
			readonly number: number;
			readonly generation: number;
			/** What could be read of it. */
			readonly object: PdfObject | undefined;
	  };

const PIECE = 1024 * 1024;
/** What may follow the end of a document without hiding it, as readers go. */
const TAIL = 4096;
/** `2147483647 65535 obj` and some white space must not be cut by the end of a piece. */
const OVERLAP = 64;

/** Every `12 0 obj` and `trailer` outside of streams, in the order of the file. */
function* marks(source: ByteSource, resolver: Resolver): Generator<Mark> {
	let position = 0;
	while (position < source.size) {
		const origin = Math.max(0, position - OVERLAP);
		const bytes = source.read(origin, PIECE);
		const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
		const end = origin + piece.length >= source.size ? piece.length : piece.length - OVERLAP;
		let index = position - origin;
		while (index < end) {
			const byte = piece[index];
			const mark = byte === 0x6f || byte === 0x74 ? markAt(piece, index) : undefined;
			if (mark === undefined) {
				index++;
				continue;
			}
			index = mark.end;
			if (mark.kind === 'trailer') {
				yield { kind: 'trailer', offset: origin + mark.end };
				continue;
			}
			const offset = origin + mark.start;
			const read = tolerate(() => readIndirectObject(source, offset, resolver));
			yield { kind: 'object', offset, number: mark.number, generation: mark.generation, object: read?.object };
			// The data of a stream may hold anything, whole PDFs included; other objects are short, and may be unclosed.
			if (read?.object instanceof PdfStream) index = Math.max(index, read.end - origin);
		}
		position = origin + index;
	}
}

type RawMark =
	| { readonly kind: 'trailer'; readonly start: number; readonly end: number }
	| {
			readonly kind: 'object';
			readonly start: number;
			readonly end: number;
			readonly number: number;
			readonly generation: number;
	  };

/** A mark whose keyword begins at `index`. */
function markAt(bytes: Buffer, index: number): RawMark | undefined {
	const byte = bytes[index];
	if (byte === 0x74) {
		if (bytes.toString('latin1', index, index + 7) !== 'trailer') return undefined;
		return { kind: 'trailer', start: index, end: index + 7 };
	}
	if (byte !== 0x6f || bytes[index + 1] !== 0x62 || bytes[index + 2] !== 0x6a) return undefined;
	const generation = integerBefore(bytes, index);
	const number = generation === undefined ? undefined : integerBefore(bytes, generation.start);
	if (generation === undefined || number === undefined || number.value > MAXIMUM_OBJECT_NUMBER) return undefined;
	if (generation.start === number.end) return undefined;
	return { kind: 'object', start: number.start, end: index + 3, number: number.value, generation: generation.value };
}

/** The integer that ends before `index`, white space between allowed. */
function integerBefore(bytes: Buffer, index: number): { value: number; start: number; end: number } | undefined {
	let end = index;
	while (end > 0 && isWhiteSpace(bytes[end - 1] ?? 0)) end--;
	let start = end;
	while (start > 0 && end - start < 11 && isDigit(bytes[start - 1] ?? 0)) start--;
	if (start === end) return undefined;
	return { value: Number(bytes.toString('latin1', start, end)), start, end };
}
