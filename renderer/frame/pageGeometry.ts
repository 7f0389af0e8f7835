/** Between points of a page as displayed (from its lower left corner) and pixels of the scrolled viewer. */
import type { PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs';
import type { FrameRectangle } from './fromFrame.ts';
import type { Place } from './protocol.ts';
import type { PageSize } from './snapping.ts';

export interface PagePoint {
	readonly page: number;
	readonly x: number;
	readonly y: number;
}

export interface PixelBox {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

interface PageBox extends PixelBox {
	/** Pixels for 1/72 inch. */
	readonly scale: number;
	readonly size: PageSize;
}

/** `getPageView` is declared as any: this is what of it is used. */
interface PageView {
	readonly div: HTMLElement;
	readonly viewport: { readonly scale: number; readonly width: number; readonly height: number };
}

export class PageGeometry {
	readonly #viewer: PDFViewer;
	readonly #container: HTMLElement;

	constructor(viewer: PDFViewer, container: HTMLElement) {
		this.#viewer = viewer;
		this.#container = container;
	}

	boxOf(page: number): PageBox | null {
		const view: PageView | undefined = this.#viewer.getPageView(page - 1);
		if (!view) return null;
		const outer = this.#container.getBoundingClientRect();
		const inner = view.div.getBoundingClientRect();
		const { scale, width, height } = view.viewport;
		return {
			left: inner.left - outer.left + this.#container.scrollLeft,
			top: inner.top - outer.top + this.#container.scrollTop,
			width: inner.width,
			height: inner.height,
			scale: (inner.width / width) * scale,
			size: { width: width / scale, height: height / scale },
		};
	}

	toPixels({ page, rectangle }: Place): PixelBox | null {
		const box = this.boxOf(page);
		if (!box) return null;
		return {
			left: box.left + rectangle.x * box.scale,
			top: box.top + (box.size.height - rectangle.y - rectangle.height) * box.scale,
			width: rectangle.width * box.scale,
			height: rectangle.height * box.scale,
		};
	}

	/** Where on this page a pointer is; it may be outside of it. */
	pointOn(page: number, event: { readonly clientX: number; readonly clientY: number }): PagePoint | null {
		const box = this.boxOf(page);
		if (!box) return null;
		const outer = this.#container.getBoundingClientRect();
		const left = event.clientX - outer.left + this.#container.scrollLeft - box.left;
		const top = event.clientY - outer.top + this.#container.scrollTop - box.top;
		return { page, x: left / box.scale, y: box.size.height - top / box.scale };
	}

	/** The page under a pointer, if there is one. */
	pageAt(event: { readonly clientX: number; readonly clientY: number }): PagePoint | null {
		for (let page = 1; page <= this.#viewer.pagesCount; page++) {
			const point = this.pointOn(page, event);
			const size = this.boxOf(page)?.size;
			if (point && size && point.x >= 0 && point.y >= 0 && point.x <= size.width && point.y <= size.height) {
				return point;
			}
		}
		return null;
	}
}

export function rectangleBetween(one: PagePoint, other: PagePoint, size: PageSize): FrameRectangle {
	const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
	const left = within(Math.min(one.x, other.x), size.width);
	const right = within(Math.max(one.x, other.x), size.width);
	const bottom = within(Math.min(one.y, other.y), size.height);
	const top = within(Math.max(one.y, other.y), size.height);
	return { x: left, y: bottom, width: right - left, height: top - bottom };
}
