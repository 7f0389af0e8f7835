/** Objects into PDF syntax (ISO 32000-2, 7.3). */
import { isRegular } from './characters.ts';
import { PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfString, PdfVerbatim } from './objects.ts';

/** How the strings of one object leave: encrypted where the file is, as they are where it is not. */
export type StringCipher = (bytes: Uint8Array) => Uint8Array;

/** Bytes gathered piece by piece, and where in them each {@link PdfVerbatim} came to stand. */
export class ByteWriter {
	#bytes = new Uint8Array(4096);
	#length = 0;
	readonly #verbatims = new Map<PdfVerbatim, number>();

	get length(): number {
		return this.#length;
	}

	/** Text in Latin-1: syntax is ASCII. */
	text(text: string): this {
		const { length } = text;
		this.#reserve(length);
		const bytes = this.#bytes;
		const start = this.#length;
		for (let index = 0; index < length; index++) bytes[start + index] = text.charCodeAt(index);
		this.#length = start + length;
		return this;
	}

	raw(bytes: Uint8Array): this {
		this.#reserve(bytes.length);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
		return this;
	}

	/** An object; `encrypt` is asked for each string in it. Streams are objects of their own and not written here. */
	object(object: PdfObject, encrypt?: StringCipher): this {
		if (object === null) return this.text('null');
		if (typeof object === 'boolean') return this.text(object ? 'true' : 'false');
		if (typeof object === 'number') return this.text(formatNumber(object));
		if (object instanceof PdfName) return this.text(formatName(object.value));
		if (object instanceof PdfRef) return this.text(object.toString());
		if (object instanceof PdfString) return this.#string(object, encrypt);
		if (object instanceof PdfArray) return this.#array(object, encrypt);
		if (object instanceof PdfDict) return this.#dictionary(object, encrypt);
		if (object instanceof PdfVerbatim) {
			this.#verbatims.set(object, this.#length);
			return this.raw(object.bytes);
		}
		throw new TypeError('a stream is written by reference, never inside another object');
	}

	/** Where the verbatim bytes begin, or `undefined` when they were not written. */
	placeOf(verbatim: PdfVerbatim): number | undefined {
		return this.#verbatims.get(verbatim);
	}

	/** What is written so far, as a view: good until more is written. */
	get written(): Uint8Array {
		return this.#bytes.subarray(0, this.#length);
	}

	bytes(): Uint8Array {
		return this.#bytes.slice(0, this.#length);
	}

	#string(string: PdfString, encrypt: StringCipher | undefined): this {
		const bytes = encrypt === undefined ? string.bytes : encrypt(string.bytes);
		// Ciphertext is hexadecimal: shorter on average than escapes, and no end of line in it to go astray.
		if (string.hex || encrypt !== undefined) return this.text(`<${Buffer.from(bytes).toString('hex').toUpperCase()}>`);
		this.text('(');
		for (const byte of bytes) this.text(LITERAL_ESCAPES.get(byte) ?? String.fromCharCode(byte));
		return this.text(')');
	}

	#array(array: PdfArray, encrypt: StringCipher | undefined): this {
		this.text('[');
		array.items.forEach((item, index) => {
			if (index > 0) this.text(' ');
			this.object(item, encrypt);
		});
		return this.text(']');
	}

	#dictionary(dict: PdfDict, encrypt: StringCipher | undefined): this {
		this.text('<<');
		const signature = isSignature(dict);
		for (const [key, value] of dict.entries()) {
			this.text(`${formatName(key)} `);
			// 7.6.2: the /Contents of a signature dictionary is never encrypted.
			this.object(value, signature && key === 'Contents' ? undefined : encrypt);
			this.text('\n');
		}
		return this.text('>>');
	}

	#reserve(more: number): void {
		if (this.#length + more <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
		larger.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = larger;
	}
}

/** Whether a dictionary is a signature's, whose `/Contents` stays out of encryption (7.6.2). */
export function isSignature(dict: PdfDict): boolean {
	if (dict.raw('ByteRange') !== undefined && dict.raw('Contents') !== undefined) return true;
	const type = dict.raw('Type');
	return type instanceof PdfName && (type.value === 'Sig' || type.value === 'DocTimeStamp');
}

/** The syntax of one object that is no stream. */
export function formatObject(object: PdfObject): Uint8Array {
	return new ByteWriter().object(object).bytes();
}

/** PDF has no exponents: at most 10 places after the point (7.3.3 asks for 5), no sign on zero. */
export function formatNumber(value: number): string {
	if (!Number.isFinite(value)) throw new RangeError(`${value} has no spelling in PDF`);
	if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value);
	if (Number.isInteger(value)) return BigInt(value).toString();
	const text = value.toFixed(10).replace(/\.?0+$/, '');
	return text === '-0' ? '0' : text;
}

const LITERAL_ESCAPES: ReadonlyMap<number, string> = new Map([
	[0x28, '\\('],
	[0x29, '\\)'],
	[0x5c, '\\\\'],
	[0x0d, '\\r'],
	[0x0a, '\\n'],
]);

const PLAIN_NAME = /^[A-Za-z0-9]+$/;

function formatName(value: string): string {
	if (PLAIN_NAME.test(value)) return `/${value}`;
	let text = '/';
	for (let index = 0; index < value.length; index++) {
		const byte = value.charCodeAt(index);
		if (byte > 0xff) throw new RangeError(`the name ${value} holds a character that is no byte: encode it as UTF-8`);
		const plain = byte > 0x20 && byte < 0x7f && byte !== 0x23 && isRegular(byte);
		text += plain ? String.fromCharCode(byte) : `#${byte.toString(16).padStart(2, '0').toUpperCase()}`;
	}
	return text;
}
