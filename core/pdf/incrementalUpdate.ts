/** What is appended to a document (ISO 32000-2, 7.5.6): its own bytes are never touched. */
import { createHash } from 'node:crypto';
import { compressed } from './compressedStream.ts';
import type { PdfDocument } from './document.ts';
import { PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream, PdfString, type PdfVerbatim } from './objects.ts';
import { ByteWriter, type StringCipher } from './objectWriter.ts';
import type { Page } from './pages.ts';
import { PdfError } from './pdfError.ts';
import type { XrefEntry } from './xrefSection.ts';
import { fitsTable, writeXrefStream, writeXrefTable } from './xrefWriter.ts';

/** The bytes to append, and where in the whole file they put what was asked about. */
export interface FinishedUpdate {
	readonly bytes: Uint8Array;
	/** Length of the document they follow: where the first of them comes to stand. */
	readonly base: number;
	/** Where the verbatim bytes begin in the whole file. @throws {TypeError} when they are not part of the update. */
	placeOf(verbatim: PdfVerbatim): number;
}

const LONG_TABLE = 100_000;

/** Trailer entries that belong to one section alone, or to the stream that a section is. */
const SECTION_KEYS = [
	'Prev',
	'XRefStm',
	'Size',
	'Type',
	'W',
	'Index',
	'Filter',
	'DecodeParms',
	'Length',
	'F',
	'FFilter',
	'FDecodeParms',
	'DL',
];

/**
 * Gathers new and changed objects and writes them after a document, in the document's own manner: table or stream for the
 * cross-reference, encrypted where it is, offsets counted as it counts them.
 */
export class IncrementalUpdate {
	readonly document: PdfDocument;
	readonly #objects = new Map<number, { readonly ref: PdfRef; readonly object: PdfObject }>();
	#next: number;
	#root: PdfRef | undefined;

	/**
	 * @throws {PdfError} `encrypted-unsupported` when a message authentication code forbids any update, `damaged` when the
	 *   document's end is missing: nobody should sign a part for the whole.
	 */
	constructor(document: PdfDocument) {
		if (document.cutOff) throw new PdfError('damaged', 'the file is cut off: its end is missing');
		if (document.trailer.has('AuthCode')) {
			throw new PdfError(
				'encrypted-unsupported',
				'the document guards itself by a message authentication code (ISO/TS 32004), which an update would break',
			);
		}
		this.document = document;
		this.#root = document.trailer.ref('Root');
		// 7.5.6: numbers that are free could be taken again; that has been the door to attacks, so they never are.
		this.#next = Math.max(1, document.crossReference.size);
	}

	/** Whether nothing was set yet. */
	get empty(): boolean {
		return this.#objects.size === 0;
	}

	/** A number that the document never used. */
	allocate(): PdfRef {
		return new PdfRef(this.#next++);
	}

	/** Sets a new object, or changes one of the document. A stream must have its data in memory, or be the document's own. */
	set(ref: PdfRef, object: PdfObject): void {
		this.#next = Math.max(this.#next, ref.number + 1);
		this.#objects.set(ref.number, { ref, object });
	}

	/** Changes the catalog, which becomes an object of its own where a damaged file has it in the trailer. */
	setCatalog(catalog: PdfDict): void {
		this.set(this.catalogRef(), catalog);
	}

	/** The catalog's number; a catalog in the trailer is made an object of its own. */
	catalogRef(): PdfRef {
		this.#root ??= this.add(this.document.catalog);
		return this.#root;
	}

	/**
	 * A page's number; a page that a damaged file has inside its parent is made an object of its own.
	 *
	 * @throws {PdfError} `damaged` when the parent is not an object of its own either.
	 */
	pageRef({ ref, parent, dict }: Page): PdfRef {
		if (ref !== undefined) return ref;
		const node = parent === undefined ? undefined : this.dict(parent.ref);
		const kids = this.resolve(node?.raw('Kids') ?? null);
		if (parent === undefined || node === undefined || !(kids instanceof PdfArray)) {
			throw new PdfError('damaged', 'the page is no object of its own');
		}
		const known = kids.items[parent.position];
		if (known instanceof PdfRef) return known;
		const own = this.add(dict);
		this.set(parent.ref, node.with({ Kids: new PdfArray(kids.items.with(parent.position, own)) }));
		return own;
	}

	/** The catalog as this update leaves it. */
	get catalog(): PdfDict {
		const changed = this.#root === undefined ? undefined : this.#objects.get(this.#root.number)?.object;
		return changed instanceof PdfDict ? changed : this.document.catalog;
	}

	/** Adds an object under a new number. */
	add(object: PdfObject): PdfRef {
		const ref = this.allocate();
		this.set(ref, object);
		return ref;
	}

	/** Adds a stream, compressed where that pays and the dictionary has no filter of its own. */
	addStream(dict: PdfDict, data: Uint8Array): PdfRef {
		return this.add(compressed(dict, data));
	}

	/** The object as this update leaves it. */
	get(ref: PdfRef): PdfObject {
		const own = this.#objects.get(ref.number);
		return own === undefined ? this.document.get(ref) : own.object;
	}

	/** The same, where it is a dictionary. */
	dict(ref: PdfRef): PdfDict | undefined {
		const object = this.get(ref);
		return object instanceof PdfDict ? object : undefined;
	}

	/** Follows references, through this update's objects first. */
	resolve(object: PdfObject): PdfObject {
		let value = object;
		for (let step = 0; value instanceof PdfRef; step++) {
			if (step === 64) return null;
			value = this.get(value);
		}
		return value;
	}

	/** The update as bytes. Nothing changes in it: finishing again gives the same, unless the document is encrypted. */
	finish(): FinishedUpdate {
		const { document } = this;
		const base = document.source.size;
		const writer = new ByteWriter();
		if (!endsInEndOfLine(document)) writer.text('\n');
		const counted = base - document.crossReference.base;
		const entries = new Map<number, XrefEntry>();
		for (const { ref, object } of this.#objects.values()) {
			entries.set(ref.number, { kind: 'offset', generation: ref.generation, offset: counted + writer.length });
			this.#writeObject(writer, ref, object);
		}
		this.#writeCrossReference(writer, entries, counted);
		return {
			bytes: writer.bytes(),
			base,
			placeOf: (verbatim) => {
				const place = writer.placeOf(verbatim);
				if (place === undefined) throw new TypeError('these bytes are not part of the update');
				return base + place;
			},
		};
	}

	#writeObject(writer: ByteWriter, ref: PdfRef, object: PdfObject): void {
		const encryption = this.#isEncryptionDictionary(ref) ? undefined : this.document.encryption;
		const encrypt: StringCipher | undefined =
			encryption === undefined ? undefined : (bytes) => encryption.encryptString(ref, bytes);
		writer.text(`${ref.number} ${ref.generation} obj\n`);
		if (object instanceof PdfStream) {
			const plain = this.document.encodedData(object, Number.MAX_SAFE_INTEGER);
			const data = encryption === undefined ? plain : encryption.encryptStream(object.dict, ref, plain);
			writer.object(object.dict.with({ Length: data.length }), encrypt);
			writer.text('\nstream\n').raw(data).text('\nendstream');
		} else {
			writer.object(object, encrypt);
		}
		writer.text('\nendobj\n');
	}

	#isEncryptionDictionary(ref: PdfRef): boolean {
		return ref.equals(this.document.trailer.raw('Encrypt'));
	}

	#writeCrossReference(writer: ByteWriter, changed: Map<number, XrefEntry>, counted: number): void {
		const { crossReference } = this.document;
		const [newest] = crossReference.sections;
		const offset = counted + writer.length;
		const own: XrefEntry = { kind: 'offset', generation: 0, offset };
		// A rebuilt document gets a whole new cross-reference, and no /Prev: the old chain leads nowhere.
		const entry = (number: number): XrefEntry => changed.get(number) ?? this.#scannedEntry(number);
		const numbers = Float64Array.from(newest === undefined ? this.#allNumbers(changed) : changed.keys()).sort();
		const asStream =
			!fitsTable(own) ||
			(newest === undefined
				? this.#isLong(numbers) || !numbers.every((number) => fitsTable(entry(number)))
				: newest.kind === 'stream');
		const identifier = this.#identifier(writer.written);
		const trailer = this.#trailer(newest === undefined ? undefined : newest.offset - crossReference.base, identifier);
		if (asStream) {
			const number = this.#next;
			changed.set(number, own);
			// The stream lists itself, with the highest number of all.
			const withOwn = new Float64Array(numbers.length + 1);
			withOwn.set(numbers);
			withOwn[numbers.length] = number;
			writeXrefStream(writer, number, { numbers: withOwn, entry }, trailer.with({ Size: number + 1 }));
		} else {
			writeXrefTable(writer, { numbers, entry }, trailer.with({ Size: this.#next }));
		}
		writer.text(`startxref\n${offset}\n%%EOF\n`);
	}

	/** A table of all objects takes 20 bytes for each, a stream two or three. */
	#isLong(numbers: ArrayLike<number>): boolean {
		return numbers.length > LONG_TABLE && this.document.version >= '1.5';
	}

	*#allNumbers(changed: ReadonlyMap<number, XrefEntry>): Generator<number> {
		yield 0;
		for (const number of this.document.crossReference.numbers()) if (number !== 0 && !changed.has(number)) yield number;
		yield* changed.keys();
	}

	/** Where a scan found an object that this update does not change. */
	#scannedEntry(number: number): XrefEntry {
		const { crossReference } = this.document;
		const entry = number === 0 ? undefined : crossReference.lookup(number);
		if (entry === undefined) return { kind: 'free', generation: 65535 };
		return entry.kind === 'offset' ? { ...entry, offset: entry.offset - crossReference.base } : entry;
	}

	/** 7.5.6: all entries of the previous trailer but `/Prev`. */
	#trailer(previous: number | undefined, ID: PdfArray): PdfDict {
		const { trailer } = this.document;
		const dropped = Object.fromEntries(SECTION_KEYS.map((key) => [key, undefined]));
		return trailer.with({
			...dropped,
			Root: this.#root ?? trailer.raw('Root'),
			ID,
			Prev: previous,
		});
	}

	/**
	 * 14.4: the first part stays for the life of a document, the second is new with each save. It follows from what is
	 * saved: whoever prepares a signature again gets the same bytes, and the value that a key gave for them still fits.
	 */
	#identifier(written: Uint8Array): PdfArray {
		const [first, last] = [0, 1].map((index) => this.document.trailer.array('ID')?.get(index));
		const hash = createHash('sha256').update(`${this.document.source.size} `);
		if (last instanceof PdfString) hash.update(last.bytes);
		const now = new PdfString(hash.update(written).digest().subarray(0, 16), true);
		return new PdfArray([first instanceof PdfString ? new PdfString(first.bytes, true) : now, now]);
	}
}

function endsInEndOfLine({ source }: PdfDocument): boolean {
	const [last] = source.read(source.size - 1, 1);
	return last === 0x0a || last === 0x0d;
}
