/** PDF syntax into objects (ISO 32000-2, 7.3), in every spelling that occurs and with bounded depth and memory. */
import type { ByteSource } from './byteSource.ts';
import { hexDigit, isDigit, isRegular, isWhiteSpace } from './characters.ts';
import { PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfString, type Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';

const MAXIMUM_DEPTH = 256;
const FIRST_WINDOW = 4096;
/** The longest single object; real ones above a few megabytes are xref-like arrays or attacks. */
const MAXIMUM_WINDOW = 64 * 1024 * 1024;
const END = -1;

/** Thrown inside a window that ends before the source does; caught by {@link parseAt}, which takes a larger one. */
class WindowTooSmall extends Error {}
const WINDOW_TOO_SMALL = new WindowTooSmall();

/**
 * Runs `parse` over the bytes at `offset`, with as large a piece of the source as it turns out to need.
 *
 * `parse` may run several times and must therefore keep nothing outside of its result.
 *
 * @throws {PdfError} `damaged` on a syntax error, `too-large` when an object has no end within 64 MiB.
 */
export function parseAt<T>(
	source: ByteSource,
	offset: number,
	resolver: Resolver | undefined,
	parse: (parser: ObjectParser) => T,
): T {
	for (let size = FIRST_WINDOW; ; size *= 8) {
		const window = source.window(offset, size);
		const whole = offset + window.length >= source.size;
		try {
			return parse(new ObjectParser(window, { origin: offset, whole, resolver }));
		} catch (error) {
			if (!(error instanceof WindowTooSmall)) throw error;
			if (size >= MAXIMUM_WINDOW) throw new PdfError('too-large', 'an object does not end within 64 MiB', { offset });
		}
	}
}

export interface ParserOptions {
	/** Where in the file the bytes begin; `undefined` where they have no place of their own (object streams). */
	readonly origin?: number | undefined;
	/** Whether the bytes end because the file does. */
	readonly whole?: boolean;
	readonly resolver?: Resolver | undefined;
}

/** A cursor over bytes that gives objects. */
export class ObjectParser {
	/** Index of the next byte. */
	position = 0;
	readonly #bytes: Uint8Array;
	readonly #origin: number | undefined;
	readonly #whole: boolean;
	readonly #resolver: Resolver | undefined;
	#depth = 0;

	constructor(bytes: Uint8Array, options: ParserOptions = {}) {
		this.#bytes = bytes;
		this.#origin = options.origin;
		this.#whole = options.whole ?? true;
		this.#resolver = options.resolver;
	}

	/** The position in the file. */
	get offset(): number {
		return (this.#origin ?? 0) + this.position;
	}

	/** The byte `ahead` of the next, -1 past the end. */
	peek(ahead = 0): number {
		const byte = this.#bytes[this.position + ahead];
		if (byte !== undefined) return byte;
		if (!this.#whole) throw WINDOW_TOO_SMALL;
		return END;
	}

	/** Skips white space and comments. */
	skipSpace(): void {
		for (;;) {
			const byte = this.peek();
			if (byte === 0x25) {
				for (let next = byte; next !== 0x0a && next !== 0x0d && next !== END; next = this.peek()) this.position++;
			} else if (byte !== END && isWhiteSpace(byte)) this.position++;
			else return;
		}
	}

	/** Takes `keyword` if it is next, after white space, and is not the beginning of a longer one. */
	takeKeyword(keyword: string): boolean {
		this.skipSpace();
		for (let index = 0; index < keyword.length; index++) {
			if (this.peek(index) !== keyword.charCodeAt(index)) return false;
		}
		if (isRegular(this.peek(keyword.length))) return false;
		this.position += keyword.length;
		return true;
	}

	/** Takes a non-negative integer if it is next, after white space. */
	takeInteger(): number | undefined {
		this.skipSpace();
		const start = this.position;
		let value = 0;
		for (let byte = this.peek(); isDigit(byte); byte = this.peek()) {
			value = value * 10 + (byte - 0x30);
			this.position++;
		}
		return this.position === start ? undefined : value;
	}

	/**
	 * The next object. A keyword that is none (`nul`, `xyz`) is read as null, as other readers do.
	 *
	 * @throws {PdfError} `damaged` where no object begins, or one does not end.
	 */
	parseObject(): PdfObject {
		this.skipSpace();
		const byte = this.peek();
		switch (byte) {
			case 0x2f:
				return this.#name();
			case 0x28:
				return this.#literalString();
			case 0x5b:
				return this.#array();
			case 0x3c:
				return this.peek(1) === 0x3c ? this.#dictionary() : this.#hexString();
			case 0x2b:
			case 0x2d:
			case 0x2e:
				return this.#number();
			case 0x5d:
			case 0x3e:
			case 0x29:
			case END:
				throw new PdfError('damaged', 'an object is missing', { offset: this.offset });
			default:
				return isDigit(byte) ? this.#numberOrReference() : this.#keyword();
		}
	}

	#name(): PdfName {
		return new PdfName(this.#nameValue());
	}

	#nameValue(): string {
		this.position++;
		let value = '';
		for (let byte = this.peek(); isRegular(byte); byte = this.peek()) {
			this.position++;
			if (byte === 0x23) {
				const high = hexDigit(this.peek());
				const low = high < 0 ? -1 : hexDigit(this.peek(1));
				if (low >= 0) {
					byte = high * 16 + low;
					this.position += 2;
				}
			}
			value += String.fromCharCode(byte);
		}
		return value;
	}

	#literalString(): PdfString {
		const start = this.position++;
		const bytes: number[] = [];
		for (let open = 1; ; ) {
			let byte = this.peek();
			if (byte === END) throw new PdfError('damaged', 'a string does not end', { offset: this.offset });
			this.position++;
			if (byte === 0x28) open++;
			else if (byte === 0x29 && --open === 0) break;
			else if (byte === 0x5c) {
				byte = this.#escape();
				if (byte < 0) continue;
			} else if (byte === 0x0d) {
				// 7.3.4.2: an end of line in a string is one line feed, however it is written.
				if (this.peek() === 0x0a) this.position++;
				byte = 0x0a;
			}
			bytes.push(byte);
		}
		return new PdfString(Uint8Array.from(bytes), false, this.#span(start));
	}

	/** What a backslash and its successors mean, -1 for nothing. */
	#escape(): number {
		const byte = this.peek();
		if (byte === END) return -1;
		this.position++;
		switch (byte) {
			case 0x6e:
				return 0x0a;
			case 0x72:
				return 0x0d;
			case 0x74:
				return 0x09;
			case 0x62:
				return 0x08;
			case 0x66:
				return 0x0c;
			case 0x0d:
				if (this.peek() === 0x0a) this.position++;
				return -1;
			case 0x0a:
				return -1;
			default:
				return byte >= 0x30 && byte <= 0x37 ? this.#octal(byte - 0x30) : byte;
		}
	}

	#octal(first: number): number {
		let value = first;
		for (let digits = 1; digits < 3; digits++) {
			const digit = this.peek() - 0x30;
			if (digit < 0 || digit > 7) break;
			value = value * 8 + digit;
			this.position++;
		}
		return value & 0xff;
	}

	#hexString(): PdfString {
		const start = this.position++;
		return this.#plainHexString(start) ?? this.#oddHexString(start);
	}

	/** Digits in pairs and nothing between them, as signatures are: decoded as a whole. */
	#plainHexString(start: number): PdfString | undefined {
		const end = this.#bytes.indexOf(0x3e, this.position);
		if (end < 0) return undefined;
		const { buffer, byteOffset } = this.#bytes;
		const digits = Buffer.from(buffer, byteOffset + this.position, end - this.position).toString('latin1');
		// Decoding ends at the first character that is no digit.
		const bytes = Buffer.from(digits, 'hex');
		if (bytes.length * 2 !== digits.length) return undefined;
		this.position = end + 1;
		return new PdfString(Uint8Array.from(bytes), true, this.#span(start));
	}

	#oddHexString(start: number): PdfString {
		const bytes: number[] = [];
		let high = -1;
		for (;;) {
			const byte = this.peek();
			if (byte === END) throw new PdfError('damaged', 'a string does not end', { offset: this.offset });
			this.position++;
			if (byte === 0x3e) break;
			const digit = hexDigit(byte);
			if (digit < 0) continue;
			if (high < 0) high = digit;
			else {
				bytes.push(high * 16 + digit);
				high = -1;
			}
		}
		if (high >= 0) bytes.push(high * 16);
		return new PdfString(Uint8Array.from(bytes), true, this.#span(start));
	}

	#span(start: number): readonly [number, number] | undefined {
		return this.#origin === undefined ? undefined : [this.#origin + start, this.#origin + this.position];
	}

	#array(): PdfArray {
		this.#enter();
		this.position++;
		const items: PdfObject[] = [];
		for (;;) {
			this.skipSpace();
			if (this.peek() === 0x5d) {
				this.position++;
				break;
			}
			if (this.#atEndOfObject()) break;
			items.push(this.parseObject());
		}
		this.#depth--;
		return new PdfArray(items, this.#resolver);
	}

	#dictionary(): PdfDict {
		this.#enter();
		this.position += 2;
		const entries = new Map<string, PdfObject>();
		let ambiguous = false;
		for (;;) {
			this.skipSpace();
			const byte = this.peek();
			if (byte === 0x3e) {
				this.position += this.peek(1) === 0x3e ? 2 : 1;
				break;
			}
			if (byte !== 0x2f) {
				if (byte === END || this.#atEndOfObject()) break;
				// A value without a key: skipped, as other readers do.
				this.parseObject();
				continue;
			}
			const key = this.#nameValue();
			this.skipSpace();
			if (this.peek() === 0x3e && this.peek(1) === 0x3e) continue;
			if (this.peek() === 0x5d) {
				// A closing bracket where the value should be: read as null, as other readers do.
				this.position++;
				continue;
			}
			ambiguous ||= entries.has(key);
			entries.set(key, this.parseObject());
		}
		this.#depth--;
		return new PdfDict(entries, this.#resolver, ambiguous);
	}

	#enter(): void {
		if (++this.#depth > MAXIMUM_DEPTH) {
			throw new PdfError('damaged', `objects are nested deeper than ${MAXIMUM_DEPTH}`, { offset: this.offset });
		}
	}

	/** An array or dictionary that was never closed ends with its object. */
	#atEndOfObject(): boolean {
		if (this.peek() !== 0x65) return false;
		const start = this.position;
		const ends = this.takeKeyword('endobj');
		this.position = start;
		return ends;
	}

	#numberOrReference(): number | PdfRef {
		const value = this.#number();
		if (!Number.isSafeInteger(value)) return value;
		const afterNumber = this.position;
		const generation = isWhiteSpace(this.peek()) ? this.takeInteger() : undefined;
		if (generation !== undefined && isWhiteSpace(this.peek()) && this.takeKeyword('R')) {
			return new PdfRef(value, generation);
		}
		this.position = afterNumber;
		return value;
	}

	/** Digits with sign and point; what else there is up to the next delimiter is dropped, as other readers do. */
	#number(): number {
		let negative = false;
		for (let byte = this.peek(); byte === 0x2b || byte === 0x2d; byte = this.peek()) {
			negative = byte === 0x2d;
			this.position++;
		}
		const start = this.position;
		let digits = true;
		let point = false;
		let end = start;
		for (let byte = this.peek(); isRegular(byte); byte = this.peek()) {
			if (digits && byte === 0x2e && !point) point = true;
			else if (!isDigit(byte)) digits = false;
			this.position++;
			if (digits) end = this.position;
		}
		const value = point
			? Number.parseFloat(`0${Buffer.from(this.#bytes.subarray(start, end)).toString('latin1')}`)
			: this.#integer(start, end);
		return negative && value !== 0 ? -value : value;
	}

	#integer(start: number, end: number): number {
		let value = 0;
		for (let index = start; index < end; index++) value = value * 10 + ((this.#bytes[index] ?? 0x30) - 0x30);
		return value;
	}

	#keyword(): boolean | null {
		const start = this.position;
		while (isRegular(this.peek())) this.position++;
		// A stray delimiter, `{` or `}`: stepping over it keeps the caller's loop moving.
		if (this.position === start) this.position++;
		if (this.position - start > 5) return null;
		const keyword = Buffer.from(this.#bytes.subarray(start, this.position)).toString('latin1');
		return keyword === 'true' ? true : keyword === 'false' ? false : null;
	}
}
