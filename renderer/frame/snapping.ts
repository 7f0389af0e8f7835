/** Where a mark comes to rest while it is moved or resized: at margins, at the middle, in line with other marks. */
import type { FrameRectangle } from './fromFrame.ts';

export interface PageSize {
	readonly width: number;
	readonly height: number;
}

export interface Snapped {
	readonly rectangle: FrameRectangle;
	/** Lines to show, on the page, in 1/72 inch. */
	readonly guides: readonly { readonly axis: 'x' | 'y'; readonly at: number }[];
}

export type Edge = 'left' | 'right' | 'top' | 'bottom';

/** 20 mm, the margin most letters have. */
export const MARGIN = 56.7;
export const SMALLEST = { width: 60, height: 24 };

interface Lines {
	readonly x: readonly number[];
	readonly y: readonly number[];
}

function linesOf(page: PageSize, others: readonly FrameRectangle[]): Lines {
	return {
		x: [MARGIN, page.width / 2, page.width - MARGIN, ...others.flatMap((one) => [one.x, one.x + one.width])],
		y: [MARGIN, page.height / 2, page.height - MARGIN, ...others.flatMap((one) => [one.y, one.y + one.height])],
	};
}

/** The smallest step that brings one of `points` onto one of `lines`, if it is at most `reach`. */
function pull(points: readonly number[], lines: readonly number[], reach: number) {
	let best: { by: number; at: number } | null = null;
	for (const point of points) {
		for (const line of lines) {
			const by = line - point;
			if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, at: line };
		}
	}
	return best;
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));

/** Keeps a rectangle on the page without changing its size, unless it is larger than the page. */
export function keepOnPage(rectangle: FrameRectangle, page: PageSize): FrameRectangle {
	const width = Math.min(rectangle.width, page.width);
	const height = Math.min(rectangle.height, page.height);
	return {
		x: clamp(rectangle.x, 0, page.width - width),
		y: clamp(rectangle.y, 0, page.height - height),
		width,
		height,
	};
}

/** @param reach how near is near, in 1/72 inch (it depends on the zoom). */
export function snapMove(
	moved: FrameRectangle,
	page: PageSize,
	others: readonly FrameRectangle[],
	reach: number,
): Snapped {
	const lines = linesOf(page, others);
	const inX = pull([moved.x, moved.x + moved.width / 2, moved.x + moved.width], lines.x, reach);
	const inY = pull([moved.y, moved.y + moved.height / 2, moved.y + moved.height], lines.y, reach);
	return {
		rectangle: keepOnPage({ ...moved, x: moved.x + (inX?.by ?? 0), y: moved.y + (inY?.by ?? 0) }, page),
		guides: [
			...(inX ? [{ axis: 'x' as const, at: inX.at }] : []),
			...(inY ? [{ axis: 'y' as const, at: inY.at }] : []),
		],
	};
}

/** Moves the named edges to where the pointer is, keeping the mark large enough to be read. */
export function snapResize(
	start: FrameRectangle,
	edges: readonly Edge[],
	pointer: { readonly x: number; readonly y: number },
	page: PageSize,
	others: readonly FrameRectangle[],
	reach: number,
): Snapped {
	const lines = linesOf(page, others);
	const inX = pull([pointer.x], lines.x, reach);
	const inY = pull([pointer.y], lines.y, reach);
	const x = inX?.at ?? pointer.x;
	const y = inY?.at ?? pointer.y;
	let left = start.x;
	let right = start.x + start.width;
	let bottom = start.y;
	let top = start.y + start.height;
	if (edges.includes('left')) left = clamp(x, 0, right - SMALLEST.width);
	if (edges.includes('right')) right = clamp(x, left + SMALLEST.width, page.width);
	if (edges.includes('bottom')) bottom = clamp(y, 0, top - SMALLEST.height);
	if (edges.includes('top')) top = clamp(y, bottom + SMALLEST.height, page.height);
	return {
		rectangle: { x: left, y: bottom, width: right - left, height: top - bottom },
		guides: [
			...(inX ? [{ axis: 'x' as const, at: inX.at }] : []),
			...(inY ? [{ axis: 'y' as const, at: inY.at }] : []),
		],
	};
}
