/** `12 0 obj … endobj`, with the stream it may hold (ISO 32000-2, 7.3.8 and 7.3.10). */
import type { ByteSource } from './byteSource.ts';
import { type ObjectParser, parseAt } from './objectParser.ts';
import { PdfDict, type PdfObject, PdfRef, PdfStream, type Resolver } from './objects.ts';

export interface IndirectObject {
	readonly ref: PdfRef;
	readonly object: PdfObject;
	/** Offset after the object's value, or after the stream's data. */
	readonly end: number;
	/** Whether a stream ended elsewhere than its `/Length` says. */
	readonly lengthWrong: boolean;
}

/**
 * Reads the object whose number stands at `offset`.
 *
 * @returns `undefined` where no object begins there.
 * @throws {PdfError} `damaged` where one begins that cannot be read.
 */
export function readIndirectObject(
	source: ByteSource,
	offset: number,
	resolver: Resolver | undefined,
): IndirectObject | undefined {
	const read = parseAt(source, offset, resolver, (parser) => {
		const ref = takeHeader(parser);
		if (ref === undefined) return undefined;
		// `1 0 obj endobj` is null to every reader.
		if (parser.takeKeyword('endobj')) return { ref, object: null, end: parser.offset, dataStart: undefined };
		const object = parser.parseObject();
		const end = parser.offset;
		return { ref, object, end, dataStart: object instanceof PdfDict ? takeStreamKeyword(parser) : undefined };
	});
	if (read === undefined) return undefined;
	const { ref, object, end, dataStart } = read;
	if (dataStart === undefined || !(object instanceof PdfDict)) return { ref, object, end, lengthWrong: false };
	const written = object.integer('Length');
	const lengthRight = written !== undefined && written >= 0 && endsAt(source, dataStart + written);
	const length = lengthRight ? written : findStreamEnd(source, dataStart) - dataStart;
	return {
		ref,
		object: new PdfStream(object, { source, offset: dataStart, length, owner: ref }),
		end: dataStart + length,
		lengthWrong: !lengthRight,
	};
}

/** `12 0 obj`. */
export function takeHeader(parser: ObjectParser): PdfRef | undefined {
	const number = parser.takeInteger();
	if (number === undefined) return undefined;
	const generation = parser.takeInteger();
	if (generation === undefined) return undefined;
	parser.skipSpace();
	// `1 0 obj<<` and `1 0 obj123` both occur: what follows the keyword is not looked at.
	if (parser.peek() !== 0x6f || parser.peek(1) !== 0x62 || parser.peek(2) !== 0x6a) return undefined;
	parser.position += 3;
	return new PdfRef(number, generation);
}

/** Where the data begins after `stream` and its end of line; CR alone and spaces before it are against 7.3.8.1, and occur. */
function takeStreamKeyword(parser: ObjectParser): number | undefined {
	parser.skipSpace();
	for (let index = 0; index < 6; index++) {
		if (parser.peek(index) !== 'stream'.charCodeAt(index)) return undefined;
	}
	parser.position += 6;
	let spaces = 0;
	while (parser.peek(spaces) === 0x20) spaces++;
	const next = parser.peek(spaces);
	if (next === 0x0d) parser.position += spaces + (parser.peek(spaces + 1) === 0x0a ? 2 : 1);
	else if (next === 0x0a) parser.position += spaces + 1;
	return parser.offset;
}

const END_STREAM = Buffer.from('endstream');
/** What comes after a stream; the last where both that ought to end it are damaged, so that no later revision is taken for data. */
const ENDS = [END_STREAM, Buffer.from('endobj'), Buffer.from('startxref')];
const SCAN = 256 * 1024;

/** Whether `endstream` comes at `offset`, at most an end of line later. */
function endsAt(source: ByteSource, offset: number): boolean {
	if (offset > source.size) return false;
	const text = Buffer.from(source.read(offset, END_STREAM.length + 4)).toString('latin1');
	return /^[\r\n \t\0]{0,4}endstream/.test(`${text}`) || /^[\r\n \t]{0,3}endobj/.test(text);
}

/** The end of the data by looking for the keyword, the end of line before it left out; the end of the file where there is none. */
function findStreamEnd(source: ByteSource, start: number): number {
	for (let offset = start; offset < source.size; offset += SCAN - END_STREAM.length) {
		const bytes = source.read(offset, SCAN);
		const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
		const found = Math.min(...ENDS.map((keyword) => piece.indexOf(keyword)).filter((index) => index >= 0));
		if (Number.isFinite(found)) return withoutEndOfLine(source, start, offset + found);
	}
	return source.size;
}

function withoutEndOfLine(source: ByteSource, start: number, end: number): number {
	const [first, second] = source.read(Math.max(start, end - 2), Math.min(2, end - start));
	if (end - start >= 2 && first === 0x0d && second === 0x0a) return end - 2;
	const last = end - start === 1 ? first : second;
	return last === 0x0a || last === 0x0d ? end - 1 : end;
}
