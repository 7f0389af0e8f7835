/**
 * The objects of a PDF (ISO 32000-2, 7.3) as immutable values.
 *
 * What was read from a document knows its document: the typed getters of {@link PdfDict} and {@link PdfArray} follow
 * indirect references, while `raw` shows what is written.
 */
import type { ByteSource } from './byteSource.ts';
import { decodeText, encodeText } from './text.ts';

export type PdfObject =
	| null
	| boolean
	| number
	| PdfName
	| PdfString
	| PdfArray
	| PdfDict
	| PdfStream
	| PdfRef
	| PdfVerbatim;

/** Follows references; a document, or a revision of it. */
export interface Resolver {
	/** The object behind a reference (through chains of them), anything else as it is; `null` where there is none. */
	resolve(object: PdfObject): PdfObject;
}

/** An indirect reference, `12 0 R`. */
export class PdfRef {
	/** Object number. */
	readonly number: number;
	readonly generation: number;

	constructor(number: number, generation = 0) {
		this.number = number;
		this.generation = generation;
	}

	equals(other: PdfObject | undefined): boolean {
		return other instanceof PdfRef && other.number === this.number && other.generation === this.generation;
	}

	/** `12 0 R`, also fit as a key. */
	toString(): string {
		return `${this.number} ${this.generation} R`;
	}
}

/** A name: its bytes after `#xx` was undone, one char a byte. */
export class PdfName {
	readonly value: string;

	constructor(value: string) {
		this.value = value;
	}

	/** As people read it: names are UTF-8 by convention (7.3.5). */
	get text(): string {
		return Buffer.from(this.value, 'latin1').toString('utf8');
	}
}

/** A string, decrypted. */
export class PdfString {
	readonly bytes: Uint8Array;
	/** Written as `<48656C6C6F>`. */
	readonly hex: boolean;
	/** Where it stands in the file, delimiters included: `[start, end)`. None inside object streams and for new ones. */
	readonly span: readonly [number, number] | undefined;

	constructor(bytes: Uint8Array, hex = false, span?: readonly [number, number]) {
		this.bytes = bytes;
		this.hex = hex;
		this.span = span;
	}

	/** A text string (7.9.2.2): PDFDocEncoding where that can hold it, else UTF-16BE. */
	static fromText(text: string): PdfString {
		return new PdfString(encodeText(text));
	}

	/** One char a byte: for dates, digests and other strings that are ASCII by definition. */
	static fromLatin1(text: string): PdfString {
		return new PdfString(Buffer.from(text, 'latin1'));
	}

	/** Read as a text string: UTF-16 or UTF-8 by its byte order mark, else PDFDocEncoding. */
	get text(): string {
		return decodeText(this.bytes);
	}
}

/** An array. */
export class PdfArray {
	/** As written: references are not followed. */
	readonly items: readonly PdfObject[];
	readonly #resolver: Resolver | undefined;

	constructor(items: readonly PdfObject[], resolver?: Resolver) {
		this.items = items;
		this.#resolver = resolver;
	}

	get length(): number {
		return this.items.length;
	}

	/** Item `index` with references followed; `null` where there is none. */
	get(index: number): PdfObject {
		return follow(this.items[index] ?? null, this.#resolver);
	}

	/** All items with references followed. */
	*[Symbol.iterator](): Iterator<PdfObject> {
		for (const item of this.items) yield follow(item, this.#resolver);
	}

	/** The items as numbers, or `undefined` when one is not. */
	numbers(): number[] | undefined {
		const numbers: number[] = [];
		for (const item of this) {
			if (typeof item !== 'number') return undefined;
			numbers.push(item);
		}
		return numbers;
	}

	/** A copy with more items at its end. */
	concat(...items: readonly PdfObject[]): PdfArray {
		return new PdfArray([...this.items, ...items], this.#resolver);
	}
}

/** A dictionary. An entry whose value is null is the same as none (7.3.7). */
export class PdfDict {
	/** Whether a key is written twice, against 7.3.7: the last value counts here, and another one for other readers. */
	readonly ambiguous: boolean;
	readonly #entries: ReadonlyMap<string, PdfObject>;
	readonly #resolver: Resolver | undefined;

	constructor(entries: ReadonlyMap<string, PdfObject>, resolver?: Resolver, ambiguous = false) {
		this.#entries = entries;
		this.#resolver = resolver;
		this.ambiguous = ambiguous;
	}

	/** A new dictionary from keys without their slash; `undefined` leaves an entry out. */
	static of(entries: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
		return new PdfDict(new Map()).with(entries);
	}

	get size(): number {
		return this.#entries.size;
	}

	keys(): Iterable<string> {
		return this.#entries.keys();
	}

	/** Keys and values as written, in the order of the file. */
	entries(): Iterable<[string, PdfObject]> {
		return this.#entries.entries();
	}

	has(key: string): boolean {
		return this.get(key) !== undefined;
	}

	/** The value as written; a reference stays one. */
	raw(key: string): PdfObject | undefined {
		return this.#entries.get(key);
	}

	/** The value with references followed; `undefined` where there is none, or null. */
	get(key: string): PdfObject | undefined {
		const value = this.#entries.get(key);
		return value === undefined ? undefined : (follow(value, this.#resolver) ?? undefined);
	}

	/** The reference, where the value is written as one. */
	ref(key: string): PdfRef | undefined {
		const value = this.#entries.get(key);
		return value instanceof PdfRef ? value : undefined;
	}

	/** The dictionary, where the value is one (a stream is not). */
	dict(key: string): PdfDict | undefined {
		const value = this.get(key);
		return value instanceof PdfDict ? value : undefined;
	}

	array(key: string): PdfArray | undefined {
		const value = this.get(key);
		return value instanceof PdfArray ? value : undefined;
	}

	stream(key: string): PdfStream | undefined {
		const value = this.get(key);
		return value instanceof PdfStream ? value : undefined;
	}

	string(key: string): PdfString | undefined {
		const value = this.get(key);
		return value instanceof PdfString ? value : undefined;
	}

	/** The text of a text string. */
	text(key: string): string | undefined {
		return this.string(key)?.text;
	}

	/** The value of a name, without its slash. */
	name(key: string): string | undefined {
		const value = this.get(key);
		return value instanceof PdfName ? value.value : undefined;
	}

	number(key: string): number | undefined {
		const value = this.get(key);
		return typeof value === 'number' ? value : undefined;
	}

	integer(key: string): number | undefined {
		const value = this.get(key);
		return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
	}

	boolean(key: string): boolean | undefined {
		const value = this.get(key);
		return typeof value === 'boolean' ? value : undefined;
	}

	/** A copy with some entries set, or dropped where given as `undefined`. */
	with(changes: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
		const entries = new Map<string, PdfObject>();
		// The iterator of a map would make an array of each entry.
		this.#entries.forEach((value, key) => void entries.set(key, value));
		for (const key of Object.keys(changes)) {
			const value = changes[key];
			if (value === undefined) entries.delete(key);
			else entries.set(key, value);
		}
		return new PdfDict(entries, this.#resolver);
	}
}

/** Where the encoded bytes of a stream are, and under which object number they were encrypted. */
export interface StreamPlace {
	readonly source: ByteSource;
	readonly offset: number;
	readonly length: number;
	/** The object that the stream is: its key is derived from it (7.6.3). */
	readonly owner: PdfRef;
}

/** A stream: its dictionary, and its encoded bytes in memory (new ones) or in the file. */
export class PdfStream {
	readonly dict: PdfDict;
	readonly data: Uint8Array | StreamPlace;

	constructor(dict: PdfDict, data: Uint8Array | StreamPlace) {
		this.dict = dict;
		this.data = data;
	}
}

/**
 * Bytes that an update writes as they are, never encrypted, and whose place it tells: the room kept for `/Contents` and
 * `/ByteRange`. Reading never gives one.
 */
export class PdfVerbatim {
	readonly bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}
}

/** Short for `new PdfName(value)`. */
export function name(value: string): PdfName {
	return new PdfName(value);
}

function follow(object: PdfObject, resolver: Resolver | undefined): PdfObject {
	return object instanceof PdfRef ? (resolver?.resolve(object) ?? null) : object;
}
