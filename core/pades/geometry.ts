/** Pages as they are displayed, and back: rotation, CropBox and UserUnit (ISO 32000-2, 7.7.3.3, 14.11.2). */

/** What decides how a page shows; boxes as `[left, bottom, right, top]` in default user space. */
export interface PageGeometry {
	readonly mediaBox: Box;
	readonly cropBox: Box | undefined;
	/** As written: any multiple of 90, clockwise. */
	readonly rotate: number;
	readonly userUnit: number;
}

export type Box = readonly [left: number, bottom: number, right: number, top: number];
export type Quarter = 0 | 90 | 180 | 270;

export interface DisplayRectangle {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** The part of the page that is displayed, in user space. */
export function visibleBox(page: PageGeometry): Box {
	const media = normalise(page.mediaBox);
	if (!page.cropBox) return media;
	const crop = normalise(page.cropBox);
	const box: Box = [
		Math.max(media[0], crop[0]),
		Math.max(media[1], crop[1]),
		Math.min(media[2], crop[2]),
		Math.min(media[3], crop[3]),
	];
	return box[0] < box[2] && box[1] < box[3] ? box : media;
}

/** Width and height as displayed, in 1/72 inch. */
export function displaySize(page: PageGeometry): { readonly width: number; readonly height: number } {
	const [left, bottom, right, top] = visibleBox(page);
	const across = (right - left) * page.userUnit;
	const up = (top - bottom) * page.userUnit;
	return quarter(page.rotate) % 180 === 0 ? { width: across, height: up } : { width: up, height: across };
}

/** `/Rect` in user space of a rectangle on the page as displayed. */
export function toUserSpace(page: PageGeometry, rectangle: DisplayRectangle): Box {
	const [left, bottom, right, top] = visibleBox(page);
	const x = rectangle.x / page.userUnit;
	const y = rectangle.y / page.userUnit;
	const width = rectangle.width / page.userUnit;
	const height = rectangle.height / page.userUnit;
	switch (quarter(page.rotate)) {
		case 0:
			return [left + x, bottom + y, left + x + width, bottom + y + height];
		case 90:
			return [right - y - height, bottom + x, right - y, bottom + x + width];
		case 180:
			return [right - x - width, top - y - height, right - x, top - y];
		case 270:
			return [left + y, top - x - width, left + y + height, top - x];
	}
}

/** A rectangle in user space as it is displayed. */
export function toDisplay(page: PageGeometry, box: Box): DisplayRectangle {
	const [left, bottom, right, top] = visibleBox(page);
	const [x0, y0, x1, y1] = normalise(box);
	const unit = page.userUnit;
	const upright = { width: (x1 - x0) * unit, height: (y1 - y0) * unit };
	const lying = { width: upright.height, height: upright.width };
	switch (quarter(page.rotate)) {
		case 0:
			return { x: (x0 - left) * unit, y: (y0 - bottom) * unit, ...upright };
		case 90:
			return { x: (y0 - bottom) * unit, y: (right - x1) * unit, ...lying };
		case 180:
			return { x: (right - x1) * unit, y: (top - y1) * unit, ...upright };
		case 270:
			return { x: (top - y1) * unit, y: (x0 - left) * unit, ...lying };
	}
}

/** The `/Matrix` by which a form drawn upright stands upright on a rotated page. */
export function uprightMatrix(rotate: number): readonly [number, number, number, number, number, number] {
	switch (quarter(rotate)) {
		case 0:
			return [1, 0, 0, 1, 0, 0];
		case 90:
			return [0, 1, -1, 0, 0, 0];
		case 180:
			return [-1, 0, 0, -1, 0, 0];
		case 270:
			return [0, -1, 1, 0, 0, 0];
	}
}

/** The rotation as one of four. */
export function quarter(rotate: number): Quarter {
	const turned = (((Math.round(rotate / 90) * 90) % 360) + 360) % 360;
	return turned === 90 || turned === 180 || turned === 270 ? turned : 0;
}

function normalise([a, b, c, d]: Box): Box {
	return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}
