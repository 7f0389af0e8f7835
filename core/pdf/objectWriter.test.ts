import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectParser } from './objectParser.ts';
import { PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from './objects.ts';
import { formatNumber, formatObject } from './objectWriter.ts';

/** A plain shape to compare: instances carry resolvers and places. */
function shape(object: PdfObject): unknown {
	if (object instanceof PdfName) return { name: object.value };
	if (object instanceof PdfString) return { string: Buffer.from(object.bytes).toString('hex'), hex: object.hex };
	if (object instanceof PdfArray) return object.items.map(shape);
	if (object instanceof PdfDict) return { dict: [...object.entries()].map(([key, value]) => [key, shape(value)]) };
	if (object instanceof PdfRef) return { ref: object.toString() };
	return object;
}

const bytes = fc.uint8Array({ maxLength: 40 });
const nameText = bytes.map((value) => Buffer.from(value).toString('latin1'));
const { object } = fc.letrec<{ object: PdfObject }>((tie) => ({
	object: fc.oneof(
		{ maxDepth: 4 },
		fc.constant(null),
		fc.boolean(),
		fc.maxSafeInteger(),
		fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((value) => value / 10_000),
		nameText.map((value) => new PdfName(value)),
		fc.tuple(bytes, fc.boolean()).map(([value, hex]) => new PdfString(value, hex)),
		fc.tuple(fc.nat(), fc.nat(65535)).map(([number, generation]) => new PdfRef(number, generation)),
		fc.array(tie('object'), { maxLength: 6 }).map((items) => new PdfArray(items)),
		fc.array(fc.tuple(nameText, tie('object')), { maxLength: 6 }).map((entries) => new PdfDict(new Map(entries))),
	),
}));

describe('writing and reading', () => {
	it('gives the same object back', () => {
		fc.assert(
			fc.property(object, (written) => {
				expect(shape(new ObjectParser(formatObject(written)).parseObject())).toEqual(shape(written));
			}),
			{ numRuns: 500 },
		);
	});

	it('keeps objects apart that stand side by side', () => {
		const array = new PdfArray([1, 2, true, null, new PdfName('A'), 3, new PdfRef(4), new PdfString(Buffer.from('x'))]);
		expect(Buffer.from(formatObject(array)).toString()).toBe('[1 2 true null /A 3 4 0 R (x)]');
	});
});

describe('numbers', () => {
	it.each([
		[0.1 + 0.2, '0.3'],
		[-0, '0'],
		[1e21, '1000000000000000000000'],
		[1e-12, '0'],
		[-0.5, '-0.5'],
		[12345678901, '12345678901'],
	])('writes %d as %s', (value, syntax) => {
		expect(formatNumber(value)).toBe(syntax);
	});

	it('refuses what PDF cannot spell', () => {
		expect(() => formatNumber(Number.NaN)).toThrow(RangeError);
	});
});
