import type { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { name, PdfArray, PdfDict, type PdfRef, PdfStream } from '../pdf/objects.ts';

/** An appearance that shows nothing: PDF/A asks for one even there (ISO 19005-1, 6.9; 19005-2, 6.3.3). */
export function invisibleAppearance(update: IncrementalUpdate): PdfRef {
	const dict = PdfDict.of({
		Type: name('XObject'),
		Subtype: name('Form'),
		BBox: new PdfArray([0, 0, 0, 0]),
		Resources: PdfDict.of({}),
	});
	return update.add(new PdfStream(dict, new Uint8Array(0)));
}
