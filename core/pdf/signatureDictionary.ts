/** Signature dictionaries (ISO 32000-2, Table 255) as they are written: nothing here says that a signature is good. */
import { parsePdfDate } from './date.ts';
import { PdfDict, PdfString } from './objects.ts';

export interface SignatureDictionary {
	readonly dict: PdfDict;
	/** `/Type`: `Sig`, `DocTimeStamp`, or none. */
	readonly type: string | undefined;
	readonly filter: string | undefined;
	readonly subFilter: string | undefined;
	/** As written; whether it has the right shape is for validation to say. `undefined` when it is no array of numbers. */
	readonly byteRange: readonly number[] | undefined;
	/** The bytes of `/Contents`, padding included; its `span` tells where in the file they are. */
	readonly contents: PdfString | undefined;
	/** `/M`: what the signer's clock said. */
	readonly time: Date | undefined;
	readonly name: string | undefined;
	readonly reason: string | undefined;
	readonly location: string | undefined;
	readonly contactInfo: string | undefined;
	readonly references: readonly SignatureReference[];
}

/** An entry of `/Reference` (Table 256). */
export type SignatureReference =
	/** Certification: 1 no changes, 2 form filling and signing, 3 annotations as well (12.8.2.2). */
	| { readonly transform: 'DocMDP'; readonly permission: 1 | 2 | 3 }
	| ({ readonly transform: 'FieldMDP' } & FieldLock)
	/** `UR3`, `Identity` or unknown. */
	| { readonly transform: 'other'; readonly method: string | undefined };

/** Which fields a signature locks, by `/Lock` (Table 236) or FieldMDP (12.8.2.4). */
export interface FieldLock {
	readonly action: 'All' | 'Include' | 'Exclude';
	/** Fully qualified names; a name stands for what is below it, too. */
	readonly fields: readonly string[];
	/** `/P` of ISO 32000-2: like that of DocMDP. */
	readonly permission: 1 | 2 | 3 | undefined;
}

/** Never throws: what is missing or of the wrong type is `undefined`. */
export function parseSignatureDictionary(dict: PdfDict): SignatureDictionary {
	const time = dict.text('M');
	return {
		dict,
		type: dict.name('Type'),
		filter: dict.name('Filter'),
		subFilter: dict.name('SubFilter'),
		byteRange: dict.array('ByteRange')?.numbers(),
		contents: dict.string('Contents'),
		time: time === undefined ? undefined : parsePdfDate(time),
		name: dict.text('Name'),
		reason: dict.text('Reason'),
		location: dict.text('Location'),
		contactInfo: dict.text('ContactInfo'),
		references: [...(dict.array('Reference') ?? [])].flatMap((reference) =>
			reference instanceof PdfDict ? [parseReference(reference)] : [],
		),
	};
}

function parseReference(reference: PdfDict): SignatureReference {
	const method = reference.name('TransformMethod');
	const parameters = reference.dict('TransformParams');
	// 12.8.2.2: 2 where /P is missing.
	if (method === 'DocMDP') return { transform: 'DocMDP', permission: permissionOf(parameters) ?? 2 };
	const lock = method === 'FieldMDP' && parameters !== undefined ? parseFieldLock(parameters) : undefined;
	return lock === undefined ? { transform: 'other', method } : { transform: 'FieldMDP', ...lock };
}

/** `/Lock` of a field or the parameters of FieldMDP; `undefined` when the action is none of the three. */
export function parseFieldLock(dict: PdfDict): FieldLock | undefined {
	const action = dict.name('Action');
	if (action !== 'All' && action !== 'Include' && action !== 'Exclude') return undefined;
	const fields = [...(dict.array('Fields') ?? [])].flatMap((field) => (field instanceof PdfString ? [field.text] : []));
	return { action, fields, permission: permissionOf(dict) };
}

function permissionOf(dict: PdfDict | undefined): 1 | 2 | 3 | undefined {
	const permission = dict?.integer('P');
	return permission === 1 || permission === 2 || permission === 3 ? permission : undefined;
}
