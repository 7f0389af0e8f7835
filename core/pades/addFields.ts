import type { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { invisibleAppearance } from './invisibleAppearance.ts';
import type { Place } from './options.ts';
import { checkPermission } from './permission.ts';
import { chooseField, writeField } from './signatureField.ts';
import { SigningError } from './signingError.ts';
import { addStructureElement } from './structureElement.ts';

/** An empty signature field, for someone to sign later. */
export interface NewField {
	readonly name: string;
	/** Left out, the field is invisible. */
	readonly place?: Place | undefined;
}

/**
 * One update that adds empty signature fields.
 *
 * @throws {SigningError} `field-unsuitable` when a name is taken, `place-invalid`, `signing-forbidden`.
 */
export function addFields(document: PdfDocument, added: readonly NewField[]): Uint8Array {
	if (added.length === 0) return new Uint8Array();
	const fields = signatureFields(document);
	const isSigned = fields.some((field) => field.signature !== undefined);
	const update = new IncrementalUpdate(document);
	const appearance = invisibleAppearance(update);
	const names = new Set<string>();
	for (const { name, place } of added) {
		const target = chooseField(document, name, place);
		if (target.kind === 'existing' || names.has(name))
			throw new SigningError('field-unsuitable', `there is a field '${name}' already`, { subject: name });
		names.add(name);
		checkPermission(document, fields, { field: name, existing: false, visible: place !== undefined, certifies: false });
		const widget = writeField(update, target, { value: undefined, appearance, lock: undefined });
		if (widget) addStructureElement(update, widget, target.page, isSigned);
	}
	return update.finish().bytes;
}
