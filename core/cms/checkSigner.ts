/** What can be said of one SignerInfo by arithmetic alone: facts, no judgement of trust. */
import type { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { DerError, readDer, Tag } from '../pki/der.ts';
import { DistinguishedName } from '../pki/distinguishedName.ts';
import { verifySignature } from '../pki/signature.ts';
import type { Digest, SignatureAlgorithm } from '../ports/algorithms.ts';
import { knownDigest, knownSignatureAlgorithm } from './algorithms.ts';
import { equalBytes } from './equalBytes.ts';
import { AttributeType } from './oids.ts';
import { type SignerInfo, sortedSignedAttributes } from './signedData.ts';
import { identifies, readSigningCertificate } from './signingCertificate.ts';

export interface SignerFacts {
	/** The one the SignerInfo names; undefined where it is not among those at hand. */
	readonly certificate: Certificate | undefined;
	/** Undefined where we do not know the algorithm. */
	readonly digestAlgorithm: Digest | undefined;
	readonly signatureAlgorithm: SignatureAlgorithm | undefined;
	/** The message-digest attribute against the content; `no-attributes` where the signature is over the content itself. */
	readonly messageDigest: 'matches' | 'differs' | 'absent' | 'content-missing' | 'unknown-algorithm' | 'no-attributes';
	/** The content-type attribute against the content (RFC 5652 §11.1). */
	readonly contentType: 'matches' | 'differs' | 'absent' | 'no-attributes';
	/** The signing-certificate attribute against the certificate. */
	readonly signingCertificate: 'matches' | 'differs' | 'issuer-serial-differs' | 'absent' | 'malformed';
	/** The value over the attributes; `unverifiable` where certificate or algorithm is missing. */
	readonly signature: 'valid' | 'invalid' | 'unverifiable';
}

export interface SignerContent {
	/** Undefined where it has none: the content of a counter-signature. */
	readonly contentType: string | undefined;
	/** The digest of the content by the algorithm the SignerInfo names. */
	digest(algorithm: Digest): Uint8Array;
	/** The content itself; needed only where there are no signed attributes. */
	bytes(): Uint8Array;
}

/**
 * Checks a SignerInfo against its content and the certificates at hand.
 *
 * @param certificates those of the CMS object first, then from elsewhere (DSS, files).
 */
export function checkSigner(
	signer: SignerInfo,
	content: SignerContent,
	certificates: readonly Certificate[],
): SignerFacts {
	const digestAlgorithm = knownDigest(readDer(signer.digestAlgorithm.der));
	const signatureAlgorithm = knownSignatureAlgorithm(readDer(signer.signatureAlgorithm.der), digestAlgorithm);
	const certificate = certificates.find((candidate) => names(signer, candidate));
	return {
		certificate,
		digestAlgorithm,
		signatureAlgorithm,
		messageDigest: checkMessageDigest(signer, content, digestAlgorithm),
		contentType: checkContentType(signer, content),
		signingCertificate: checkSigningCertificate(signer, certificate),
		signature: checkSignature(signer, content, certificate, signatureAlgorithm),
	};
}

/** Whether the SignerInfo's identifier is that of this certificate. */
export function names({ identifier }: SignerInfo, certificate: Certificate): boolean {
	if (identifier.kind === 'issuer-and-serial')
		return (
			equalBytes(identifier.serial, certificate.serialNumberBytes) && isIssuerNamed(identifier.issuer, certificate)
		);
	const keyIdentifier = keyIdentifierOf(certificate);
	return keyIdentifier !== undefined && equalBytes(identifier.keyIdentifier, keyIdentifier);
}

/** By the rules of RFC 5280 §7.1: producers write the same name in other string types than its issuer did. */
function isIssuerNamed(name: Uint8Array, certificate: Certificate): boolean {
	if (equalBytes(name, certificate.issuerRaw)) return true;
	try {
		return new DistinguishedName(readDer(name)).matches(certificate.issuer);
	} catch (error) {
		if (error instanceof DerError || error instanceof CertificateError) return false;
		throw error;
	}
}

function keyIdentifierOf(certificate: Certificate): Uint8Array | undefined {
	try {
		return certificate.subjectKeyIdentifier;
	} catch (error) {
		if (error instanceof CertificateError) return undefined;
		throw error;
	}
}

function checkMessageDigest(
	signer: SignerInfo,
	content: SignerContent,
	algorithm: Digest | undefined,
): SignerFacts['messageDigest'] {
	if (!signer.signedAttributes) return 'no-attributes';
	const written = signer.signedAttributes.single(AttributeType.messageDigest);
	if (written === undefined) return 'absent';
	if (algorithm === undefined) return 'unknown-algorithm';
	if (written === 'ambiguous' || written.tag !== Tag.octetString) return 'differs';
	return equalBytes(written.content, content.digest(algorithm)) ? 'matches' : 'differs';
}

function checkContentType(signer: SignerInfo, content: SignerContent): SignerFacts['contentType'] {
	if (!signer.signedAttributes) return 'no-attributes';
	const written = signer.signedAttributes.single(AttributeType.contentType);
	// RFC 5652 §11.4: a counter-signature must not name a type.
	if (content.contentType === undefined) return written === undefined ? 'matches' : 'differs';
	if (written === undefined) return 'absent';
	return written !== 'ambiguous' && written.soundOid() === content.contentType ? 'matches' : 'differs';
}

function checkSigningCertificate(
	signer: SignerInfo,
	certificate: Certificate | undefined,
): SignerFacts['signingCertificate'] {
	const written = signer.signedAttributes ? readSigningCertificate(signer.signedAttributes) : 'absent';
	if (typeof written === 'string') return written;
	if (!certificate || !written.signer.every((identifier) => identifies(identifier, certificate.raw))) return 'differs';
	const hintsMatch = written.signer.every(
		({ issuerSerial }) =>
			issuerSerial === undefined ||
			(equalBytes(issuerSerial.serial, certificate.serialNumberBytes) &&
				equalBytes(issuerSerial.issuer, certificate.issuerRaw)),
	);
	return hintsMatch ? 'matches' : 'issuer-serial-differs';
}

function checkSignature(
	signer: SignerInfo,
	content: SignerContent,
	certificate: Certificate | undefined,
	algorithm: SignatureAlgorithm | undefined,
): SignerFacts['signature'] {
	if (!certificate || !algorithm) return 'unverifiable';
	// RFC 4056 §3: the SignerInfo and the parameters of PSS must name the same digest.
	if (algorithm.kind === 'rsa-pss' && algorithm.digest !== knownDigest(readDer(signer.digestAlgorithm.der)))
		return 'invalid';
	const attributes = signer.signedAttributesDer;
	const key = certificate.publicKey;
	try {
		if (!attributes) return verifySignature(key, algorithm, content.bytes(), signer.signature) ? 'valid' : 'invalid';
		// RFC 5652 §5.4: it is their DER that is signed, in whatever order they were written.
		const sorted = sortedSignedAttributes(attributes);
		return verifySignature(key, algorithm, sorted, signer.signature) ? 'valid' : 'invalid';
	} catch (error) {
		if (error instanceof CertificateError) return 'unverifiable';
		throw error;
	}
}
