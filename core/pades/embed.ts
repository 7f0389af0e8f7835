import { buildSignedData } from '../cms/buildSignedData.ts';
import { buildSignedAttributes } from '../cms/signedAttributes.ts';
import { Certificate } from '../pki/certificate.ts';
import { verifySignature } from '../pki/signature.ts';
import type { Content } from './content.ts';
import type { Gap, Prepared } from './prepared.ts';
import { SigningError } from './signingError.ts';

/**
 * Refuses a prepared document that does not belong to these bytes, or was altered since.
 *
 * @throws {SigningError} `prepared-mismatch`.
 */
export async function checkPrepared(prepared: Prepared, content: Content): Promise<void> {
	const differs = (what: string): SigningError => new SigningError('prepared-mismatch', what);
	if (prepared.size !== content.source.size || Buffer.compare(prepared.sha256, await content.digest('sha256')) !== 0) {
		throw differs('the document is not the one that was prepared');
	}
	const attributes = buildSignedAttributes({
		messageDigest: await content.digest(prepared.digest, ...coveredBytes(prepared.added, prepared.gap)),
		certificate: prepared.certificate,
		certificateDigest: prepared.digest,
	});
	if (Buffer.compare(attributes, prepared.signedAttributes) !== 0) throw differs('the prepared file was altered');
}

/**
 * Refuses a value that the certificate does not verify: a driver that returns rubbish must not produce a file.
 *
 * @throws {SigningError} `signature-invalid`.
 */
export function checkSignature(
	prepared: Pick<Prepared, 'certificate' | 'algorithm' | 'signedAttributes'>,
	signature: Uint8Array,
	certificate: Certificate = Certificate.parse(prepared.certificate),
): void {
	if (!verifySignature(certificate.publicKey, prepared.algorithm, prepared.signedAttributes, signature)) {
		throw new SigningError('signature-invalid', 'the signature does not fit the prepared document and the certificate');
	}
}

/** DER of the CMS object that goes into the gap. @param unsignedAttributes DER of each. */
export function assembleSignedData(
	prepared: Prepared,
	signature: Uint8Array,
	unsignedAttributes: readonly Uint8Array[] = [],
): Uint8Array {
	const { certificate, chain, signedAttributes, digest, algorithm } = prepared;
	return buildSignedData({ certificate, chain, signedAttributes, digest, algorithm, signature, unsignedAttributes });
}

/**
 * The update with a CMS object in its gap; what is left of the gap stays zeros.
 *
 * @throws {SigningError} `signature-too-large`.
 */
export function fillGap(added: Uint8Array, gap: Gap, cms: Uint8Array): Uint8Array {
	const room = (gap.end - gap.start - 2) / 2;
	if (cms.length > room) {
		throw new SigningError('signature-too-large', `the signature takes ${cms.length} bytes, ${room} were kept for it`);
	}
	const filled = Buffer.from(added);
	filled.write(Buffer.from(cms.buffer, cms.byteOffset, cms.length).toString('hex'), gap.start + 1, 'latin1');
	return filled;
}

/** What a signature in this gap covers of the update: everything but the string of `/Contents`. */
export function coveredBytes(added: Uint8Array, gap: Gap): readonly [Uint8Array, Uint8Array] {
	return [added.subarray(0, gap.start), added.subarray(gap.end)];
}
