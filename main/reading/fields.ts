import { addFields } from '../../core/pades/addFields.ts';
import { Draft } from '../../core/pades/draft.ts';
import { displaySize } from '../../core/pades/geometry.ts';
import type { Place } from '../../core/pades/options.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import { formFields } from '../../core/pdf/fields.ts';
import { addedSignaturesAlone } from '../../core/validation/changes/signaturesAlone.ts';
import type { DocumentToRead } from './description.ts';

export interface FieldsToAdd extends DocumentToRead {
	readonly out: string;
	/** In 1/72 inch on the page as displayed, the page counted from 1; null: one is found at the foot of the last page. */
	readonly places: readonly (Place | null)[];
}

/**
 * Writes a copy of a document in which there is an empty signature field for each place.
 *
 * @returns their names, in order.
 * @throws {PdfError} {SigningError}
 */
export async function writeWithFields({ path, password, out, places }: FieldsToAdd): Promise<readonly string[]> {
	const draft = Draft.open(path, { password, digest: 'sha256' });
	try {
		const taken = new Set(formFields(draft.document).map(({ name }) => name));
		const free = freePlaces(draft.document);
		const added = places.map((place) => ({ name: freeName(taken), place: place ?? free() }));
		draft.append(addFields(draft.document, added));
		await draft.save(out, 'never');
		return added.map(({ name }) => name);
	} finally {
		draft.close();
	}
}

function freeName(taken: Set<string>): string {
	for (let number = 1; ; number++) {
		const name = `Signature ${number}`;
		if (taken.has(name)) continue;
		taken.add(name);
		return name;
	}
}

/** In 1/72 inch. */
const mark = { width: 170, height: 56, gap: 12, margin: 36 };

/** Places for marks at the foot of the last page, from left to right and upwards. */
function freePlaces({ pages }: PdfDocument): () => Place {
	const page = pages.count;
	const { width } = displaySize(pages.get(page - 1));
	const size = { width: Math.min(mark.width, width - 2 * mark.margin), height: mark.height };
	const columns = Math.max(1, Math.floor((width - 2 * mark.margin + mark.gap) / (size.width + mark.gap)));
	let count = 0;
	return () => {
		const column = count % columns;
		const row = Math.floor(count / columns);
		count++;
		const x = mark.margin + column * (size.width + mark.gap);
		return { page, x, y: mark.margin + row * (size.height + mark.gap), ...size };
	};
}

/** Whether what stands behind the first bytes of a document is signatures and nothing else. */
export const signaturesAlone = ({ path, seen }: DocumentToRead & { readonly seen: number }): boolean =>
	addedSignaturesAlone(path, seen);
