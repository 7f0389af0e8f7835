import { PdfArray, PdfDict, type PdfObject, type PdfRef, PdfStream, PdfString, type Resolver } from '../objects.ts';
import { isSignature } from '../objectWriter.ts';
import type { Encryption } from './encryption.ts';

/** The object with its strings decrypted; the data of a stream are decrypted when they are asked for. */
export function decryptObject(object: PdfObject, owner: PdfRef, encryption: Encryption, resolver: Resolver): PdfObject {
	const decrypt = (value: PdfObject): PdfObject => {
		if (value instanceof PdfString) {
			return new PdfString(encryption.decryptString(owner, value.bytes), value.hex, value.span);
		}
		if (value instanceof PdfArray) return new PdfArray(value.items.map(decrypt), resolver);
		if (value instanceof PdfDict) return decryptDict(value);
		return value;
	};
	const decryptDict = (dict: PdfDict): PdfDict => {
		const signature = isSignature(dict);
		const entries = new Map<string, PdfObject>();
		for (const [key, value] of dict.entries()) {
			// 7.6.2: the /Contents of a signature dictionary is never encrypted.
			entries.set(key, signature && key === 'Contents' ? value : decrypt(value));
		}
		return new PdfDict(entries, resolver, dict.ambiguous);
	};
	if (!(object instanceof PdfStream)) return decrypt(object);
	// 7.6.2: cross-reference streams are not encrypted, strings in their dictionary included.
	return object.dict.name('Type') === 'XRef' ? object : new PdfStream(decryptDict(object.dict), object.data);
}
