import type { ByteRange } from '../blobs/blobs.ts';

/**
 * The one range that a request asks for (RFC 9110 §14.1.2).
 *
 * @returns undefined for all of it: without a range, or with what this server takes no notice of, such as several.
 */
export function readRange(header: string | undefined, length: number): ByteRange | 'unsatisfiable' | undefined {
	const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
	if (match === null) return undefined;
	const [, first = '', last = ''] = match;
	if (first === '' && last === '') return undefined;
	if (first === '') {
		const count = Math.min(Number(last), length);
		return count === 0 ? 'unsatisfiable' : { start: length - count, end: length };
	}
	const start = Number(first);
	const end = last === '' ? length : Math.min(Number(last) + 1, length);
	if (last !== '' && Number(last) < start) return undefined;
	return start >= length ? 'unsatisfiable' : { start, end };
}
