/** What earlier signatures of a document still allow, found before a key is used. */
import type { PdfDocument } from '../pdf/document.ts';
import type { SignatureField } from '../pdf/fields.ts';
import type { FieldLock } from '../pdf/signatureDictionary.ts';
import type { SignatureOptions } from './options.ts';
import type { FieldTarget } from './signatureField.ts';
import { SigningError } from './signingError.ts';

/** What is about to be done to the document. */
export interface IntendedSignature {
	readonly field: string;
	/** Whether the field is there already, empty. */
	readonly existing: boolean;
	readonly visible: boolean;
	readonly certifies: boolean;
}

/** @param shown where it shows; undefined for an invisible one. */
export const intendedIn = (
	{ name, kind }: FieldTarget,
	shown: object | undefined,
	{ certify }: Pick<SignatureOptions, 'certify'>,
): IntendedSignature => ({
	field: name,
	existing: kind === 'existing',
	visible: shown !== undefined,
	certifies: certify !== undefined,
});

/**
 * Refuses a signature that would break an earlier one, or that the document's author or owner forbids.
 *
 * @throws {SigningError} `signing-forbidden`, `field-locked`.
 */
export function checkPermission(
	document: PdfDocument,
	fields: readonly SignatureField[],
	intended: IntendedSignature,
): void {
	const signed = fields.filter((field) => field.signature !== undefined);
	// ISO 32000-2, 12.8.2.2.1: the certification is the first signature of a document.
	if (intended.certifies && signed.some((field) => field.signature?.type !== 'DocTimeStamp')) {
		throw forbidden('a document can be certified by its first signature only, and this one is signed already');
	}
	const permission = certificationOf(document, signed);
	if (permission === 1) throw forbidden('the document is certified: its author allows no change, not even a signature');
	if (permission === 2 && !intended.existing && intended.visible) {
		throw forbidden(
			'the document is certified: its author allows signatures in the fields there are, or invisible ones',
		);
	}
	for (const { name, signature, lock } of signed) {
		const locks = [
			lock,
			...(signature?.references ?? []).flatMap((one) => (one.transform === 'FieldMDP' ? [one] : [])),
		];
		for (const one of locks) {
			if (one?.permission === 1) throw forbidden(`the signature in '${name}' locks the document`);
			if (one && isLocked(one, intended.field)) {
				throw new SigningError('field-locked', `the signature in '${name}' locks the field '${intended.field}'`, {
					subject: intended.field,
				});
			}
		}
	}
	checkOwnersPermission(document, intended);
}

/** P of the certification, where there is one (12.8.2.2). */
export function certificationOf(document: PdfDocument, fields: readonly SignatureField[]): 1 | 2 | 3 | undefined {
	const certified = document.catalog.dict('Perms')?.ref('DocMDP');
	for (const { signature, signatureRef } of fields) {
		for (const reference of signature?.references ?? []) {
			if (reference.transform === 'DocMDP' && (!certified || certified.equals(signatureRef)))
				return reference.permission;
		}
	}
	return undefined;
}

/** A name in the list stands for the fields below it as well. */
function isLocked(lock: FieldLock, field: string): boolean {
	const listed = lock.fields.some((name) => field === name || field.startsWith(`${name}.`));
	switch (lock.action) {
		case 'All':
			return true;
		case 'Include':
			return listed;
		case 'Exclude':
			return !listed;
	}
}

/**
 * ISO 32000-2, table 22: bit 9, or bit 6, lets fields be signed; bits 4 and 6 together let them be made. An invisible field
 * made for the signature shows nothing that the owner did not put there, and is taken for signing.
 */
function checkOwnersPermission({ encryption }: PdfDocument, { existing, visible }: IntendedSignature): void {
	if (!encryption || encryption.openedBy === 'owner') return;
	const { fillForms, annotate, modify } = encryption.permissions;
	const owner = 'the owner of this encrypted document';
	const otherwise = 'who has the password of the owner may';
	if (!fillForms && !annotate) throw forbidden(`${owner} does not allow it to be signed; ${otherwise}`);
	if (!existing && visible && !(annotate && modify)) {
		throw forbidden(`${owner} allows signatures in the fields there are, or invisible ones; ${otherwise} add others`);
	}
}

function forbidden(message: string): SigningError {
	return new SigningError('signing-forbidden', message);
}
