/** A detached CAdES signature (EN 319 122-1) over a file of any kind. */
import { ContentType } from '../../cms/oids.ts';
import type { ByteSource } from '../../pdf/byteSource.ts';
import type { Certificate } from '../../pki/certificate.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import type { DocumentFacts } from './documentFacts.ts';
import { Evidence } from './evidence.ts';
import { RangeDigests } from './rangeDigest.ts';
import { type FormatFault, readCms, type SignedObject } from './signatureFacts.ts';
import { standaloneFacts } from './standaloneFacts.ts';

/**
 * @param signature the `.p7s` file: BER or DER of a ContentInfo.
 * @param content the file it is over.
 */
export function collectDetachedFacts(signature: Uint8Array, content: ByteSource, given: ValidationData): DocumentFacts {
	const evidence = new Evidence();
	evidence.add(given);
	const read = readDetached(signature, content, [...evidence.pool]);
	if (typeof read !== 'string') addObject(evidence, read, 0);
	return { signatures: [standaloneFacts(read, { format: 'cades', name: '', place: 0 })], evidence, store: undefined };
}

/** Reads and checks a CMS signature over the whole of `content`. */
export function readDetached(
	signature: Uint8Array,
	content: ByteSource,
	others: readonly Certificate[],
): SignedObject | FormatFault {
	const covered = wholeOf(content);
	return readCms(
		signature,
		() => ({
			contentType: ContentType.data,
			digest: (algorithm) => covered.digest(algorithm),
			bytes: () => covered.bytes(),
		}),
		others,
	);
}

export const wholeOf = (content: ByteSource): RangeDigests =>
	new RangeDigests(content, [0, content.size, content.size, 0]);

/** What a signature at `place` brings along for its own validation. */
export function addObject(evidence: Evidence, object: SignedObject, place: number): void {
	evidence.addCertificates(object.certificates);
	if (object.signedData) evidence.addSignedData(object.signedData, place);
	for (const { token } of object.timestamps) evidence.addSignedData(token.signedData, place);
}
