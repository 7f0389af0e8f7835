/** XML signature algorithms by their identifiers (RFC 9231, W3C xmldsig-core1). What is too weak today is not here. */
import type { Digest, SignatureAlgorithm } from '../../../ports/algorithms.ts';
import { integer, sequence } from '../../derWriter.ts';
import type { Canonicalisation } from './canonicalXml.ts';
import type { XmlElement } from './xmlTree.ts';

const digests = new Map<string, Digest>([
	['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
	['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
	['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
	['http://www.w3.org/2007/05/xmldsig-more#sha3-256', 'sha3-256'],
	['http://www.w3.org/2007/05/xmldsig-more#sha3-384', 'sha3-384'],
	['http://www.w3.org/2007/05/xmldsig-more#sha3-512', 'sha3-512'],
]);

/** The digest that a DigestMethod names; undefined for one unknown or weak. */
export const digestOf = (method: XmlElement | undefined): Digest | undefined =>
	digests.get(method?.attribute('Algorithm') ?? '');

const pss = (digest: Digest, saltLength: number): SignatureAlgorithm => ({
	kind: 'rsa-pss',
	digest,
	mgfDigest: digest,
	saltLength,
});

const signatures = new Map<string, SignatureAlgorithm>([
	['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { kind: 'rsa-pkcs1', digest: 'sha256' }],
	['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', { kind: 'rsa-pkcs1', digest: 'sha384' }],
	['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { kind: 'rsa-pkcs1', digest: 'sha512' }],
	['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', pss('sha256', 32)],
	['http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1', pss('sha384', 48)],
	['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', pss('sha512', 64)],
	['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', { kind: 'ecdsa', digest: 'sha256' }],
	['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384', { kind: 'ecdsa', digest: 'sha384' }],
	['http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512', { kind: 'ecdsa', digest: 'sha512' }],
	['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519', { kind: 'ed25519' }],
	['http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448', { kind: 'ed448' }],
]);

/** What a SignatureMethod names; undefined for what is unknown or weak. */
export const signatureAlgorithmOf = (method: XmlElement | undefined): SignatureAlgorithm | undefined =>
	signatures.get(method?.attribute('Algorithm') ?? '');

/** A SignatureValue as {@link verifySignature} takes it: XML carries ECDSA's two numbers side by side (RFC 9231 §2.3.6). */
export function signatureValueOf(algorithm: SignatureAlgorithm, value: Uint8Array): Uint8Array {
	if (algorithm.kind !== 'ecdsa') return value;
	const half = value.length / 2;
	return sequence(integer(value.subarray(0, half)), integer(value.subarray(half)));
}

const exclusiveUri = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** What a CanonicalizationMethod or Transform names; undefined where it is no canonicalisation known here. */
export function canonicalisationOf(method: XmlElement | undefined): Canonicalisation | undefined {
	switch (method?.attribute('Algorithm')) {
		case 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315':
			return { kind: 'inclusive-1.0' };
		case 'http://www.w3.org/2006/12/xml-c14n11':
			return { kind: 'inclusive-1.1' };
		case exclusiveUri: {
			const list = method.first(exclusiveUri, 'InclusiveNamespaces')?.attribute('PrefixList') ?? '';
			const prefixes = list.split(/\s+/).filter((prefix) => prefix !== '');
			return {
				kind: 'exclusive',
				inclusivePrefixes: prefixes.map((prefix) => (prefix === '#default' ? '' : prefix)),
			};
		}
		default:
			return undefined;
	}
}
