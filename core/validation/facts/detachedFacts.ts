/** A detached CAdES signature (EN 319 122-1) in the terms of a PDF's: one signature, nothing that could have changed. */

import { ContentType } from '../../cms/oids.ts';
import type { ByteSource } from '../../pdf/byteSource.ts';
import { PdfDict } from '../../pdf/objects.ts';
import { parseSignatureDictionary } from '../../pdf/signatureDictionary.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import type { DocumentFacts } from './documentFacts.ts';
import { Evidence } from './evidence.ts';
import { RangeDigests } from './rangeDigest.ts';
import { readCms } from './signatureFacts.ts';

const noDictionary = parseSignatureDictionary(PdfDict.of({}));

/**
 * @param signature the `.p7s` file: BER or DER of a ContentInfo.
 * @param content the file it is over.
 */
export function collectDetachedFacts(signature: Uint8Array, content: ByteSource, given: ValidationData): DocumentFacts {
	const evidence = new Evidence();
	evidence.add(given);
	const covered = new RangeDigests(content, [0, content.size, content.size, 0]);
	const read = readCms(
		signature,
		() => ({
			contentType: ContentType.data,
			digest: (algorithm) => covered.digest(algorithm),
			bytes: () => covered.bytes(),
		}),
		[...evidence.pool],
	);
	const object = typeof read === 'string' ? undefined : read;
	if (object) {
		evidence.addCertificates(object.certificates);
		if (object.signedData) evidence.addSignedData(object.signedData, 0);
		for (const { token } of object.timestamps) evidence.addSignedData(token.signedData, 0);
	}
	const facts = {
		field: {
			name: '',
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
		kind: 'signature' as const,
		format: 'cades' as const,
		byteRange: { faults: [], range: undefined, bytesAfter: 0 },
		end: 0,
		offset: 0,
		coversWholeRevision: true,
		signedRevision: undefined,
		formatFaults: typeof read === 'string' ? [read] : [],
		object,
		changes: { level: 'none' as const, items: [] },
	};
	return { signatures: [facts], evidence, store: undefined };
}
