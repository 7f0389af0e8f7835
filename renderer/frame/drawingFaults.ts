/** What of a page is not on the screen as it is in the file: pdf.js goes on quietly where it cannot draw something. */
import type { PDFPageProxy } from 'pdfjs-dist';
import type { DrawingFault } from './fromFrame.ts';

/** Objects of a page that pdf.js has resolved, as `[id, data]`; `objs` is public but declared without a type. */
function* resolved(objects: unknown): Generator<[string, unknown]> {
	if (typeof objects !== 'object' || objects === null || !(Symbol.iterator in objects)) return;
	for (const entry of objects as Iterable<unknown>) {
		if (Array.isArray(entry) && typeof entry[0] === 'string') yield [entry[0], entry[1]];
	}
}

/** To be asked after the page was rendered. An image that could not be decoded is resolved to null. */
export function faultsOf(page: PDFPageProxy, failed: boolean): DrawingFault[] {
	const faults = new Set<DrawingFault>();
	if (failed) faults.add('page');
	for (const [id, data] of [...resolved(page.objs), ...resolved(page.commonObjs)]) {
		if (/(^|_)img_/.test(id) && data === null) faults.add('image');
		if (typeof data === 'object' && data !== null && 'missingFile' in data && data.missingFile === true) {
			faults.add('font');
		}
	}
	return [...faults];
}
