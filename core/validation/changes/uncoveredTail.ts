import type { PdfDocument } from '../../pdf/document.ts';
import type { Change } from './change.ts';

/** Bytes that a reader may leave after `%%EOF` without saying anything: ends of line. */
const isBlank = (byte: number): boolean => byte === 0x0a || byte === 0x0d;
const LONGEST_BLANK = 2;

/** Bytes that belong to no revision, at the end of the file: judged, however few (a `change`, or undefined). */
export function uncoveredTail(current: PdfDocument, signedEnd: number): Change | undefined {
	const lastEnd = Math.max(signedEnd, current.revisions.at(-1)?.end ?? 0);
	const length = current.source.size - lastEnd;
	if (length <= 0) return undefined;
	if (length <= LONGEST_BLANK && current.source.read(lastEnd, length).every(isBlank)) return undefined;
	return {
		what: 'bytes-uncovered',
		level: 'disallowed',
		page: undefined,
		rectangle: undefined,
		object: undefined,
		detail: `${length} bytes from ${lastEnd}`,
	};
}
