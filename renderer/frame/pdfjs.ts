/**
 * pdf.js as it runs here: everything from our own origin, without WebAssembly (our CSP refuses it, and JPEG 2000 and
 * JBIG2 images would stay blank without a word), without XFA, without scripts.
 */
import { GlobalWorkerOptions, getDocument, type PDFDataRangeTransport, type PDFDocumentLoadingTask } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = workerUrl;

/** The folders of pdfjs-dist that the host serves under the frame's own address. */
const here = (folder: string) => new URL(`pdfjs/${folder}/`, document.baseURI).href;

const settings = {
	useWasm: false,
	wasmUrl: here('wasm'),
	cMapUrl: here('cmaps'),
	standardFontDataUrl: here('standard_fonts'),
	iccUrl: here('iccs'),
	enableXfa: false,
	disableAutoFetch: true,
	disableStream: true,
	/** A page of this many pixels is a bomb, not a page. */
	maxImageSize: 200_000_000,
};

export function openByRange(range: PDFDataRangeTransport, password: string | null): PDFDocumentLoadingTask {
	return getDocument({ ...settings, range, rangeChunkSize: 262_144, password: password ?? undefined });
}

export function openBytes(data: Uint8Array): PDFDocumentLoadingTask {
	return getDocument({ ...settings, data });
}
