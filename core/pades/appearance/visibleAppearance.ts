import type { IncrementalUpdate } from '../../pdf/incrementalUpdate.ts';
import type { PdfRef } from '../../pdf/objects.ts';
import type { Page, Rectangle } from '../../pdf/pages.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { toDisplay, uprightMatrix } from '../geometry.ts';
import type { SignatureOptions } from '../options.ts';
import { drawMark } from './drawMark.ts';
import { importForm } from './importForm.ts';
import { markText } from './markText.ts';

/** The form XObject of a visible signature, drawn upright whatever the page's rotation. */
export async function visibleAppearance(
	update: IncrementalUpdate,
	shown: { readonly page: Page; readonly rectangle: Rectangle },
	options: SignatureOptions,
	certificate: Certificate,
): Promise<PdfRef> {
	const { width, height } = toDisplay(shown.page, shown.rectangle);
	const drawn = await drawMark({ width, height, text: markText(options, certificate), image: options.mark?.image });
	return importForm(update, drawn, { width, height, matrix: uprightMatrix(shown.page.rotate) });
}
