import type { Digest } from '../ports/algorithms.ts';
import type { Certificate } from './certificate.ts';
import { Tag } from './der.ts';
import { der, explicit, nullValue, octetString, oid, sequence } from './derWriter.ts';
import { digest } from './digest.ts';
import { digestOids, extensionOids } from './objectIdentifiers.ts';

/**
 * DER of an OCSPRequest for one certificate (RFC 6960 §4.1.1).
 *
 * @param options.digest for the CertID: SHA-1 as RFC 5019 §2.1.1 wants it, since many responders know nothing else; it
 *   names the certificate, and nothing is signed with it.
 * @param options.nonce 1 to 128 octets (RFC 9654 §2.1); 32 are usual.
 */
export function encodeOcspRequest(
	certificate: Certificate,
	issuer: Certificate,
	options: { readonly digest?: Digest; readonly nonce?: Uint8Array | undefined } = {},
): Uint8Array {
	const algorithm = options.digest ?? 'sha1';
	const certId = sequence(
		sequence(oid(digestOids[algorithm]), nullValue()),
		octetString(digest(algorithm, certificate.issuerRaw)),
		octetString(digest(algorithm, issuer.publicKey.bytes)),
		der(Tag.integer, certificate.serialNumberBytes),
	);
	const extensions =
		options.nonce === undefined
			? []
			: [explicit(2, sequence(sequence(oid(extensionOids.ocspNonce), octetString(octetString(options.nonce)))))];
	return sequence(sequence(sequence(sequence(certId)), ...extensions));
}
