/**
 * The enveloped XML signature of a trusted list (TS 119 612 §5.7.1, annex B; W3C xmldsig-core1 §3.2).
 *
 * Against signature wrapping nothing is searched for: the signature is a child of the root, one of its references covers
 * the root whole but for the signature itself, and what is read afterwards is this very tree.
 */
import type { Certificate } from '../../certificate.ts';
import { digest } from '../../digest.ts';
import { verifySignature } from '../../signature.ts';
import { TrustedListError } from '../trustedListError.ts';
import { canonicalisationOf, digestOf, signatureAlgorithmOf, signatureValueOf } from './algorithms.ts';
import { type Canonicalisation, canonicalDocument, canonicalElement } from './canonicalXml.ts';
import { elementsById, isWithin, type XmlDocument, type XmlElement } from './xmlTree.ts';

export const dsUri = 'http://www.w3.org/2000/09/xmldsig#';
const xadesUri = 'http://uri.etsi.org/01903/v1.3.2#';
const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const signedPropertiesType = 'http://uri.etsi.org/01903#SignedProperties';
/** A list has two; each costs a digest over up to the whole document. */
const maximumReferences = 8;

/**
 * Verifies that one of `signers` signed the document.
 *
 * @returns the certificate whose key it was.
 * @throws {TrustedListError} `list-unsigned`, `list-signature-refused`, `list-signer-unknown`, `list-tampered`
 */
export function verifyEnvelopedSignature(document: XmlDocument, signers: readonly Certificate[]): Certificate {
	const signatures = document.root.all(dsUri, 'Signature');
	const [signature] = signatures;
	if (signature === undefined) throw new TrustedListError('list-unsigned', 'the trusted list is not signed');
	if (signatures.length > 1) throw refused('it is signed more than once');
	const signedInfo = signature.first(dsUri, 'SignedInfo');
	if (signedInfo === undefined || signature.all(dsUri, 'SignedInfo').length > 1)
		throw refused('it has no one SignedInfo');
	const signer = verifyValue(signature, signedInfo, signers);
	verifyReferences(document, signature, signedInfo);
	verifySigningCertificate(signature, signer);
	return signer;
}

function verifyValue(signature: XmlElement, signedInfo: XmlElement, signers: readonly Certificate[]): Certificate {
	const algorithm = signatureAlgorithmOf(signedInfo.first(dsUri, 'SignatureMethod'));
	const method = canonicalisationOf(signedInfo.first(dsUri, 'CanonicalizationMethod'));
	if (algorithm === undefined || method === undefined) throw refused('its algorithms are unknown or weak');
	const message = canonicalElement(signedInfo, method);
	const value = signatureValueOf(algorithm, base64(signature.first(dsUri, 'SignatureValue')));
	const candidates = candidatesOf(signature, signers);
	const signer = candidates.find((certificate) => verifySignature(certificate.publicKey, algorithm, message, value));
	if (signer === undefined)
		throw new TrustedListError('list-tampered', 'the signature of the trusted list does not fit what it signs');
	return signer;
}

/** The trusted certificates that the signature names; all where it names none. */
function candidatesOf(signature: XmlElement, signers: readonly Certificate[]): readonly Certificate[] {
	const named = signature.all(dsUri, 'KeyInfo', 'X509Data', 'X509Certificate').map(base64);
	const candidates =
		named.length === 0
			? signers
			: signers.filter(({ raw }) => named.some((certificate) => Buffer.compare(certificate, raw) === 0));
	if (candidates.length === 0)
		throw new TrustedListError('list-signer-unknown', 'the trusted list was signed by somebody who is not configured');
	return candidates;
}

function verifyReferences(document: XmlDocument, signature: XmlElement, signedInfo: XmlElement): void {
	const references = signedInfo.all(dsUri, 'Reference');
	if (references.length > maximumReferences) throw refused(`it has ${references.length} references`);
	const ids = elementsById(document.root);
	const whole = references.filter((reference) => verifyReference(reference, document, signature, ids) === 'document');
	if (whole.length !== 1) throw refused('it does not cover the whole list');
}

/** @returns whether it covers the document, or a part of the signature. */
function verifyReference(
	reference: XmlElement,
	document: XmlDocument,
	signature: XmlElement,
	ids: ReadonlyMap<string, XmlElement | 'ambiguous'>,
): 'document' | 'part' {
	const uri = reference.attribute('URI');
	const transforms = reference.all(dsUri, 'Transforms', 'Transform');
	const target = uri === '' ? document.root : ids.get(uri?.startsWith('#') ? uri.slice(1) : '');
	if (target === undefined || target === 'ambiguous') throw refused(`'${uri}' names no one part of it`);
	if (target === document.root) {
		if (transforms[0]?.attribute('Algorithm') !== envelopedSignature) throw refused('it is not enveloped');
		const method = methodOf(transforms.slice(1));
		const omits = (element: XmlElement): boolean => element === signature;
		const bytes =
			uri === '' ? canonicalDocument(document, method, omits) : canonicalElement(document.root, method, omits);
		compareDigest(reference, bytes);
		return 'document';
	}
	if (!isWithin(target, signature)) throw refused(`'${uri}' is only a part of the list`);
	if (reference.attribute('Type') === signedPropertiesType && target !== signedPropertiesOf(signature))
		throw refused('its signed properties are not where they belong');
	compareDigest(reference, canonicalElement(target, methodOf(transforms)));
	return 'part';
}

/** At most one canonicalisation may follow; without one it is the inclusive (xmldsig-core1 §4.4.3.2). */
function methodOf(transforms: readonly XmlElement[]): Canonicalisation {
	if (transforms.length === 0) return { kind: 'inclusive-1.0' };
	const method = transforms.length === 1 ? canonicalisationOf(transforms[0]) : undefined;
	if (method === undefined) throw refused('it signs something derived from the list, not the list');
	return method;
}

function compareDigest(reference: XmlElement, bytes: Uint8Array): void {
	const algorithm = digestOf(reference.first(dsUri, 'DigestMethod'));
	if (algorithm === undefined) throw refused('its digest is unknown or weak');
	const expected = base64(reference.first(dsUri, 'DigestValue'));
	if (Buffer.compare(digest(algorithm, bytes), expected) !== 0)
		throw new TrustedListError('list-tampered', 'the trusted list was changed after it was signed');
}

const signedPropertiesOf = (signature: XmlElement): XmlElement | undefined =>
	signature
		.all(dsUri, 'Object')
		.flatMap((object) => object.all(xadesUri, 'QualifyingProperties', 'SignedProperties'))
		.at(0);

/** Where the signature names its certificate by digest (EN 319 132-1 §5.2.2), it must be this one. */
function verifySigningCertificate(signature: XmlElement, signer: Certificate): void {
	const properties = signedPropertiesOf(signature)?.first(xadesUri, 'SignedSignatureProperties');
	const named = ['SigningCertificate', 'SigningCertificateV2'].flatMap(
		(name) => properties?.all(xadesUri, name, 'Cert', 'CertDigest') ?? [],
	);
	const [first] = named;
	const algorithm = digestOf(first?.first(dsUri, 'DigestMethod'));
	// The signer was named by whoever configured it: a digest that is too weak to say so takes nothing from that.
	if (first === undefined || algorithm === undefined) return;
	if (Buffer.compare(digest(algorithm, signer.raw), base64(first.first(dsUri, 'DigestValue'))) !== 0)
		throw new TrustedListError('list-tampered', 'the signature of the trusted list names another certificate');
}

/** Content of an element in base64; empty where there is none. */
export const base64 = (element: XmlElement | undefined): Uint8Array => Buffer.from(element?.text ?? '', 'base64');

const refused = (why: string): TrustedListError =>
	new TrustedListError('list-signature-refused', `the signature of the trusted list cannot be relied on: ${why}`);
