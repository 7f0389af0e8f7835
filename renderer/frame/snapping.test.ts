import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepOnPage, MARGIN, SMALLEST, snapMove, snapResize } from './snapping.ts';

const page = { width: 595, height: 842 };
const mark = { x: 100, y: 100, width: 190, height: 64 };

describe('a mark that is moved', () => {
	it('is pulled to the margin when it comes near', () => {
		const { rectangle, guides } = snapMove({ ...mark, x: MARGIN + 4 }, page, [], 6);
		expect(rectangle.x).toBeCloseTo(MARGIN);
		expect(guides).toContainEqual({ axis: 'x', at: MARGIN });
	});

	it('is left alone when nothing is near', () => {
		expect(snapMove(mark, page, [], 3)).toEqual({ rectangle: mark, guides: [] });
	});

	it('comes in line with another mark', () => {
		const other = { x: 300, y: 103, width: 100, height: 64 };
		expect(snapMove(mark, page, [other], 5).rectangle.y).toBe(103);
	});

	it('never leaves the page', () => {
		fc.assert(
			fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -2000, max: 2000 }), (x, y) => {
				const { rectangle } = snapMove({ ...mark, x, y }, page, [], 6);
				expect(rectangle).toEqual(keepOnPage(rectangle, page));
				expect([rectangle.width, rectangle.height]).toEqual([mark.width, mark.height]);
			}),
		);
	});
});

describe('a mark that is resized', () => {
	it('keeps the edges that are not held', () => {
		const { rectangle } = snapResize(mark, ['right', 'top'], { x: 400, y: 300 }, page, [], 3);
		expect(rectangle).toEqual({ x: 100, y: 100, width: 300, height: 200 });
	});

	it('stays large enough to be read, however the pointer moves', () => {
		fc.assert(
			fc.property(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 }), (x, y) => {
				const { rectangle } = snapResize(mark, ['left', 'bottom'], { x, y }, page, [], 3);
				expect(rectangle.width).toBeGreaterThanOrEqual(SMALLEST.width);
				expect(rectangle.height).toBeGreaterThanOrEqual(SMALLEST.height);
			}),
		);
	});
});
