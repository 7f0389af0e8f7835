import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath } from './svgPath.ts';

describe('path data', () => {
	it.each([
		['absolute and relative', 'M10 10L20 10l0 5', 'M10 10 L20 10 L20 15'],
		['coordinates that repeat the command', 'm1 1 2 2 3 3', 'M1 1 L3 3 L6 6'],
		['lines along the axes', 'M1 1H5V6h-1v-1', 'M1 1 L5 1 L5 6 L4 6 L4 5'],
		['numbers without anything between them', 'M.5.5L-1-1e1', 'M0.5 0.5 L-1 -10'],
		['smooth curves', 'M0 0C0 1 1 2 2 2S4 3 4 4', 'M0 0 C0 1 1 2 2 2 C3 2 4 3 4 4'],
		['a smooth curve after a line', 'M0 0L1 1S4 3 4 4', 'M0 0 L1 1 C1 1 4 3 4 4'],
		['quadratic curves', 'M0 0Q3 0 3 3T6 6', 'M0 0 C2 0 3 1 3 3 C3 5 4 6 6 6'],
		['what follows a closed path', 'M1 1L5 1z l1 1', 'M1 1 L5 1 Z L2 2'],
		['an arc without radius, which is a line', 'M0 0A0 5 0 0 1 4 4', 'M0 0 L4 4'],
		['what comes before a mistake', 'M0 0L1 1L2 x', 'M0 0 L1 1'],
		['nothing where it does not begin with a move', 'L1 1', ''],
	])('has %s', (_what, data, expected) => {
		const written = parsePath(data).map(
			([kind, ...values]) => kind + values.map((n) => Number(n.toFixed(6))).join(' '),
		);
		expect(written.join(' ')).toBe(expected);
	});

	it.each([
		['the short way', '0 0 1', 1],
		['the long way', '0 1 1', 3],
	])('goes round a circle %s', (_which, flags, quarters) => {
		const curves = parsePath(`M10 0A10 10 ${flags} 0 10`).filter(([kind]) => kind === 'C');
		expect(curves).toHaveLength(quarters);
		expect(curves.at(-1)?.slice(-2)).toEqual([0, 10]);
	});

	it('reads flags that nothing separates', () => {
		expect(parsePath('M10 0a10 10 0 01-10 10')).toEqual(parsePath('M10 0A10 10 0 0 1 0 10'));
	});

	it('widens radii that are too small to reach', () => {
		const [, ...curves] = parsePath('M0 0A1 1 0 0 1 10 0');
		expect(Math.min(...curves.map(([, , y = 0]) => Number(y)))).toBeCloseTo(-5, 0);
	});

	it('ends whatever is in it', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'MmLlHhVvCcSsQqTtAaZz01.5-+e, #') }), (data) => {
				for (const [, ...values] of parsePath(data)) expect(values.every((value) => !Number.isNaN(value))).toBe(true);
			}),
		);
	});
});
