import type { PdfDocument } from '../pdf/document.ts';
import { displaySize } from './geometry.ts';
import type { Place } from './options.ts';

/** A mark that nobody drew, in 1/72 inch: name and time in two or three lines. */
export const USUAL_SIZE = { width: 190, height: 64 };
/** 15 mm: what printers leave free. */
const MARGIN = 42.5;

const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

export interface CornerPlace {
	readonly page: Place['page'];
	readonly corner: (typeof corners)[number];
}

/** `PAGE:CORNER`, with a page from 1 or `last`: `last:bottom-right`. */
export function readCorner(text: string): CornerPlace | undefined {
	const [, page, named] = /^([1-9]\d*|last):([a-z-]+)$/.exec(text) ?? [];
	const corner = corners.find((one) => one === named);
	return corner && { page: page === 'last' ? page : Number(page), corner };
}

/** A mark of the usual size, a margin away from the corner. @throws {PdfError} `page-missing` */
export function placeInCorner(document: PdfDocument, { page, corner }: CornerPlace): Place {
	const { width, height } = sizeOf(document, page);
	const x = corner.endsWith('left') ? MARGIN : width - MARGIN - USUAL_SIZE.width;
	const y = corner.startsWith('bottom') ? MARGIN : height - MARGIN - USUAL_SIZE.height;
	return onPage(document, { page, x, y, ...USUAL_SIZE });
}

/** Moved, and made smaller where it has to be, until all of it is on the page. @throws {PdfError} `page-missing` */
export function onPage(document: PdfDocument, place: Place): Place {
	const size = sizeOf(document, place.page);
	const width = Math.min(place.width, size.width);
	const height = Math.min(place.height, size.height);
	const within = (value: number, most: number) => Math.max(0, Math.min(value, most));
	return {
		page: place.page,
		x: within(place.x, size.width - width),
		y: within(place.y, size.height - height),
		width,
		height,
	};
}

const sizeOf = (document: PdfDocument, page: Place['page']) =>
	displaySize(document.pages.get((page === 'last' ? document.pages.count : page) - 1));
