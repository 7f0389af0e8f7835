import { PDFDataRangeTransport } from 'pdfjs-dist';

/** pdf.js asks for parts of the document by offset; the window answers over the port. Nothing is fetched ahead. */
export class RangeTransport extends PDFDataRangeTransport {
	readonly #ask: (begin: number, end: number) => void;

	constructor(size: number, ask: (begin: number, end: number) => void) {
		super(size, null);
		this.#ask = ask;
	}

	override requestDataRange(begin: number, end: number): void {
		this.#ask(begin, end);
	}
}
