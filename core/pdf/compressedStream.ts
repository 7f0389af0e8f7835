import { deflateSync } from 'node:zlib';
import { name, type PdfDict, PdfStream } from './objects.ts';

const WORTH_COMPRESSING = 256;

/** A new stream, its data compressed where that pays and the dictionary has no filter of its own. */
export function compressed(dict: PdfDict, data: Uint8Array): PdfStream & { readonly data: Uint8Array } {
	if (data.length < WORTH_COMPRESSING || dict.has('Filter')) return streamOf(dict, data);
	return streamOf(dict.with({ Filter: name('FlateDecode') }), deflateSync(data));
}

function streamOf(dict: PdfDict, data: Uint8Array): PdfStream & { readonly data: Uint8Array } {
	return Object.assign(new PdfStream(dict, data), { data });
}
