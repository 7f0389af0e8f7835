/** Writes SignedData with one signer, detached or not (RFC 5652 §5, EN 319 122-1 §4.4). */
import { encodeDigestAlgorithm, encodeSignatureAlgorithm } from '../pki/algorithmIdentifier.ts';
import { context, Tag } from '../pki/der.ts';
import { der, explicit, implicit, integer, octetString, oid, sequence, setOf } from '../pki/derWriter.ts';
import type { DocumentDigest, SigningAlgorithm } from '../ports/algorithms.ts';
import { encodeAttribute } from './attributes.ts';
import { AttributeType, ContentType } from './oids.ts';
import { issuerAndSerialOf } from './signingCertificate.ts';

export interface SignedDataInput {
	/** DER of the signer's certificate. */
	readonly certificate: Uint8Array;
	/** DER of the further certificates to carry, any order; repetitions are dropped. */
	readonly chain: readonly Uint8Array[];
	/** As {@link buildSignedAttributes} made them and the key signed them. */
	readonly signedAttributes: Uint8Array;
	/** The digest of the content in the message-digest attribute. */
	readonly digest: DocumentDigest;
	readonly algorithm: SigningAlgorithm;
	readonly signature: Uint8Array;
	/** DER of each unsigned attribute: {@link signatureTimestampAttribute}. */
	readonly unsignedAttributes?: readonly Uint8Array[] | undefined;
	/** The content to carry along; a PDF's and a `.p7s` file's is detached. */
	readonly content?: { readonly type: string; readonly bytes: Uint8Array } | undefined;
	/** DER of CRLs to carry (CAdES-LT). */
	readonly crls?: readonly Uint8Array[] | undefined;
}

/** DER of the ContentInfo. */
export function buildSignedData(input: SignedDataInput): Uint8Array {
	const digestAlgorithm = encodeDigestAlgorithm(input.digest);
	const encapsulated = input.content
		? sequence(oid(input.content.type), explicit(0, octetString(input.content.bytes)))
		: sequence(oid(ContentType.data));
	const crls = input.crls ?? [];
	const signedData = sequence(
		integer(versionOf(input)),
		setOf([digestAlgorithm]),
		encapsulated,
		setOf(unique([input.certificate, ...input.chain]), context(0)),
		...(crls.length > 0 ? [setOf(crls, context(1))] : []),
		setOf([signerInfo(input, digestAlgorithm)]),
	);
	return sequence(oid(ContentType.signedData), explicit(0, signedData));
}

/** RFC 5652 §5.1: 5 with other revocation data than CRLs, 3 where the content is anything but id-data, else 1. */
function versionOf({ content, crls }: SignedDataInput): number {
	if (crls?.some((crl) => crl[0] === context(1))) return 5;
	return content && content.type !== ContentType.data ? 3 : 1;
}

function signerInfo(input: SignedDataInput, digestAlgorithm: Uint8Array): Uint8Array {
	const { issuer, serial } = issuerAndSerialOf(input.certificate);
	const unsigned = input.unsignedAttributes ?? [];
	return sequence(
		integer(1),
		sequence(issuer, der(Tag.integer, serial)),
		digestAlgorithm,
		implicit(context(0), input.signedAttributes),
		encodeSignatureAlgorithm(input.algorithm),
		octetString(input.signature),
		...(unsigned.length > 0 ? [setOf(unsigned, context(1))] : []),
	);
}

function unique(certificates: readonly Uint8Array[]): readonly Uint8Array[] {
	return certificates.filter(
		(certificate, index) => certificates.findIndex((other) => Buffer.compare(other, certificate) === 0) === index,
	);
}

/** DER of the signature-time-stamp attribute around a token (EN 319 122-1 §5.3). */
export function signatureTimestampAttribute(token: Uint8Array): Uint8Array {
	return encodeAttribute(AttributeType.signatureTimestamp, token);
}
