/** The signing-certificate attributes that tie a signature to one certificate (RFC 5035, EN 319 122-1 §5.2.2). */
import { encodeDigestAlgorithm } from '../pki/algorithmIdentifier.ts';
import { context, type DerElement, DerError, readDer, Tag } from '../pki/der.ts';
import { der, integer, octetString, sequence } from '../pki/derWriter.ts';
import { digest } from '../pki/digest.ts';
import type { Digest, SigningDigest } from '../ports/algorithms.ts';
import { knownDigest } from './algorithms.ts';
import type { Attributes } from './attributes.ts';
import { equalBytes } from './equalBytes.ts';
import { AttributeType } from './oids.ts';

/** One ESSCertID or ESSCertIDv2. */
export interface CertificateIdentifier {
	/** Undefined where the algorithm is unknown to us: then it can match nothing. */
	readonly digestAlgorithm: Digest | undefined;
	readonly digest: Uint8Array;
	/** DER of the issuer's name, and the serial number's content octets, where the writer gave them. */
	readonly issuerSerial: { readonly issuer: Uint8Array; readonly serial: Uint8Array } | undefined;
}

/**
 * The certificates a SignerInfo says it was made with; the first is the signer's own.
 *
 * @returns `absent`, `malformed` (also where the attribute occurs twice), or the identifiers; where both versions of
 *   the attribute are there, the first identifier of each counts as one that must match.
 */
export function readSigningCertificate(
	attributes: Attributes,
): 'absent' | 'malformed' | { readonly signer: readonly CertificateIdentifier[] } {
	try {
		const old = attributes.single(AttributeType.signingCertificate);
		const v2 = attributes.single(AttributeType.signingCertificateV2);
		if (old === undefined && v2 === undefined) return 'absent';
		if (old === 'ambiguous' || v2 === 'ambiguous') return 'malformed';
		const signer: CertificateIdentifier[] = [];
		if (old) signer.push(firstIdentifier(old, 'sha1'));
		if (v2) signer.push(firstIdentifier(v2, 'sha256'));
		return { signer };
	} catch (error) {
		if (error instanceof DerError) return 'malformed';
		throw error;
	}
}

/** SigningCertificate[V2] ::= SEQUENCE { certs SEQUENCE OF ESSCertID[v2], policies OPTIONAL }. */
function firstIdentifier(attribute: DerElement, defaultDigest: Digest): CertificateIdentifier {
	const reader = attribute.read(Tag.sequence).next(Tag.sequence).read().next(Tag.sequence).read();
	const algorithm = reader.optional(Tag.sequence);
	const certificateHash = reader.next().octets();
	const issuerSerial = reader.optional(Tag.sequence);
	return {
		digestAlgorithm: algorithm ? knownDigest(algorithm) : defaultDigest,
		digest: certificateHash,
		issuerSerial: issuerSerial && readIssuerSerial(issuerSerial),
	};
}

/** IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber, … }; the issuer is one directoryName. */
function readIssuerSerial(element: DerElement): CertificateIdentifier['issuerSerial'] {
	const reader = element.read();
	const [name] = [...reader.next(Tag.sequence).read().rest()];
	const serial = reader.next().integerBytes();
	return name?.tag === context(4) ? { issuer: name.read().next(Tag.sequence).raw, serial } : undefined;
}

/** Whether the identifier is that of this certificate (DER). The digest decides; issuer and serial are a hint in it. */
export function identifies(identifier: CertificateIdentifier, certificate: Uint8Array): boolean {
	return (
		identifier.digestAlgorithm !== undefined &&
		equalBytes(digest(identifier.digestAlgorithm, certificate), identifier.digest)
	);
}

/** By the bytes of the certificate: they are the same for each of a thousand files. */
const encoded = new WeakMap<Uint8Array, Map<SigningDigest, Uint8Array>>();

/** DER of a SigningCertificateV2 with one ESSCertIDv2, issuer and serial included. */
export function signingCertificateV2(certificate: Uint8Array, algorithm: SigningDigest): Uint8Array {
	const byDigest = encoded.get(certificate) ?? new Map<SigningDigest, Uint8Array>();
	encoded.set(certificate, byDigest);
	const known = byDigest.get(algorithm) ?? encodeSigningCertificateV2(certificate, algorithm);
	byDigest.set(algorithm, known);
	return known;
}

function encodeSigningCertificateV2(certificate: Uint8Array, algorithm: SigningDigest): Uint8Array {
	const { issuer, serial } = issuerAndSerialOf(certificate);
	const identifier = sequence(
		// DER leaves a DEFAULT out, and SHA-256 is the default.
		...(algorithm === 'sha256' ? [] : [encodeDigestAlgorithm(algorithm)]),
		octetString(digest(algorithm, certificate)),
		sequence(sequence(der(context(4), issuer)), integer(serial)),
	);
	return sequence(sequence(identifier));
}

/** The two fields by which CMS names a certificate, straight from its DER. */
export function issuerAndSerialOf(certificate: Uint8Array): { issuer: Uint8Array; serial: Uint8Array } {
	const toBeSigned = readDer(certificate, Tag.sequence).read().next(Tag.sequence).read();
	toBeSigned.optional(context(0));
	const serial = toBeSigned.next().integerBytes();
	toBeSigned.next(Tag.sequence);
	return { issuer: toBeSigned.next(Tag.sequence).raw, serial };
}
