/** Stream filters (ISO 32000-2, 7.4), each with a limit on what it may give: a few bytes can claim gigabytes. */
import { inflateRawSync, inflateSync, type ZlibOptions, constants as zlib } from 'node:zlib';
import { hexDigit, isWhiteSpace } from './characters.ts';
import { decodeLzw } from './lzw.ts';
import { PdfArray, PdfDict, PdfName } from './objects.ts';
import { PdfError } from './pdfError.ts';
import { undoPredictor } from './predictor.ts';

const MAXIMUM_FILTERS = 16;

/**
 * Undoes every filter of a stream, in order.
 *
 * @param maximumSize bytes that no step may exceed.
 * @throws {PdfError} `too-large` beyond it; `damaged` when the data do not fit the filter, or it is one for images.
 */
export function decodeStream(dict: PdfDict, encoded: Uint8Array, maximumSize: number): Uint8Array {
	const names = filterNames(dict);
	const parameters = listOf(dict, 'DecodeParms');
	if (names.length > MAXIMUM_FILTERS) throw new PdfError('damaged', `a stream has ${names.length} filters`);
	let data = encoded;
	names.forEach((filter, index) => {
		const own = parameters[index];
		data = applyFilter(filter, data, own instanceof PdfDict ? own : undefined, maximumSize);
		if (data.length > maximumSize) throw tooLarge(maximumSize);
	});
	return data;
}

/** The filters of a stream in the order they are undone, without their slash. */
export function filterNames(dict: PdfDict): string[] {
	return listOf(dict, 'Filter').flatMap((filter) => (filter instanceof PdfName ? [filter.value] : []));
}

function listOf(dict: PdfDict, key: string): unknown[] {
	const value = dict.get(key);
	if (value === undefined) return [];
	return value instanceof PdfArray ? [...value] : [value];
}

function applyFilter(filter: string, data: Uint8Array, parameters: PdfDict | undefined, limit: number): Uint8Array {
	switch (filter) {
		case 'FlateDecode':
		case 'Fl':
			return undoPredictor(inflate(data, limit), parameters);
		case 'LZWDecode':
		case 'LZW':
			return undoPredictor(decodeLzw(data, parameters?.integer('EarlyChange') !== 0, limit), parameters);
		case 'ASCIIHexDecode':
		case 'AHx':
			return decodeAsciiHex(data);
		case 'ASCII85Decode':
		case 'A85':
			return decodeAscii85(data);
		case 'RunLengthDecode':
		case 'RL':
			return decodeRunLength(data, limit);
		// Undone with the encryption, before the filters.
		case 'Crypt':
			return data;
		default:
			throw new PdfError('damaged', `a stream that holds data is encoded as ${filter}, which is for images`);
	}
}

/** @throws {PdfError} `too-large` when more than `limit` bytes come out, `damaged` when none can. */
export function inflate(data: Uint8Array, limit: number): Uint8Array {
	// A stream that was cut short gives what it has: many producers drop the checksum.
	const options: ZlibOptions = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: Math.max(1, limit) };
	try {
		return inflateSync(data, options);
	} catch (error) {
		if (isTooLarge(error)) throw tooLarge(limit, error);
	}
	try {
		// Without the two-byte head and the checksum: one of them was wrong.
		return inflateRawSync(data.subarray(2), options);
	} catch (cause) {
		if (isTooLarge(cause)) throw tooLarge(limit, cause);
		throw new PdfError('damaged', 'compressed data cannot be read', { cause });
	}
}

function isTooLarge(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

export function tooLarge(limit: number, cause?: unknown): PdfError {
	return new PdfError('too-large', `a stream is longer than ${limit} bytes once decoded`, { cause });
}

function decodeAsciiHex(data: Uint8Array): Uint8Array {
	const out = new Uint8Array((data.length + 1) >> 1);
	let length = 0;
	let high = -1;
	for (const byte of data) {
		if (byte === 0x3e) break;
		const digit = hexDigit(byte);
		if (digit < 0) continue;
		if (high < 0) high = digit;
		else {
			out[length++] = high * 16 + digit;
			high = -1;
		}
	}
	if (high >= 0) out[length++] = high * 16;
	return out.subarray(0, length);
}

function decodeAscii85(data: Uint8Array): Uint8Array {
	const out = new Uint8Array(data.length * 4);
	let length = 0;
	let group = 0;
	let count = 0;
	for (const byte of data) {
		if (byte === 0x7e) break;
		if (isWhiteSpace(byte)) continue;
		if (byte === 0x7a && count === 0) {
			length += 4;
			continue;
		}
		if (byte < 0x21 || byte > 0x75)
			throw new PdfError('damaged', 'ASCII85 data hold a character that is none of its digits');
		group = group * 85 + byte - 0x21;
		if (++count === 5) {
			for (let shift = 24; shift >= 0; shift -= 8) out[length++] = Math.floor(group / 2 ** shift) & 0xff;
			group = 0;
			count = 0;
		}
	}
	if (count > 1) {
		for (let missing = count; missing < 5; missing++) group = group * 85 + 84;
		for (let index = 0; index < count - 1; index++) out[length++] = Math.floor(group / 2 ** (24 - 8 * index)) & 0xff;
	}
	return out.subarray(0, length);
}

function decodeRunLength(data: Uint8Array, limit: number): Uint8Array {
	const pieces: Uint8Array[] = [];
	let total = 0;
	for (let position = 0; position < data.length; ) {
		const length = data[position++] ?? 128;
		if (length === 128) break;
		const piece =
			length < 128
				? data.subarray(position, position + length + 1)
				: new Uint8Array(257 - length).fill(data[position] ?? 0);
		position += length < 128 ? length + 1 : 1;
		total += piece.length;
		if (total > limit) throw tooLarge(limit);
		pieces.push(piece);
	}
	return Buffer.concat(pieces);
}
