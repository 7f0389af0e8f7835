/** The signed attributes Paraph writes: what each says, and why, is in EN 319 122-1 §5 and EN 319 142-1 §6.3. */
import { octetString, oid, setOf, time } from '../pki/derWriter.ts';
import type { DocumentDigest, SigningDigest } from '../ports/algorithms.ts';
import { encodeAttribute } from './attributes.ts';
import { AttributeType, ContentType } from './oids.ts';
import { signingCertificateV2 } from './signingCertificate.ts';

export interface SignedAttributesInput {
	/** Of the content, by `digestAlgorithm`. */
	readonly messageDigest: Uint8Array;
	/** DER of the signer's certificate, which becomes part of what is signed. */
	readonly certificate: Uint8Array;
	/** Digest of the certificate: by custom the content's own algorithm, or its {@link companionDigest}. */
	readonly certificateDigest: DocumentDigest;
	/** CAdES baseline wants it, PAdES forbids it and has `/M` instead (EN 319 142-1 §6.3 (g)). */
	readonly signingTime?: Date | undefined;
	/** Type of the content; `id-data` unless it is a token of its own kind. */
	readonly contentType?: string | undefined;
}

/** The digest of what goes with a signature, its certificate and its timestamps: who makes and reads those may not know SHAKE. */
export const companionDigest = (digest: DocumentDigest): SigningDigest => (digest === 'shake256' ? 'sha512' : digest);

/** DER of the signed attributes as a `SET OF`, sorted: exactly the bytes to be signed (RFC 5652 §5.4). */
export function buildSignedAttributes(input: SignedAttributesInput): Uint8Array {
	const attributes = [
		encodeAttribute(AttributeType.contentType, oid(input.contentType ?? ContentType.data)),
		encodeAttribute(AttributeType.messageDigest, octetString(input.messageDigest)),
		encodeAttribute(
			AttributeType.signingCertificateV2,
			signingCertificateV2(input.certificate, companionDigest(input.certificateDigest)),
		),
	];
	if (input.signingTime) attributes.push(encodeAttribute(AttributeType.signingTime, time(input.signingTime)));
	return setOf(attributes);
}
