/** A signature that is a file of its own, in the terms of a PDF's: one place, nothing that could have changed after it. */
import { PdfDict } from '../../pdf/objects.ts';
import { parseSignatureDictionary } from '../../pdf/signatureDictionary.ts';
import type { FormatFault, SignatureFacts, SignedObject } from './signatureFacts.ts';

const noDictionary = parseSignatureDictionary(PdfDict.of({}));

/**
 * @param name of the file in its container, empty where there is none.
 * @param place different for each signature of a container, so that what proves one does not prove another.
 */
export function standaloneFacts(
	read: SignedObject | FormatFault,
	about: Pick<SignatureFacts, 'format'> &
		Partial<Pick<SignatureFacts, 'kind' | 'xades' | 'unsignedFiles' | 'carries' | 'counterSigned'>> & {
			readonly name: string;
			readonly place: number;
		},
): SignatureFacts {
	const { name, place, format, kind = 'signature', xades, unsignedFiles, carries, counterSigned } = about;
	return {
		field: {
			name,
			ref: undefined,
			dict: noDictionary.dict,
			type: 'Sig',
			flags: 0,
			value: undefined,
			widgets: [],
			signature: noDictionary,
			signatureRef: undefined,
			lock: undefined,
			seedValue: undefined,
		},
		dictionary: noDictionary,
		kind,
		format,
		byteRange: { faults: [], range: undefined, bytesAfter: 0 },
		end: 0,
		offset: place,
		coversWholeRevision: true,
		signedRevision: undefined,
		formatFaults: typeof read === 'string' ? [read] : [],
		object: typeof read === 'string' ? undefined : read,
		changes: { level: 'none', items: [] },
		carries,
		counterSigned,
		xades,
		unsignedFiles,
	};
}

/** A signature and, behind it, the counter-signatures that it carries, each followed by those over it. */
export function withCounterSignatures(signature: SignatureFacts): readonly SignatureFacts[] {
	const format = signature.format === 'xades' ? 'xades' : 'cades';
	const over = (signature.object?.counterSignatures ?? []).map(({ object, place, carries, xades }) =>
		standaloneFacts(object, {
			format,
			name: signature.field.name,
			place,
			carries,
			xades,
			counterSigned: signature.offset,
		}),
	);
	return [signature, ...over.flatMap(withCounterSignatures)];
}
