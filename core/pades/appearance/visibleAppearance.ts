import type { IncrementalUpdate } from '../../pdf/incrementalUpdate.ts';
import type { PdfRef } from '../../pdf/objects.ts';
import type { Page, Rectangle } from '../../pdf/pages.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { toDisplay, uprightMatrix } from '../geometry.ts';
import type { SignatureOptions } from '../options.ts';
import { importForm } from './importForm.ts';
import { MarkStudio } from './markStudio.ts';
import { markText } from './markText.ts';

/**
 * The form XObject of a visible signature, drawn upright whatever the page's rotation.
 *
 * @returns its reference, and warnings: `characters-missing`, with those that no font has.
 */
export async function visibleAppearance(
	update: IncrementalUpdate,
	shown: { readonly page: Page; readonly rectangle: Rectangle },
	options: SignatureOptions,
	certificate: Certificate,
): Promise<{ readonly appearance: PdfRef; readonly warnings: readonly string[] }> {
	const { width, height } = toDisplay(shown.page, shown.rectangle);
	const { studio = new MarkStudio(), mark } = options;
	const drawn = await studio.draw({ width, height, text: markText(options, certificate), image: mark?.image });
	const appearance = importForm(update, drawn, { width, height, matrix: uprightMatrix(shown.page.rotate) });
	const missing = drawn.missingCharacters.join(' ');
	return { appearance, warnings: missing === '' ? [] : [`characters-missing: ${missing}`] };
}
