/** Objects inside object streams (ISO 32000-2, 7.5.7). */
import { ObjectParser } from './objectParser.ts';
import type { PdfObject, PdfStream, Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';

const MAXIMUM_SIZE = 64 * 1024 * 1024;
/** Decoded bytes kept for the next question. */
const KEPT = 32 * 1024 * 1024;

/** The document that the streams belong to. */
export interface ObjectStreamHost extends Resolver {
	streamData(stream: PdfStream, maximumSize: number): Uint8Array;
}

interface Decoded {
	readonly data: Uint8Array;
	readonly numbers: readonly number[];
	/** From the beginning of the data. */
	readonly offsets: readonly number[];
}

/** Object streams of one document, the last few of them decoded. */
export class ObjectStreams {
	readonly #host: ObjectStreamHost;
	readonly #decoded = new Map<PdfStream, Decoded>();
	#size = 0;

	constructor(host: ObjectStreamHost) {
		this.#host = host;
	}

	clear(): void {
		this.#decoded.clear();
		this.#size = 0;
	}

	/**
	 * Object `number`, at `index` by the cross-reference or wherever the stream has it.
	 *
	 * Streams named by `/Extends` are not searched: the cross-reference names the one that holds the object.
	 *
	 * @returns `undefined` when the stream does not hold it.
	 */
	object(stream: PdfStream, number: number, index: number): PdfObject | undefined {
		const { data, numbers, offsets } = this.#decode(stream);
		const place = numbers[index] === number ? index : numbers.indexOf(number);
		const offset = offsets[place];
		if (offset === undefined) return undefined;
		const parser = new ObjectParser(data, { resolver: this.#host });
		parser.position = offset;
		return parser.parseObject();
	}

	/** The numbers of the objects in a stream, in their order. */
	numbers(stream: PdfStream): readonly number[] {
		return this.#decode(stream).numbers;
	}

	#decode(stream: PdfStream): Decoded {
		const kept = this.#decoded.get(stream);
		if (kept !== undefined) return kept;
		const data = this.#host.streamData(stream, MAXIMUM_SIZE);
		const first = stream.dict.integer('First') ?? 0;
		const count = stream.dict.integer('N') ?? 0;
		// A pair takes four bytes at least.
		if (first < 0 || count < 0 || count > data.length / 4 + 1)
			throw new PdfError('damaged', 'an object stream is damaged');
		const parser = new ObjectParser(data);
		const numbers: number[] = [];
		const offsets: number[] = [];
		for (let index = 0; index < count; index++) {
			const number = parser.takeInteger();
			const offset = parser.takeInteger();
			if (number === undefined || offset === undefined) break;
			numbers.push(number);
			offsets.push(first + offset);
		}
		const decoded = { data, numbers, offsets };
		this.#size += data.length;
		if (this.#size > KEPT) this.clear();
		this.#decoded.set(stream, decoded);
		return decoded;
	}
}
