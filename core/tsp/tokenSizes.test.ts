import { describe, expect, it } from 'vitest';
import { MemoryTokenSizes, roomForToken, UNKNOWN_TOKEN } from './tokenSizes.ts';

describe('room for a token', () => {
	it('of an authority never met is ample', () => {
		expect(roomForToken(new MemoryTokenSizes(), ['a'])).toBe(UNKNOWN_TOKEN);
	});

	it('of an authority that is known is little more than its largest', () => {
		const sizes = new MemoryTokenSizes();
		for (const size of [4000, 5000, 4500]) sizes.note('a', size);
		expect(roomForToken(sizes, ['a'])).toBeGreaterThan(5000);
		expect(roomForToken(sizes, ['a'])).toBeLessThan(6500);
	});

	it('serves whichever of several authorities answers', () => {
		const sizes = new MemoryTokenSizes([
			['a', 4000],
			['b', 9000],
		]);
		expect(roomForToken(sizes, ['a', 'b'])).toBeGreaterThan(9000);
		expect(roomForToken(sizes, ['a', 'stranger'])).toBe(UNKNOWN_TOKEN);
	});

	it('is told to whoever remembers for longer, when there is news', () => {
		const told: object[] = [];
		const sizes = new MemoryTokenSizes([['a', 4000]], (all) => told.push(Object.fromEntries(all)));
		sizes.note('a', 3000);
		sizes.note('b', 5000);
		expect(told).toEqual([{ a: 4000, b: 5000 }]);
	});
});
