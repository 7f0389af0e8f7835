/**
 * Printing: the viewer holds only the pages near the one that is read, so each page is drawn for paper first, one after
 * the other, and then all of them are printed.
 */
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';

/** Dots per inch: sharp text on paper, and a page of A4 is still a picture of two megapixels. */
const RESOLUTION = 150;
/** Pixels; of a poster's side, which is drawn more coarsely rather than not at all. */
const LONGEST_SIDE = 8000;

export class Printing {
	readonly #sheets: HTMLElement;
	#running: AbortController | null = null;

	/** @param sheets where the pages stand while they are printed; shown on paper alone. */
	constructor(sheets: HTMLElement) {
		this.#sheets = sheets;
	}

	get active(): boolean {
		return this.#running !== null;
	}

	cancel(): void {
		this.#running?.abort();
	}

	/**
	 * Draws all pages and shows the browser's own dialog. Not while it is `active`.
	 *
	 * @param told called before each page, with how many are drawn already.
	 * @throws what pdf.js throws for a page that cannot be drawn: paper with a page missing would say something else.
	 */
	async print(pdf: PDFDocumentProxy, told: (drawn: number) => void): Promise<void> {
		const running = new AbortController();
		this.#running = running;
		const papers = new Papers();
		try {
			for (let number = 1; number <= pdf.numPages; number++) {
				told(number - 1);
				const page = await pdf.getPage(number);
				const sheet = await drawSheet(page, running.signal);
				if (running.signal.aborted) return;
				papers.lay(sheet, page);
				this.#sheets.append(sheet);
			}
			document.adoptedStyleSheets = [papers.styles];
			// Returns when the dialog is closed.
			globalThis.print();
		} catch (error) {
			if (!running.signal.aborted) throw error;
		} finally {
			this.#clear();
		}
	}

	#clear(): void {
		this.#running = null;
		for (const { src } of this.#sheets.querySelectorAll('img')) URL.revokeObjectURL(src);
		this.#sheets.replaceChildren();
		document.adoptedStyleSheets = [];
	}
}

/** The sizes of paper in one document: a page is printed on paper as large as it is itself. */
class Papers {
	readonly styles = new CSSStyleSheet();
	readonly #known = new Set<string>();

	/** Makes the sheet a page of this size, and its paper as large. */
	lay(sheet: HTMLElement, page: PDFPageProxy): void {
		const { width, height } = page.getViewport({ scale: 1 });
		const [wide, high] = [Math.ceil(width), Math.ceil(height)];
		const name = `paper-${wide}-${high}`;
		if (!this.#known.has(name)) {
			this.#known.add(name);
			// By the object model, which the policy allows where it refuses a <style>.
			this.styles.insertRule(`@page ${name} { size: ${wide}pt ${high}pt; margin: 0; }`);
		}
		sheet.style.setProperty('page', name);
		// Not 100vh, which is the height of the first page's paper, whatever paper this one is on.
		sheet.style.width = `${wide}pt`;
		sheet.style.height = `${high}pt`;
	}
}

/** A picture rather than the canvas it was drawn on: it is a twentieth of the size. */
async function drawSheet(page: PDFPageProxy, signal: AbortSignal): Promise<HTMLElement> {
	const { width, height } = page.getViewport({ scale: 1 });
	const scale = Math.min(RESOLUTION / 72, LONGEST_SIDE / Math.max(width, height));
	const viewport = page.getViewport({ scale });
	const canvas = document.createElement('canvas');
	canvas.width = Math.ceil(viewport.width);
	canvas.height = Math.ceil(viewport.height);
	const task = page.render({ canvas, viewport, intent: 'print' });
	const stop = () => task.cancel();
	signal.addEventListener('abort', stop);
	try {
		await task.promise;
	} finally {
		signal.removeEventListener('abort', stop);
	}
	const picture = new Image();
	picture.src = await pictureOf(canvas);
	// What is printed before it is decoded is printed blank.
	await picture.decode();
	const sheet = document.createElement('div');
	sheet.className = 'sheet';
	sheet.append(picture);
	return sheet;
}

function pictureOf(canvas: HTMLCanvasElement): Promise<string> {
	return new Promise((resolve, reject) => {
		canvas.toBlob((blob) => {
			// The memory goes now, not whenever it is collected.
			canvas.width = 0;
			canvas.height = 0;
			if (blob) resolve(URL.createObjectURL(blob));
			else reject(new Error('the page is too large to be printed'));
		});
	});
}
