import { displaySize } from '../../core/pades/geometry.ts';
import type { Place, SignatureOptions } from '../../core/pades/options.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { findTextPlace } from '../../core/pades/textPlace.ts';
import type { ByteSource } from '../../core/pdf/byteSource.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import { signatureFields } from '../../core/pdf/fields.ts';
import type { MarkPlace } from '../../preload/contract.ts';

/** A mark that nobody drew, in 1/72 inch: name and time in two or three lines. */
const USUAL = { width: 190, height: 64 };
/** 15 mm: what printers leave free. */
const MARGIN = 42.5;
/** Between a text and the mark below it. */
const GAP = 6;

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
		case 'corner': {
			const { width, height } = sizeOf(document, wanted.page);
			const x = wanted.corner.endsWith('left') ? MARGIN : width - MARGIN - USUAL.width;
			const y = wanted.corner.startsWith('bottom') ? MARGIN : height - MARGIN - USUAL.height;
			return { place: onPage(document, { page: wanted.page, x, y, ...USUAL }) };
		}
		case 'text': {
			const { text, occurrence, side } = wanted;
			const size = [USUAL.width, USUAL.height] as const;
			const offset = side === 'below' ? ([0, -USUAL.height - GAP] as const) : undefined;
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

/** Moved, and made smaller where it has to be, until all of it is on the page. */
function onPage(document: PdfDocument, place: Place): Place {
	const size = sizeOf(document, place.page);
	const width = Math.min(place.width, size.width);
	const height = Math.min(place.height, size.height);
	const within = (value: number, most: number) => Math.max(0, Math.min(value, most));
	return {
		page: place.page,
		x: within(place.x, size.width - width),
		y: within(place.y, size.height - height),
		width,
		height,
	};
}

const sizeOf = (document: PdfDocument, page: Place['page']) =>
	displaySize(document.pages.get((page === 'last' ? document.pages.count : page) - 1));
