/** Pages as they are displayed, and back: rotation, CropBox and UserUnit (ISO 32000-2, 7.7.3.3, 14.11.2). */
import type { Page, Rectangle } from '../pdf/pages.ts';

/** What decides how a page shows. */
export type PageGeometry = Pick<Page, 'cropBox' | 'rotate' | 'userUnit'>;

export interface DisplayRectangle {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Width and height as displayed, in 1/72 inch. */
export function displaySize(page: PageGeometry): { readonly width: number; readonly height: number } {
	const [left, bottom, right, top] = page.cropBox;
	const across = (right - left) * page.userUnit;
	const up = (top - bottom) * page.userUnit;
	return page.rotate % 180 === 0 ? { width: across, height: up } : { width: up, height: across };
}

/** `/Rect` in user space of a rectangle on the page as displayed. */
export function toUserSpace(page: PageGeometry, rectangle: DisplayRectangle): Rectangle {
	const [left, bottom, right, top] = page.cropBox;
	const x = rectangle.x / page.userUnit;
	const y = rectangle.y / page.userUnit;
	const width = rectangle.width / page.userUnit;
	const height = rectangle.height / page.userUnit;
	switch (page.rotate) {
		case 90:
			return [right - y - height, bottom + x, right - y, bottom + x + width];
		case 180:
			return [right - x - width, top - y - height, right - x, top - y];
		case 270:
			return [left + y, top - x - width, left + y + height, top - x];
		default:
			return [left + x, bottom + y, left + x + width, bottom + y + height];
	}
}

/** A rectangle in user space as it is displayed. */
export function toDisplay(page: PageGeometry, box: Rectangle): DisplayRectangle {
	const [left, bottom, right, top] = page.cropBox;
	const [x0, y0, x1, y1] = box;
	const unit = page.userUnit;
	const upright = { width: (x1 - x0) * unit, height: (y1 - y0) * unit };
	const lying = { width: upright.height, height: upright.width };
	switch (page.rotate) {
		case 90:
			return { x: (y0 - bottom) * unit, y: (right - x1) * unit, ...lying };
		case 180:
			return { x: (right - x1) * unit, y: (top - y1) * unit, ...upright };
		case 270:
			return { x: (top - y1) * unit, y: (x0 - left) * unit, ...lying };
		default:
			return { x: (x0 - left) * unit, y: (y0 - bottom) * unit, ...upright };
	}
}

/** The `/Matrix` by which a form drawn upright stands upright on a rotated page. */
export function uprightMatrix(rotate: number): readonly [number, number, number, number, number, number] {
	switch (rotate) {
		case 90:
			return [0, 1, -1, 0, 0, 0];
		case 180:
			return [-1, 0, 0, -1, 0, 0];
		case 270:
			return [0, -1, 1, 0, 0, 0];
		default:
			return [1, 0, 0, 1, 0, 0];
	}
}
