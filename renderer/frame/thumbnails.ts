/** Small pictures of the pages, each drawn when it first comes into view. */
import type { PDFDocumentProxy } from 'pdfjs-dist';

const WIDTH = 96;

export class Thumbnails {
	readonly #strip: HTMLElement;
	readonly #go: (page: number) => void;
	#document: PDFDocumentProxy | null = null;
	#pageLabel = '';
	#current = 1;
	#seen: IntersectionObserver | null = null;
	/** One at a time: the page that is read comes first. */
	#queue: Promise<void> = Promise.resolve();

	constructor(strip: HTMLElement, go: (page: number) => void) {
		this.#strip = strip;
		this.#go = go;
	}

	set texts(texts: { readonly thumbnails: string; readonly page: string }) {
		this.#strip.setAttribute('aria-label', texts.thumbnails);
		this.#pageLabel = texts.page;
		for (const [index, button] of [...this.#strip.children].entries()) this.#name(button, index + 1);
	}

	set shown(shown: boolean) {
		this.#strip.hidden = !shown;
		document.body.toggleAttribute('data-thumbnails', shown);
	}

	set current(page: number) {
		this.#strip.children[this.#current - 1]?.removeAttribute('aria-current');
		this.#current = page;
		const button = this.#strip.children[page - 1];
		button?.setAttribute('aria-current', 'true');
		if (!this.#strip.hidden) button?.scrollIntoView({ block: 'nearest' });
	}

	open(pdf: PDFDocumentProxy): void {
		this.#document = pdf;
		this.#seen?.disconnect();
		this.#seen = new IntersectionObserver((entries) => this.#cameIntoView(entries), {
			root: this.#strip,
			rootMargin: '200px',
		});
		this.#strip.replaceChildren(...Array.from({ length: pdf.numPages }, (_, index) => this.#button(index + 1)));
		for (const button of this.#strip.children) this.#seen.observe(button);
		this.current = 1;
	}

	#button(page: number): HTMLButtonElement {
		const button = document.createElement('button');
		button.className = 'thumbnail';
		button.type = 'button';
		button.dataset.page = String(page);
		const waiting = document.createElement('span');
		waiting.className = 'waiting';
		button.append(waiting, String(page));
		button.addEventListener('click', () => this.#go(page));
		this.#name(button, page);
		return button;
	}

	#name(button: Element, page: number): void {
		button.setAttribute('aria-label', `${this.#pageLabel} ${page}`);
	}

	#cameIntoView(entries: readonly IntersectionObserverEntry[]): void {
		for (const { isIntersecting, target } of entries) {
			const page = target instanceof HTMLElement ? Number(target.dataset.page) : 0;
			if (!isIntersecting || page === 0) continue;
			this.#seen?.unobserve(target);
			const pdf = this.#document;
			this.#queue = this.#queue.then(() => this.#draw(pdf, page, target)).catch(() => {});
		}
	}

	async #draw(pdf: PDFDocumentProxy | null, number: number, button: Element): Promise<void> {
		if (!pdf || pdf !== this.#document) return;
		const page = await pdf.getPage(number);
		const canvas = await renderPage(page, WIDTH);
		button.querySelector('.waiting')?.replaceWith(canvas);
	}
}

type Page = Awaited<ReturnType<PDFDocumentProxy['getPage']>>;

/** The page as a picture of this width in CSS pixels, as sharp as the screen. */
export async function renderPage(page: Page, width: number, background = '#ffffff'): Promise<HTMLCanvasElement> {
	const scale = (width / page.getViewport({ scale: 1 }).width) * Math.max(globalThis.devicePixelRatio, 1);
	const viewport = page.getViewport({ scale });
	const canvas = document.createElement('canvas');
	canvas.width = Math.ceil(viewport.width);
	canvas.height = Math.ceil(viewport.height);
	canvas.setAttribute('aria-hidden', 'true');
	// By its context: pdf.js gets itself an opaque one of a canvas, and what will be written may let the page through.
	const canvasContext = canvas.getContext('2d');
	if (canvasContext) await page.render({ canvas: null, canvasContext, viewport, background }).promise;
	return canvas;
}
