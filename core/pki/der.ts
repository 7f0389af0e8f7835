/**
 * DER, read: strict, bounds-checked, without copies (X.690).
 *
 * Everything that signing and verifying reads is untrusted, so lengths must be minimal and definite, nesting is bounded,
 * and every fault is a {@link DerError} with an offset. BER from other producers goes through `berToDer` first.
 */
import { ParaphError } from '../ports/errors.ts';

/** Identifier octets, universal class; tags above 30 do not occur in what we read. */
export const Tag = {
	boolean: 0x01,
	integer: 0x02,
	bitString: 0x03,
	octetString: 0x04,
	null: 0x05,
	oid: 0x06,
	enumerated: 0x0a,
	utf8String: 0x0c,
	sequence: 0x30,
	set: 0x31,
	numericString: 0x12,
	printableString: 0x13,
	teletexString: 0x14,
	ia5String: 0x16,
	utcTime: 0x17,
	generalizedTime: 0x18,
	visibleString: 0x1a,
	universalString: 0x1c,
	bmpString: 0x1e,
} as const;

/** `[n]` constructed (EXPLICIT, or IMPLICIT of a constructed type). */
export const context = (n: number): number => 0xa0 | n;
/** `[n]` primitive (IMPLICIT of a primitive type). */
export const contextPrimitive = (n: number): number => 0x80 | n;

/** The bytes are not DER, or not of the expected shape. */
export class DerError extends ParaphError {
	readonly code = 'der-malformed';
	readonly offset: number;

	constructor(what: string, offset: number) {
		super(`${what} at byte ${offset}`, { hint: 'The data is damaged or was not made by conforming software.' });
		this.offset = offset;
	}
}

const MAXIMUM_DEPTH = 64;
const MAXIMUM_OID_LENGTH = 128;
/** Octets of the largest INTEGER taken as a number: a 16,384-bit key. */
const MAXIMUM_INTEGER_LENGTH = 2049;

/** One element: tag, and where its content lies in the bytes it was read from. */
export class DerElement {
	readonly tag: number;
	readonly #bytes: Uint8Array;
	readonly start: number;
	readonly #contentStart: number;
	readonly end: number;
	readonly #depth: number;

	constructor(bytes: Uint8Array, tag: number, start: number, contentStart: number, end: number, depth: number) {
		this.#bytes = bytes;
		this.tag = tag;
		this.start = start;
		this.#contentStart = contentStart;
		this.end = end;
		this.#depth = depth;
	}

	/** Tag, length and content; a view, not a copy. */
	get raw(): Uint8Array {
		return this.#bytes.subarray(this.start, this.end);
	}

	/** The content octets; a view, not a copy. */
	get content(): Uint8Array {
		return this.#bytes.subarray(this.#contentStart, this.end);
	}

	/** Reads inside this constructed element; `tag` states what it must be. */
	read(tag: number = this.tag): DerReader {
		this.expect(tag);
		if ((this.tag & 0x20) === 0) throw new DerError('a constructed element was expected', this.start);
		if (this.#depth >= MAXIMUM_DEPTH) throw new DerError('nested too deeply', this.start);
		return new DerReader(this.#bytes, this.#contentStart, this.end, this.#depth + 1);
	}

	/** Reads DER carried inside this primitive element (an OCTET STRING of an extension). */
	readContent(): DerReader {
		if (this.#depth >= MAXIMUM_DEPTH) throw new DerError('nested too deeply', this.start);
		return new DerReader(this.#bytes, this.#contentStart, this.end, this.#depth + 1);
	}

	expect(tag: number): this {
		if (this.tag !== tag)
			throw new DerError(`tag 0x${hexByte(tag)} was expected, 0x${hexByte(this.tag)} found`, this.start);
		return this;
	}

	boolean(tag: number = Tag.boolean): boolean {
		const content = this.expect(tag).content;
		if (content.length !== 1) throw new DerError('a BOOLEAN of one octet was expected', this.start);
		return content[0] !== 0;
	}

	/** Content of an INTEGER, two's complement, big-endian, minimal. */
	integerBytes(tag: number = Tag.integer): Uint8Array {
		const content = this.expect(tag).content;
		if (content.length === 0) throw new DerError('an INTEGER without content', this.start);
		return content;
	}

	bigint(tag: number = Tag.integer): bigint {
		const content = this.integerBytes(tag);
		if (content.length > MAXIMUM_INTEGER_LENGTH) throw new DerError('an INTEGER too large to be used here', this.start);
		const unsigned = BigInt(`0x${Buffer.from(content.buffer, content.byteOffset, content.length).toString('hex')}`);
		return (content[0] ?? 0) & 0x80 ? unsigned - (1n << BigInt(content.length * 8)) : unsigned;
	}

	/** An INTEGER or ENUMERATED that fits a safe integer. */
	integer(tag: number = Tag.integer): number {
		if (this.content.length > 6) throw new DerError('an INTEGER too large to be used here', this.start);
		return Number(this.bigint(tag));
	}

	/** Dotted decimal. */
	oid(tag: number = Tag.oid): string {
		return decodeOid(this.expect(tag).content, this.start);
	}

	/** As `oid`, for what is only compared with what is known: undefined where this is another type, or damaged. */
	soundOid(): string | undefined {
		try {
			return this.oid();
		} catch (error) {
			if (error instanceof DerError) return undefined;
			throw error;
		}
	}

	octets(tag: number = Tag.octetString): Uint8Array {
		return this.expect(tag).content;
	}

	/** The octets of a BIT STRING; `unused` bits at the end count as zero. */
	bitString(tag: number = Tag.bitString): { readonly bytes: Uint8Array; readonly unused: number } {
		const content = this.expect(tag).content;
		const unused = content[0];
		if (unused === undefined || unused > 7 || (content.length === 1 && unused !== 0))
			throw new DerError('a malformed BIT STRING', this.start);
		return { bytes: content.subarray(1), unused };
	}

	/** Any of the character string types. TeletexString is read as Latin-1, as everyone does. */
	string(): string {
		const content = Buffer.from(this.content.buffer, this.content.byteOffset, this.content.length);
		switch (this.tag) {
			case Tag.utf8String:
				return content.toString('utf8');
			case Tag.bmpString:
				if (content.length % 2 !== 0) throw new DerError('a BMPString of odd length', this.start);
				return Buffer.from(content).swap16().toString('utf16le');
			case Tag.universalString:
				return decodeUniversalString(content, this.start);
			case Tag.numericString:
			case Tag.printableString:
			case Tag.teletexString:
			case Tag.ia5String:
			case Tag.visibleString:
				return content.toString('latin1');
			default:
				throw new DerError(`a character string was expected, tag 0x${hexByte(this.tag)} found`, this.start);
		}
	}

	/** UTCTime or GeneralizedTime in Zulu form; RFC 5280 §4.1.2.5.1 puts two-digit years below 50 into this century. */
	time(): Date {
		const text = Buffer.from(this.content.buffer, this.content.byteOffset, this.content.length).toString('latin1');
		const match =
			this.tag === Tag.utcTime
				? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?()Z$/.exec(text)
				: this.tag === Tag.generalizedTime
					? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(text)
					: null;
		if (match === null) throw new DerError('a time in Zulu form was expected', this.start);
		const [, year = '', month = '', day = '', hour = '', minute = '', second = '0', fraction = ''] = match;
		const fullYear = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
		const milliseconds = fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0;
		const time = Date.UTC(
			fullYear,
			Number(month) - 1,
			Number(day),
			Number(hour),
			Number(minute),
			Number(second),
			milliseconds,
		);
		const date = new Date(time);
		if (fullYear < 100) date.setUTCFullYear(fullYear);
		if (date.getUTCMonth() !== Number(month) - 1 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)
			throw new DerError('a time that does not exist', this.start);
		return date;
	}
}

/** Walks the elements of a constructed element, in order. */
export class DerReader {
	readonly #bytes: Uint8Array;
	#position: number;
	readonly #end: number;
	readonly #depth: number;

	constructor(bytes: Uint8Array, start = 0, end = bytes.length, depth = 0) {
		this.#bytes = bytes;
		this.#position = start;
		this.#end = end;
		this.#depth = depth;
	}

	get atEnd(): boolean {
		return this.#position >= this.#end;
	}

	/** The next element's tag, or undefined at the end. */
	peek(): number | undefined {
		return this.#position < this.#end ? this.#bytes[this.#position] : undefined;
	}

	/** The next element; it must have `tag` where one is given. */
	next(tag?: number): DerElement {
		const element = this.#element();
		if (tag !== undefined) element.expect(tag);
		this.#position = element.end;
		return element;
	}

	/** The next element if it has `tag`. */
	optional(tag: number): DerElement | undefined {
		return this.peek() === tag ? this.next() : undefined;
	}

	/** Whatever is left, in order. */
	*rest(): Generator<DerElement> {
		while (!this.atEnd) yield this.next();
	}

	/** Nothing may be left. */
	end(): void {
		if (!this.atEnd) throw new DerError('unexpected data after the last element', this.#position);
	}

	#element(): DerElement {
		const start = this.#position;
		const bytes = this.#bytes;
		if (start + 2 > this.#end) throw new DerError('an element was expected, the data ends', start);
		const tag = bytes[start] ?? 0;
		if ((tag & 0x1f) === 0x1f) throw new DerError('a tag above 30', start);
		let length = bytes[start + 1] ?? 0;
		let position = start + 2;
		if (length >= 0x80) {
			const count = length & 0x7f;
			if (count === 0 || count > 4) throw new DerError('an indefinite or oversized length', start);
			if (position + count > this.#end) throw new DerError('a length cut short', start);
			length = 0;
			for (let i = 0; i < count; i++) length = length * 256 + (bytes[position + i] ?? 0);
			if (length < 0x80 || (count > 1 && (bytes[position] ?? 0) === 0))
				throw new DerError('a length not minimal', start);
			position += count;
		}
		if (position + length > this.#end) throw new DerError('an element longer than what holds it', start);
		return new DerElement(bytes, tag, start, position, position + length, this.#depth);
	}
}

/** Reads bytes that must be exactly one element. */
export function readDer(bytes: Uint8Array, tag?: number): DerElement {
	const reader = new DerReader(bytes);
	const element = reader.next(tag);
	reader.end();
	return element;
}

/** Dotted decimal of an OBJECT IDENTIFIER's content octets. */
function decodeOid(content: Uint8Array, offset: number): string {
	// Arcs grow as integers: what no registry would issue must not keep the machine busy.
	if (content.length === 0 || content.length > MAXIMUM_OID_LENGTH || (content[content.length - 1] ?? 0) & 0x80)
		throw new DerError('a malformed OBJECT IDENTIFIER', offset);
	const arcs: string[] = [];
	let arc = 0n;
	let small = 0;
	let wide = false;
	for (const byte of content) {
		if (wide || small > 0x1ffffffffff) {
			if (!wide) arc = BigInt(small);
			wide = true;
			arc = (arc << 7n) | BigInt(byte & 0x7f);
		} else small = small * 128 + (byte & 0x7f);
		if (byte & 0x80) continue;
		if (arcs.length === 0) {
			const first = wide || small >= 80 ? 2 : Math.floor(small / 40);
			arcs.push(String(first), wide ? (arc - 80n).toString() : String(small - first * 40));
		} else arcs.push(wide ? arc.toString() : String(small));
		arc = 0n;
		small = 0;
		wide = false;
	}
	return arcs.join('.');
}

function decodeUniversalString(content: Buffer, offset: number): string {
	if (content.length % 4 !== 0) throw new DerError('a UniversalString of a length not divisible by four', offset);
	let text = '';
	for (let i = 0; i < content.length; i += 4) {
		const point = content.readUInt32BE(i);
		if (point > 0x10ffff) throw new DerError('a character outside Unicode', offset);
		text += String.fromCodePoint(point);
	}
	return text;
}

const hexByte = (value: number): string => value.toString(16).padStart(2, '0');
