import { describe, expect, it } from 'vitest';
import { BytesSource } from '../../pdf/byteSource.ts';
import { PdfArray, PdfDict, PdfString } from '../../pdf/objects.ts';
import { parseSignatureDictionary } from '../../pdf/signatureDictionary.ts';
import { type ByteRangeFault, checkByteRange } from './byteRange.ts';

/** `before`, a gap of ten bytes, and an end: the `/Contents` of the signature is what fills the gap. */
const file = Buffer.from('%PDF-1.7\n<30820001>\nstartxref\n0\n%%EOF\n');
const gap = [9, 19] as const;
const whole = [0, 9, 19, file.length - 19];

function check(byteRange: readonly number[] | undefined, contents: PdfString | undefined = contentsAt(gap)) {
	const dictionary = PdfDict.of({ ByteRange: byteRange && new PdfArray(byteRange), Contents: contents });
	return checkByteRange(parseSignatureDictionary(dictionary), new BytesSource(file));
}

const contentsAt = (span: readonly [number, number] | undefined): PdfString =>
	new PdfString(Buffer.from('30820001', 'hex'), true, span);

describe('the range of a signature', () => {
	it('leaves out nothing but its own /Contents, from the start of the file to the end of a revision', () => {
		expect(check(whole)).toEqual({ faults: [], range: whole, bytesAfter: 0 });
	});

	it.each<[string, readonly number[] | undefined, ByteRangeFault]>([
		['is missing', undefined, 'byte-range-missing'],
		['has no gap', [0, file.length], 'byte-range-not-one-gap'],
		['has two gaps', [0, 9, 19, 2, 25, 4], 'byte-range-not-one-gap'],
		['begins later', [1, 8, 19, file.length - 19], 'byte-range-not-from-start'],
		['overlaps itself', [0, 25, 19, file.length - 19], 'byte-range-overlaps'],
		['is negative', [0, 9, 19, -1], 'byte-range-overlaps'],
		['is fractional', [0, 9.5, 19, 3], 'byte-range-overlaps'],
		['reaches beyond the end', [0, 9, 19, file.length], 'byte-range-beyond-end'],
		['leaves out a byte before /Contents', [0, 8, 19, file.length - 19], 'byte-range-gap-differs'],
		['leaves out a byte after /Contents', [0, 9, 20, file.length - 20], 'byte-range-gap-differs'],
		['covers a digit of /Contents', [0, 10, 19, file.length - 19], 'byte-range-gap-differs'],
		['ends before the end of a revision', [0, 9, 19, 4], 'byte-range-no-revision'],
	])('is at fault when it %s', (_what, range, fault) => {
		expect(check(range).faults).toContain(fault);
	});

	it.each<[string, PdfString]>([
		['empty', new PdfString(new Uint8Array(0), true, gap)],
		['nothing but zeros', new PdfString(new Uint8Array(4), true, gap)],
	])('is at fault where /Contents is %s', (_what, contents) => {
		expect(check(whole, contents).faults).toContain('contents-missing');
	});

	it('is at fault where /Contents has no place in the file, being in an object stream', () => {
		expect(check(whole, contentsAt(undefined)).faults).toContain('byte-range-gap-differs');
	});
});
