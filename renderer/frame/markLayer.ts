/** The signature's mark on the page: drawn with the pointer, moved and resized by pointer or arrow keys. */

import type { FrameRectangle } from './fromFrame.ts';
import type { PageGeometry, PagePoint, PixelBox } from './pageGeometry.ts';
import { rectangleBetween } from './pageGeometry.ts';
import type { Corner, Outline, Place } from './protocol.ts';
import { type Edge, keepOnPage, MARGIN, SMALLEST, type Snapped, snapMove, snapResize } from './snapping.ts';

const CORNERS: readonly { readonly name: string; readonly edges: readonly Edge[] }[] = [
	{ name: 'nw', edges: ['left', 'top'] },
	{ name: 'ne', edges: ['right', 'top'] },
	{ name: 'sw', edges: ['left', 'bottom'] },
	{ name: 'se', edges: ['right', 'bottom'] },
];
/** Pixels within which an edge is pulled to a line. */
const REACH = 7;
/** A click instead of a drag makes a mark of this size, in 1/72 inch. */
const USUAL = { width: 190, height: 64 };

export type MarkMode = 'off' | 'draw' | 'fixed';

export class MarkLayer {
	readonly #overlay: HTMLElement;
	readonly #geometry: PageGeometry;
	readonly #placed: (place: Place) => void;
	#mode: MarkMode = 'off';
	#place: Place | null = null;
	/** Told to the window and not yet heard back: what comes back may be older than what is here. */
	#told: readonly Place[] = [];
	#outlines: readonly Outline[] = [];
	#guides: Snapped['guides'] = [];
	#picture: HTMLCanvasElement | null = null;
	#label = '';
	readonly #mark = document.createElement('div');

	constructor(overlay: HTMLElement, geometry: PageGeometry, placed: (place: Place) => void) {
		this.#overlay = overlay;
		this.#geometry = geometry;
		this.#placed = placed;
		this.#prepareMark();
		overlay.addEventListener('pointerdown', (event) => this.#draw(event));
	}

	set label(text: string) {
		this.#label = text;
		this.#mark.setAttribute('aria-label', text);
	}

	set outlines(outlines: readonly Outline[]) {
		this.#outlines = outlines;
		this.layOut();
	}

	/** The picture of what will be written, or none while it is being made. */
	set picture(canvas: HTMLCanvasElement | null) {
		this.#picture?.remove();
		this.#picture = canvas;
		if (canvas) this.#mark.prepend(canvas);
	}

	get place(): Place | null {
		return this.#place;
	}

	/** What the window wants. A place that it has from here changes nothing: the mark may have moved on since. */
	set(mode: MarkMode, place: Place | null): void {
		this.#mode = mode;
		const echoed = this.#told.findIndex((told) => place !== null && same(told, place));
		this.#told = echoed < 0 ? [] : this.#told.slice(echoed + 1);
		if (echoed < 0) this.#place = place;
		this.layOut();
	}

	/** Puts everything where its page is now: after a zoom, a resize, or when pages learned their sizes. */
	layOut(): void {
		this.#overlay.toggleAttribute('data-drawing', this.#mode === 'draw' && !this.#place);
		const shown: HTMLElement[] = [];
		for (const outline of this.#outlines) {
			const { page, rectangle } = outline;
			const box = rectangle ? this.#geometry.toPixels({ page, rectangle }) : this.#geometry.boxOf(page);
			if (!box) continue;
			const element = boxed('outline', box);
			element.dataset.tone = outline.tone;
			element.toggleAttribute('data-whole', rectangle === null);
			element.title = outline.label;
			shown.push(element);
		}
		const box = this.#place && this.#mode !== 'off' ? this.#geometry.toPixels(this.#place) : null;
		if (box) {
			setBox(this.#mark, box);
			this.#mark.toggleAttribute('data-fixed', this.#mode === 'fixed');
			for (const handle of this.#mark.querySelectorAll<HTMLElement>('.handle')) handle.hidden = this.#mode === 'fixed';
		}
		for (const guide of this.#guides) shown.push(...this.#guideLine(guide));
		const scroller = this.#overlay.parentElement;
		if (scroller) {
			this.#overlay.style.width = `${scroller.scrollWidth}px`;
			this.#overlay.style.height = `${scroller.scrollHeight}px`;
		}
		// The mark itself stays in the tree: taking it out would lose its focus and end a drag.
		for (const old of [...this.#overlay.children]) if (old !== this.#mark) old.remove();
		if (box && !this.#mark.isConnected) this.#overlay.append(this.#mark);
		if (!box) this.#mark.remove();
		this.#overlay.prepend(...shown);
	}

	/** The same without a pointer: a mark of the usual size, a margin away from the corner. */
	putInCorner(page: number, corner: Corner): void {
		const size = this.#geometry.boxOf(page)?.size;
		if (!size) return;
		const x = corner.endsWith('left') ? MARGIN : size.width - MARGIN - USUAL.width;
		const y = corner.startsWith('bottom') ? MARGIN : size.height - MARGIN - USUAL.height;
		this.#mode = 'draw';
		this.#settle({ page, rectangle: keepOnPage({ x, y, ...USUAL }, size) });
		this.#mark.focus();
	}

	#prepareMark(): void {
		this.#mark.className = 'mark';
		this.#mark.tabIndex = 0;
		this.#mark.setAttribute('role', 'application');
		this.#mark.setAttribute('aria-label', this.#label);
		for (const corner of CORNERS) {
			const handle = document.createElement('div');
			handle.className = 'handle';
			handle.dataset.corner = corner.name;
			handle.addEventListener('pointerdown', (event) => this.#resize(event, corner.edges));
			this.#mark.append(handle);
		}
		this.#mark.addEventListener('pointerdown', (event) => this.#move(event));
		this.#mark.addEventListener('keydown', (event) => this.#keyed(event));
	}

	#draw(event: PointerEvent): void {
		if (this.#mode !== 'draw' || this.#place || event.button !== 0) return;
		const start = this.#geometry.pageAt(event);
		const size = start && this.#geometry.boxOf(start.page)?.size;
		if (!start || !size) return;
		event.preventDefault();
		const band = document.createElement('div');
		band.className = 'band';
		this.#overlay.append(band);
		let drawn: FrameRectangle = { x: start.x, y: start.y, width: 0, height: 0 };
		this.#follow(
			event,
			start.page,
			(point) => {
				drawn = rectangleBetween(start, point, size);
				const box = this.#geometry.toPixels({ page: start.page, rectangle: drawn });
				if (box) setBox(band, box);
			},
			() => {
				band.remove();
				const rectangle =
					drawn.width < 12 && drawn.height < 12
						? { x: start.x - USUAL.width / 2, y: start.y - USUAL.height / 2, ...USUAL }
						: {
								...drawn,
								width: Math.max(drawn.width, SMALLEST.width),
								height: Math.max(drawn.height, SMALLEST.height),
							};
				this.#settle({ page: start.page, rectangle: keepOnPage(rectangle, size) });
				this.#mark.focus();
			},
		);
	}

	#move(event: PointerEvent): void {
		const place = this.#place;
		const box = place && this.#geometry.boxOf(place.page);
		const start = place && this.#geometry.pointOn(place.page, event);
		if (!place || !box || !start || this.#mode !== 'draw' || event.button !== 0) return;
		event.preventDefault();
		this.#mark.focus();
		this.#follow(
			event,
			place.page,
			(point) => {
				const { rectangle } = place;
				const moved = { ...rectangle, x: rectangle.x + point.x - start.x, y: rectangle.y + point.y - start.y };
				this.#show(place.page, snapMove(moved, box.size, this.#others(place.page), REACH / box.scale));
			},
			() => this.#place && this.#settle(this.#place),
		);
	}

	#resize(event: PointerEvent, edges: readonly Edge[]): void {
		const place = this.#place;
		const box = place && this.#geometry.boxOf(place.page);
		if (!place || !box || this.#mode !== 'draw' || event.button !== 0) return;
		event.preventDefault();
		event.stopPropagation();
		this.#follow(
			event,
			place.page,
			(point) => {
				const others = this.#others(place.page);
				const snapped = snapResize(place.rectangle, edges, point, box.size, others, REACH / box.scale);
				this.#show(place.page, snapped);
			},
			() => this.#place && this.#settle(this.#place),
		);
	}

	/** Arrow keys move by 4 points (by 1 with Alt), with Shift they change the size. */
	#keyed(event: KeyboardEvent): void {
		const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
		const place = this.#place;
		const size = place && this.#geometry.boxOf(place.page)?.size;
		if (!direction || !place || !size || this.#mode !== 'draw') return;
		event.preventDefault();
		const step = event.altKey ? 1 : 4;
		const [dx = 0, dy = 0] = direction.map((sign) => sign * step);
		const { x, y, width, height } = place.rectangle;
		const rectangle = event.shiftKey
			? {
					x,
					y: y + Math.min(dy, height - SMALLEST.height),
					width: Math.max(SMALLEST.width, width + dx),
					height: Math.max(SMALLEST.height, height - dy),
				}
			: { x: x + dx, y: y + dy, width, height };
		this.#settle({ page: place.page, rectangle: keepOnPage(rectangle, size) });
	}

	#follow(event: PointerEvent, page: number, moved: (point: PagePoint) => void, ended: () => void): void {
		const target = event.currentTarget;
		if (!(target instanceof HTMLElement)) return;
		target.setPointerCapture(event.pointerId);
		const onMove = (next: PointerEvent) => {
			const point = this.#geometry.pointOn(page, next);
			if (point) moved(point);
		};
		const onEnd = () => {
			target.removeEventListener('pointermove', onMove);
			target.removeEventListener('pointerup', onEnd);
			target.removeEventListener('pointercancel', onEnd);
			this.#guides = [];
			ended();
		};
		target.addEventListener('pointermove', onMove);
		target.addEventListener('pointerup', onEnd);
		target.addEventListener('pointercancel', onEnd);
	}

	#show(page: number, snapped: Snapped): void {
		this.#place = { page, rectangle: snapped.rectangle };
		this.#guides = snapped.guides;
		this.layOut();
	}

	#settle(place: Place): void {
		this.#place = place;
		this.#told = [...this.#told, place];
		this.layOut();
		this.#placed(place);
	}

	#others(page: number): FrameRectangle[] {
		return this.#outlines.flatMap((outline) => (outline.page === page && outline.rectangle ? [outline.rectangle] : []));
	}

	#guideLine(guide: Snapped['guides'][number]): HTMLElement[] {
		const page = this.#place && this.#geometry.boxOf(this.#place.page);
		if (!page) return [];
		const line =
			guide.axis === 'x'
				? { left: page.left + guide.at * page.scale, top: page.top, width: 1, height: page.height }
				: {
						left: page.left,
						top: page.top + (page.size.height - guide.at) * page.scale,
						width: page.width,
						height: 1,
					};
		return [boxed('guide', line)];
	}
}

const same = (one: Place, other: Place): boolean =>
	one.page === other.page &&
	(['x', 'y', 'width', 'height'] as const).every((side) => one.rectangle[side] === other.rectangle[side]);

function boxed(className: string, box: PixelBox): HTMLElement {
	const element = document.createElement('div');
	element.className = className;
	setBox(element, box);
	return element;
}

function setBox(element: HTMLElement, box: PixelBox): void {
	element.style.left = `${box.left}px`;
	element.style.top = `${box.top}px`;
	element.style.width = `${box.width}px`;
	element.style.height = `${box.height}px`;
}
