import type { PdfDocument } from '../../pdf/document.ts';
import { readIndirectObject } from '../../pdf/indirectObject.ts';
import { PdfError } from '../../pdf/pdfError.ts';
import type { Change } from './change.ts';

/** Bytes that belong to no revision, at the end of the file: refused, however few (a `change`, or undefined). */
export function uncoveredTail(current: PdfDocument, signedEnd: number): Change | undefined {
	const lastEnd = Math.max(signedEnd, current.revisions.at(-1)?.end ?? 0);
	const length = current.source.size - lastEnd;
	return length <= 0 ? undefined : uncovered(lastEnd, length);
}

const uncovered = (start: number, length: number): Change => ({
	what: 'bytes-uncovered',
	level: 'disallowed',
	page: undefined,
	rectangle: undefined,
	object: undefined,
	detail: `${length} bytes from ${start}`,
});

/** What may stand between objects: keywords that end them, white space, comments, the end of a cross-reference. */
const filler = /^(?:[\s\0]|endstream|endobj|startxref\s*\d+|%[^\r\n]*(?:[\r\n]|$))*$/;
const LONGEST_FILLER = 64 * 1024;

/**
 * Bytes between the objects of later revisions that no cross-reference mentions: a reader that scans for objects would show
 * what stands there. The first of them as a change, or undefined.
 */
export function unmentionedBytes(current: PdfDocument, signedEnd: number): Change | undefined {
	if (current.rebuilt) return undefined;
	try {
		return firstGap(current, signedEnd);
	} catch (error) {
		if (error instanceof PdfError) return uncovered(signedEnd, current.source.size - signedEnd);
		throw error;
	}
}

function firstGap(current: PdfDocument, signedEnd: number): Change | undefined {
	const { source } = current;
	let covered = signedEnd;
	for (const [start, end] of mentioned(current, signedEnd)) {
		if (start > covered && !isFiller(current, covered, start)) return uncovered(covered, start - covered);
		covered = Math.max(covered, end);
	}
	const lastEnd = Math.min(source.size, current.revisions.at(-1)?.end ?? source.size);
	return lastEnd > covered && !isFiller(current, covered, lastEnd) ? uncovered(covered, lastEnd - covered) : undefined;
}

/** Where the objects and sections written after `signedEnd` lie, in order. */
function mentioned(current: PdfDocument, signedEnd: number): readonly (readonly [number, number])[] {
	const places: (readonly [number, number])[] = [];
	const addObject = (offset: number): void => {
		const object = offset < signedEnd ? undefined : readIndirectObject(current.source, offset, current);
		if (object) places.push([offset, object.end]);
	};
	for (const section of current.crossReference.sections) {
		if (section.offset >= signedEnd) places.push([section.offset, section.end]);
		addObject(section.trailer.integer('XRefStm') ?? 0);
		if (section.offset < signedEnd) continue;
		for (const number of section.numbers()) {
			const entry = section.lookup(number);
			if (entry?.kind === 'offset') addObject(entry.offset);
		}
	}
	return places.sort((a, b) => a[0] - b[0]);
}

function isFiller(current: PdfDocument, start: number, end: number): boolean {
	if (end - start > LONGEST_FILLER) return false;
	return filler.test(Buffer.from(current.source.read(start, end - start)).toString('latin1'));
}
