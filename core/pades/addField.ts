import type { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { invisibleAppearance } from './invisibleAppearance.ts';
import type { Place } from './options.ts';
import { checkPermission } from './permission.ts';
import { chooseField, writeField } from './signatureField.ts';
import { SigningError } from './signingError.ts';
import { addStructureElement } from './structureElement.ts';

/**
 * An update that adds an empty signature field, for someone to sign later.
 *
 * @throws {SigningError} `field-unsuitable` when the name is taken, `place-invalid`, `signing-forbidden`.
 */
export async function addField(document: PdfDocument, name: string, place: Place | undefined): Promise<Uint8Array> {
	const target = chooseField(document, name, place);
	if (target.kind === 'existing') {
		throw new SigningError('field-unsuitable', `there is a field '${name}' already`, { subject: name });
	}
	const fields = signatureFields(document);
	checkPermission(document, fields, { field: name, existing: false, visible: place !== undefined, certifies: false });
	const update = new IncrementalUpdate(document);
	const widget = writeField(update, target, {
		value: undefined,
		appearance: invisibleAppearance(update),
		lock: undefined,
	});
	const isSigned = fields.some((field) => field.signature !== undefined);
	if (widget) addStructureElement(update, widget, target.page, isSigned);
	return update.finish().bytes;
}
