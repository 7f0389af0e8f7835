import { deflateSync } from 'node:zlib';
import { name, type PdfDict, PdfStream } from './objects.ts';

const WORTH_COMPRESSING = 256;

/** A new stream, its data compressed where that pays and the dictionary has no filter of its own. */
export function compressed(dict: PdfDict, data: Uint8Array): PdfStream {
	const parts = compress(dict, data);
	return new PdfStream(parts.dict, parts.data);
}

/** The same in its parts, for who writes them out at once. */
export function compress(dict: PdfDict, data: Uint8Array): { readonly dict: PdfDict; readonly data: Uint8Array } {
	if (data.length < WORTH_COMPRESSING || dict.has('Filter')) return { dict, data };
	return { dict: dict.with({ Filter: name('FlateDecode') }), data: deflateSync(data) };
}
