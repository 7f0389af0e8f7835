/** LZW decoding (ISO 32000-2, 7.4.4). */
import { PdfError } from './pdfError.ts';

const CLEAR_TABLE = 256;
const END_OF_DATA = 257;
const TABLE_SIZE = 4096;

/**
 * @param earlyChange whether codes grow one entry early, as they do unless `/EarlyChange 0` is written.
 * @param limit bytes that may come out.
 */
export function decodeLzw(data: Uint8Array, earlyChange: boolean, limit: number): Uint8Array {
	// An entry is the entry before it and one more byte.
	const prefix = new Uint16Array(TABLE_SIZE);
	const suffix = new Uint8Array(TABLE_SIZE);
	const lengths = new Uint16Array(TABLE_SIZE);
	for (let code = 0; code < 256; code++) {
		suffix[code] = code;
		lengths[code] = 1;
	}
	const early = earlyChange ? 1 : 0;
	let out = new Uint8Array(Math.max(1024, Math.min(limit, data.length * 4)));
	let length = 0;
	let next = 258;
	let previous = -1;
	let width = 9;
	let bits = 0;
	let available = 0;

	for (const byte of data) {
		bits = ((bits << 8) | byte) & 0xffffff;
		available += 8;
		if (available < width) continue;
		available -= width;
		const code = (bits >> available) & ((1 << width) - 1);
		if (code === END_OF_DATA) break;
		if (code === CLEAR_TABLE) {
			next = 258;
			width = 9;
			previous = -1;
			continue;
		}
		if (code > next || (code === next && previous < 0)) throw new PdfError('damaged', 'LZW data hold an unknown code');
		// The code about to be defined: the previous entry and its own first byte (KwKwK).
		const known = code < next ? code : previous;
		const count = (lengths[known] ?? 0) + (code < next ? 0 : 1);
		if (length + count > limit) throw new PdfError('too-large', `a stream is longer than ${limit} bytes once decoded`);
		if (length + count > out.length) {
			const larger = new Uint8Array(Math.max(out.length * 2, length + count));
			larger.set(out.subarray(0, length));
			out = larger;
		}
		let first = 0;
		for (let entry = known, at = length + (lengths[known] ?? 0) - 1; at >= length; at--) {
			first = suffix[entry] ?? 0;
			out[at] = first;
			entry = prefix[entry] ?? 0;
		}
		if (code >= next) out[length + count - 1] = first;
		length += count;
		if (previous >= 0 && next < TABLE_SIZE) {
			prefix[next] = previous;
			suffix[next] = first;
			lengths[next] = (lengths[previous] ?? 0) + 1;
			next++;
		}
		previous = code;
		if (next + early >= 2048) width = 12;
		else if (next + early >= 1024) width = 11;
		else if (next + early >= 512) width = 10;
	}
	return out.subarray(0, length);
}
