import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberedValues } from './numberedValues.ts';
import { MAXIMUM_OBJECT_NUMBER } from './xrefTable.ts';

it('keeps what a map keeps, in ascending order', () => {
	const number = fc.oneof(fc.nat(10_000), fc.nat(MAXIMUM_OBJECT_NUMBER));
	fc.assert(
		fc.property(fc.array(fc.tuple(number, fc.maxSafeNat())), (entries) => {
			const values = new NumberedValues();
			for (const [at, value] of entries) values.set(at, value);
			const map = new Map(entries);
			expect([...values.numbers()]).toEqual([...map.keys()].sort((a, b) => a - b));
			expect(values.count).toBe(map.size);
			for (const [at, value] of map) expect(values.get(at)).toBe(value);
			expect(values.get(10_001)).toBe(map.get(10_001));
		}),
	);
});
