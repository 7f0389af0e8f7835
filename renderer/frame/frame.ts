/**
 * The page that draws PDFs. It lives in an origin of its own and has no bridge: it gets bytes from the window over one
 * message port, and what it says back is in `protocol.ts`.
 */
import './frame.css';
import type { PDFDocumentLoadingTask, PDFDocumentProxy } from 'pdfjs-dist';
import { faultsOf } from './drawingFaults.ts';
import type { FromFrame, WindowKey } from './fromFrame.ts';
import { MarkLayer } from './markLayer.ts';
import { PageGeometry } from './pageGeometry.ts';
import { openByRange, openBytes } from './pdfjs.ts';
import { Printing } from './printing.ts';
import { type FrameTexts, HANDSHAKE, type Spot, type ToFrame, type Zoom } from './protocol.ts';
import { RangeTransport } from './rangeTransport.ts';
import { renderPage, Thumbnails } from './thumbnails.ts';
import { EventBus, PDFFindController, PDFLinkService, PDFViewer } from './viewerParts.ts';

/** Annotations are drawn and links inside the document work; forms cannot be filled here. */
const ANNOTATIONS_SHOWN = 1;

function element<Name extends string>(id: Name): HTMLDivElement {
	const found = document.getElementById(id);
	if (!found) throw new Error(`the page has no #${id}`);
	// Only `main`, `nav` and `div` are asked for; pdf.js wants the narrower type.
	return found as HTMLDivElement;
}

class PdfFrame {
	readonly #port: MessagePort;
	readonly #events = new EventBus();
	readonly #links = new PDFLinkService({ eventBus: this.#events });
	readonly #container = element('container');
	readonly #viewer: PDFViewer;
	readonly #marks: MarkLayer;
	readonly #thumbnails: Thumbnails;
	readonly #printing = new Printing(element('sheets'));
	#task: PDFDocumentLoadingTask | null = null;
	#transport: RangeTransport | null = null;
	#previewTurn = 0;

	constructor(port: MessagePort) {
		this.#port = port;
		const findController = new PDFFindController({ eventBus: this.#events, linkService: this.#links });
		this.#viewer = new PDFViewer({
			container: this.#container,
			viewer: element('viewer'),
			eventBus: this.#events,
			linkService: this.#links,
			findController,
			annotationMode: ANNOTATIONS_SHOWN,
			enableAutoLinking: false,
		});
		this.#links.setViewer(this.#viewer);
		// A link of the document leads around in it, never out of it.
		this.#links.externalLinkEnabled = false;
		this.#container.tabIndex = 0;
		const geometry = new PageGeometry(this.#viewer, this.#container);
		this.#marks = new MarkLayer(element('overlay'), geometry, ({ page, rectangle }) =>
			this.#say({ kind: 'placed', page, rectangle }),
		);
		this.#thumbnails = new Thumbnails(element('thumbnails'), (page) => this.#goTo(page));
		this.#listen();
		port.onmessage = (event: MessageEvent<ToFrame>) => this.#told(event.data);
		this.#say({ kind: 'ready' });
	}

	#say(message: FromFrame): void {
		this.#port.postMessage(message);
	}

	#told(message: ToFrame): void {
		switch (message.kind) {
			case 'look':
				this.#look(message.theme, message.texts);
				break;
			case 'open':
				void this.#open(message.size, message.password);
				break;
			case 'picture':
				void this.#picture(message);
				break;
			case 'bytes':
				this.#transport?.onDataRange(message.begin, message.bytes);
				break;
			case 'go':
				this.#goTo(message.page);
				break;
			case 'show':
				this.#show(message.spot);
				break;
			case 'zoom':
				this.#zoom(message.zoom);
				break;
			case 'find':
				this.#find(message.query, message.again);
				break;
			case 'thumbnails':
				this.#thumbnails.shown = message.shown;
				this.#marks.layOut();
				break;
			case 'outlines':
				this.#marks.outlines = message.outlines;
				break;
			case 'mark':
				this.#marks.set(message.mode, message.place);
				break;
			case 'corner':
				this.#goTo(message.page);
				this.#marks.putInCorner(message.page, message.corner);
				break;
			case 'preview':
				void this.#preview(message.bytes);
				break;
			case 'print':
				void this.#print();
				break;
			case 'stop-printing':
				this.#printing.cancel();
				break;
		}
	}

	#look(theme: 'light' | 'dark', texts: FrameTexts): void {
		document.documentElement.dataset.theme = theme;
		document.documentElement.lang = texts.language;
		document.title = texts.document;
		this.#container.setAttribute('aria-label', texts.document);
		this.#thumbnails.texts = texts;
		this.#marks.label = texts.mark;
	}

	async #open(size: number, password: string | null): Promise<void> {
		await this.#task?.destroy();
		this.#transport = new RangeTransport(size, (begin, end) => this.#say({ kind: 'range', begin, end }));
		this.#task = openByRange(this.#transport, password);
		let pdf: PDFDocumentProxy;
		try {
			pdf = await this.#task.promise;
		} catch (error) {
			return this.#say({ kind: 'failed', why: whyNotOpened(error) });
		}
		this.#links.setDocument(pdf, null);
		this.#viewer.setDocument(pdf);
		this.#thumbnails.open(pdf);
		this.#say({ kind: 'opened', pages: pdf.numPages });
	}

	#goTo(page: number): void {
		if (page >= 1 && page <= this.#viewer.pagesCount) this.#viewer.currentPageNumber = page;
	}

	/** Brings a place into view with some page above it. */
	#show({ page, rectangle }: Spot): void {
		if (page < 1 || page > this.#viewer.pagesCount) return;
		if (!rectangle) {
			this.#goTo(page);
			return;
		}
		const top = rectangle.y + rectangle.height;
		this.#viewer.scrollPageIntoView({ pageNumber: page, destArray: [null, { name: 'XYZ' }, null, top + 90, null] });
	}

	#zoom(zoom: Zoom): void {
		if (zoom === 'in') this.#viewer.increaseScale();
		else if (zoom === 'out') this.#viewer.decreaseScale();
		else this.#viewer.currentScaleValue = zoom === 'reset' ? '1' : zoom;
	}

	#find(query: string, again: 'next' | 'previous' | null): void {
		this.#events.dispatch('find', {
			source: this,
			type: again ? 'again' : '',
			query,
			caseSensitive: false,
			entireWord: false,
			highlightAll: true,
			findPrevious: again === 'previous',
			matchDiacritics: false,
		});
	}

	/** Draws the host's own preview, a PDF of one page, into the mark. */
	async #preview(bytes: Uint8Array | null): Promise<void> {
		const turn = ++this.#previewTurn;
		if (!bytes) {
			this.#marks.picture = null;
			return;
		}
		const task = openBytes(bytes);
		try {
			const pdf = await task.promise;
			const canvas = await renderPage(await pdf.getPage(1), 600, 'transparent');
			if (turn === this.#previewTurn) this.#marks.picture = canvas;
		} finally {
			await task.destroy();
		}
	}

	async #picture(wanted: Extract<ToFrame, { kind: 'picture' }>): Promise<void> {
		this.#transport = new RangeTransport(wanted.size, (begin, end) => this.#say({ kind: 'range', begin, end }));
		this.#task = openByRange(this.#transport, wanted.password);
		try {
			const page = await (await this.#task.promise).getPage(wanted.page);
			const { width, height } = page.getViewport({ scale: 1 });
			const bitmap = await createImageBitmap(await renderPage(page, wanted.width));
			this.#port.postMessage({ kind: 'picture', bitmap, width, height } satisfies FromFrame, [bitmap]);
		} catch (error) {
			this.#say({ kind: 'failed', why: whyNotOpened(error) });
		}
	}

	async #print(): Promise<void> {
		const pdf = await this.#task?.promise;
		if (!pdf || this.#printing.active) return;
		try {
			await this.#printing.print(pdf, (drawn) => this.#say({ kind: 'printing', drawn }));
			this.#say({ kind: 'printed', failed: false });
		} catch {
			this.#say({ kind: 'printed', failed: true });
		}
	}

	#listen(): void {
		const layOut = () => this.#marks.layOut();
		this.#events.on('pagesinit', () => {
			this.#viewer.currentScaleValue = 'page-width';
			if (this.#viewer.currentScale > 1.5) this.#viewer.currentScaleValue = '1.5';
			layOut();
		});
		this.#events.on('pagesloaded', layOut);
		this.#events.on('pagerendered', (event: { pageNumber: number; error?: unknown }) => {
			layOut();
			this.#afterDrawing(event.pageNumber, Boolean(event.error));
		});
		this.#events.on('pagechanging', (event: { pageNumber: number }) => {
			this.#thumbnails.current = event.pageNumber;
			this.#tellWhere();
		});
		this.#events.on('scalechanging', () => {
			requestAnimationFrame(layOut);
			this.#tellWhere();
		});
		const found = (event: { matchesCount?: { current: number; total: number } }) => {
			if (event.matchesCount) this.#say({ kind: 'found', ...event.matchesCount });
		};
		this.#events.on('updatefindmatchescount', found);
		this.#events.on('updatefindcontrolstate', found);
		new ResizeObserver(() => {
			const value = this.#viewer.currentScaleValue;
			if (value === 'page-width' || value === 'page-fit') this.#viewer.currentScaleValue = value;
			layOut();
		}).observe(this.#container);
		document.addEventListener('keydown', (event) => this.#keyed(event));
		document.addEventListener('dragenter', () => this.#say({ kind: 'file-over' }));
		this.#container.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
	}

	#afterDrawing(number: number, failed: boolean): void {
		const page = this.#viewer.getPageView(number - 1)?.pdfPage;
		if (!page) return;
		for (const what of faultsOf(page, failed)) this.#say({ kind: 'not-drawn', page: number, what });
		this.#say({ kind: 'drawn', page: number });
	}

	#tellWhere(): void {
		if (this.#viewer.pagesCount === 0) return;
		const percent = Math.round(this.#viewer.currentScale * 100);
		this.#say({ kind: 'at', page: this.#viewer.currentPageNumber, percent });
	}

	/** The window's own keys work here too. */
	#keyed(event: KeyboardEvent): void {
		const keys: readonly WindowKey[] = ['o', 'f', 's', 'p', 'k', '+', '-', '0', 'g'];
		const pressed = event.key === '=' ? '+' : event.key.toLowerCase();
		const key = keys.find((one) => one === pressed);
		if (event.key === 'Escape') this.#say({ kind: 'key', key: 'Escape', shift: event.shiftKey });
		else if (key && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			this.#say({ kind: 'key', key, shift: event.shiftKey });
		}
	}

	#wheel(event: WheelEvent): void {
		if (!event.ctrlKey) return;
		event.preventDefault();
		this.#viewer.updateScale({
			drawingDelay: 400,
			scaleFactor: Math.exp(-event.deltaY / 300),
			origin: [event.clientX, event.clientY],
		});
	}
}

const whyNotOpened = (error: unknown): 'password' | 'damaged' =>
	error instanceof Error && error.name === 'PasswordException' ? 'password' : 'damaged';

globalThis.addEventListener('message', (event) => {
	const [port] = event.ports;
	if (event.source === globalThis.parent && event.data === HANDSHAKE && port) new PdfFrame(port);
});
