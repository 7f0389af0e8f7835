/** What a document says of its conformance to PDF/A (ISO 19005-1, 6.7.11; 19005-4, 6.7.3). */
import type { PdfDocument } from './document.ts';
import { PdfDict } from './objects.ts';
import { PdfError } from './pdfError.ts';

const LARGEST_METADATA = 16 * 1024 * 1024;

/** The part of ISO 19005 that the metadata name, 1 to 4; `undefined` when they name none, or cannot be read. */
export function pdfAPart(document: PdfDocument): number | undefined {
	const metadata = document.catalog.stream('Metadata');
	if (metadata === undefined) return undefined;
	try {
		const text = Buffer.from(document.streamData(metadata, LARGEST_METADATA)).toString('utf8');
		const [, attribute, element] = /pdfaid:part\s*(?:=\s*["'](\d)|>\s*(\d))/.exec(text) ?? [];
		const part = attribute ?? element;
		return part === undefined ? undefined : Number(part);
	} catch (error) {
		if (error instanceof PdfError) return undefined;
		throw error;
	}
}

/** Whether DeviceCMYK has a meaning that does not depend on the device: an output intent with four channels (14.11.5). */
export function definesCmyk(document: PdfDocument): boolean {
	return [...(document.catalog.array('OutputIntents') ?? [])].some(
		(intent) => intent instanceof PdfDict && intent.stream('DestOutputProfile')?.dict.integer('N') === 4,
	);
}
