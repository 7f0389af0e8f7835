import { formatPdfDate } from '../pdf/date.ts';
import { name, PdfArray, PdfDict, type PdfObject, type PdfRef, PdfString, PdfVerbatim } from '../pdf/objects.ts';
import { certificationLevel, type FieldLock, type SignatureOptions } from './options.ts';

/** The two places of a signature dictionary that are filled in once the update is written. */
export interface SignaturePlaceholders {
	readonly byteRange: PdfVerbatim;
	readonly contents: PdfVerbatim;
}

/** Room for three offsets of 64-bit files. */
const byteRangeWidth = 2 + 3 * 20;

/** @param room bytes of CMS that `/Contents` shall hold. */
export function makePlaceholders(room: number): SignaturePlaceholders {
	return {
		byteRange: new PdfVerbatim(enclosed('[', ' ', byteRangeWidth - 2, ']')),
		contents: new PdfVerbatim(enclosed('<', '0', 2 * room, '>')),
	};
}

function enclosed(open: string, filling: string, length: number, close: string): Uint8Array {
	const bytes = new Uint8Array(length + 2).fill(filling.charCodeAt(0));
	bytes[0] = open.charCodeAt(0);
	bytes[length + 1] = close.charCodeAt(0);
	return bytes;
}

/** `[0 a b c]`, padded to the room kept for it. */
export function formatByteRange(gapStart: number, gapEnd: number, total: number): Uint8Array {
	const numbers = `0 ${gapStart} ${gapEnd} ${total - gapEnd}`;
	return Buffer.from(`[${numbers.padEnd(byteRangeWidth - 2)}]`, 'latin1');
}

/** The signature dictionary of a signature (ISO 32000-2, table 255; EN 319 142-1 §6.3). */
export function signatureDictionary(
	options: SignatureOptions,
	placeholders: SignaturePlaceholders,
	references: PdfArray | undefined,
): PdfDict {
	return PdfDict.of({
		Type: name('Sig'),
		Filter: name('Adobe.PPKLite'),
		SubFilter: name('ETSI.CAdES.detached'),
		ByteRange: placeholders.byteRange,
		Contents: placeholders.contents,
		M: PdfString.fromLatin1(formatPdfDate(options.signingTime)),
		Name: text(options.name),
		Reason: text(options.reason),
		Location: text(options.location),
		ContactInfo: text(options.contact),
		Reference: references,
		Prop_Build: PdfDict.of({ App: PdfDict.of({ Name: name('Paraph') }) }),
	});
}

/** The dictionary of a document timestamp (EN 319 142-1 §5.4.3): its time is in the token. */
export function documentTimestampDictionary(placeholders: SignaturePlaceholders): PdfDict {
	return PdfDict.of({
		Type: name('DocTimeStamp'),
		Filter: name('Adobe.PPKLite'),
		SubFilter: name('ETSI.RFC3161'),
		ByteRange: placeholders.byteRange,
		Contents: placeholders.contents,
	});
}

/** `/Reference`: what a certification allows and what a lock forbids (12.8.2.2, 12.8.2.4). */
export function signatureReferences(
	certify: SignatureOptions['certify'],
	lock: FieldLock | undefined,
	catalog: PdfRef | undefined,
): PdfArray | undefined {
	const references: PdfDict[] = [];
	if (certify !== undefined) {
		const parameters = PdfDict.of({ Type: name('TransformParams'), P: certificationLevel[certify], V: name('1.2') });
		references.push(signatureReference('DocMDP', parameters));
	}
	if (lock !== undefined) {
		const parameters = lockEntries(lock).with({ Type: name('TransformParams'), V: name('1.2') });
		references.push(signatureReference('FieldMDP', parameters).with({ Data: catalog }));
	}
	return references.length > 0 ? new PdfArray(references) : undefined;
}

/** `/Lock` of a field (table 236). */
export function lockDictionary(lock: FieldLock): PdfDict {
	return lockEntries(lock).with({ Type: name('SigFieldLock') });
}

function signatureReference(method: string, parameters: PdfDict): PdfDict {
	return PdfDict.of({ Type: name('SigRef'), TransformMethod: name(method), TransformParams: parameters });
}

function lockEntries(lock: FieldLock): PdfDict {
	const actions = { all: 'All', include: 'Include', exclude: 'Exclude' } as const;
	const fields: PdfObject | undefined =
		lock.action === 'all' ? undefined : new PdfArray(lock.fields.map((field) => PdfString.fromText(field)));
	return PdfDict.of({ Action: name(actions[lock.action]), Fields: fields, P: lock.permission });
}

const text = (value: string | undefined): PdfString | undefined =>
	value === undefined || value === '' ? undefined : PdfString.fromText(value);
