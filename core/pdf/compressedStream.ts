import { deflateSync } from 'node:zlib';
import { name, type PdfDict, PdfStream } from './objects.ts';

const WORTH_COMPRESSING = 256;

/** A stream whose data are compressed where that pays and the dictionary has no filter of its own. */
export function compressed(dict: PdfDict, data: Uint8Array): PdfStream {
	if (data.length < WORTH_COMPRESSING || dict.has('Filter')) return new PdfStream(dict, data);
	return new PdfStream(dict.with({ Filter: name('FlateDecode') }), deflateSync(data));
}
