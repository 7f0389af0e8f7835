import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displaySize, type PageGeometry, toDisplay, toUserSpace } from './geometry.ts';

const page = (rotate: number, change: Partial<PageGeometry> = {}): PageGeometry => ({
	cropBox: [100, 50, 500, 750],
	rotate,
	userUnit: 1,
	...change,
});

describe('a place on a page as displayed', () => {
	it.each([
		[0, [110, 70, 140, 110]],
		[90, [440, 60, 480, 90]],
		[180, [460, 690, 490, 730]],
		[270, [120, 710, 160, 740]],
	])('turned by %i degrees lies at %j in user space', (rotate, rect) => {
		expect(toUserSpace(page(rotate), { x: 10, y: 20, width: 30, height: 40 })).toEqual(rect);
	});

	it('is measured in 1/72 inch whatever the unit of the page', () => {
		const large = page(0, { userUnit: 2, cropBox: [0, 0, 600, 800] });
		expect(displaySize(large)).toEqual({ width: 1200, height: 1600 });
		expect(toUserSpace(large, { x: 10, y: 20, width: 30, height: 40 })).toEqual([5, 10, 20, 30]);
	});

	it('comes back from user space as it was', () => {
		const whole = fc.integer({ min: 1, max: 500 });
		fc.assert(
			fc.property(whole, whole, whole, whole, fc.constantFrom(0, 90, 180, 270), (x, y, width, height, rotate) => {
				const rectangle = { x, y, width, height };
				expect(toDisplay(page(rotate), toUserSpace(page(rotate), rectangle))).toEqual(rectangle);
			}),
		);
	});
});
