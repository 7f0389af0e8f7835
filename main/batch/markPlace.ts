import { onPage, placeInCorner, USUAL_SIZE } from '../../core/pades/cornerPlace.ts';
import type { SignatureOptions } from '../../core/pades/options.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { findTextPlace } from '../../core/pades/textPlace.ts';
import type { ByteSource } from '../../core/pdf/byteSource.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import { signatureFields } from '../../core/pdf/fields.ts';
import type { MarkPlace } from '../../preload/contract.ts';

/** From a text to the lower left corner of the mark below it, with a gap of 6 between them. */
export const BELOW: readonly [number, number] = [0, -USUAL_SIZE.height - 6];

/**
 * What a wish for all documents means in this one.
 *
 * @throws {SigningError} `field-not-found`, `text-not-found`; {PdfError} `page-missing`.
 */
export async function placeIn(
	opened: { readonly document: PdfDocument; readonly source: ByteSource; readonly password: string | undefined },
	wanted: MarkPlace,
): Promise<Pick<SignatureOptions, 'field' | 'place'>> {
	const { document, source, password } = opened;
	switch (wanted.kind) {
		case 'none':
			return {};
		case 'rectangle':
			return { place: { page: wanted.page, ...wanted.rectangle } };
		case 'field':
			return { field: emptyField(document, wanted.name) };
		case 'corner':
			return { place: placeInCorner(document, wanted) };
		case 'text': {
			const { text, occurrence, side } = wanted;
			const size = [USUAL_SIZE.width, USUAL_SIZE.height] as const;
			const offset = side === 'below' ? BELOW : undefined;
			const found = await findTextPlace(source, { text, occurrence, offset, size }, password);
			return { place: onPage(document, found) };
		}
	}
}

function emptyField(document: PdfDocument, name: string | null): string {
	const empty = signatureFields(document).filter(({ signature }) => signature === undefined);
	const field = name === null ? empty[0] : empty.find((one) => one.name === name);
	if (field) return field.name;
	throw new SigningError(
		'field-not-found',
		name === null ? 'no signature field waits in this document' : `no empty signature field is called '${name}'`,
		{ hint: 'Choose another place for the mark.', subject: name ?? undefined },
	);
}
