/** `AlgorithmIdentifier` (RFC 5280 §4.1.1.2) to and from the algorithms Paraph speaks of. */
import type { Digest, SignatureAlgorithm } from '../ports/algorithms.ts';
import { assertNever } from '../ports/errors.ts';
import { CertificateError } from './certificateError.ts';
import { context, type DerElement, Tag } from './der.ts';
import { explicit, integer, nullValue, oid, sequence } from './derWriter.ts';
import { digestOids, keyOids, mgf1Oid } from './objectIdentifiers.ts';

type WithDigest = 'rsa-pkcs1' | 'ecdsa' | 'dsa';

/** RFC 3279, RFC 5754, RFC 5758, RFC 8692, NIST CSOR; the first of a kind and digest is the one written. */
const signatureOids: readonly (readonly [string, WithDigest, Digest])[] = [
	['1.2.840.113549.1.1.4', 'rsa-pkcs1', 'md5'],
	['1.2.840.113549.1.1.5', 'rsa-pkcs1', 'sha1'],
	['1.3.14.3.2.29', 'rsa-pkcs1', 'sha1'],
	['1.3.36.3.3.1.2', 'rsa-pkcs1', 'ripemd160'],
	['1.2.840.113549.1.1.14', 'rsa-pkcs1', 'sha224'],
	['1.2.840.113549.1.1.11', 'rsa-pkcs1', 'sha256'],
	['1.2.840.113549.1.1.12', 'rsa-pkcs1', 'sha384'],
	['1.2.840.113549.1.1.13', 'rsa-pkcs1', 'sha512'],
	['2.16.840.1.101.3.4.3.14', 'rsa-pkcs1', 'sha3-256'],
	['2.16.840.1.101.3.4.3.15', 'rsa-pkcs1', 'sha3-384'],
	['2.16.840.1.101.3.4.3.16', 'rsa-pkcs1', 'sha3-512'],
	['1.2.840.10045.4.1', 'ecdsa', 'sha1'],
	['1.2.840.10045.4.3.1', 'ecdsa', 'sha224'],
	['1.2.840.10045.4.3.2', 'ecdsa', 'sha256'],
	['1.2.840.10045.4.3.3', 'ecdsa', 'sha384'],
	['1.2.840.10045.4.3.4', 'ecdsa', 'sha512'],
	['2.16.840.1.101.3.4.3.10', 'ecdsa', 'sha3-256'],
	['2.16.840.1.101.3.4.3.11', 'ecdsa', 'sha3-384'],
	['2.16.840.1.101.3.4.3.12', 'ecdsa', 'sha3-512'],
	['1.3.6.1.5.5.7.6.33', 'ecdsa', 'shake256'],
	['1.2.840.10040.4.3', 'dsa', 'sha1'],
	['2.16.840.1.101.3.4.3.1', 'dsa', 'sha224'],
	['2.16.840.1.101.3.4.3.2', 'dsa', 'sha256'],
	['2.16.840.1.101.3.4.3.3', 'dsa', 'sha384'],
	['2.16.840.1.101.3.4.3.4', 'dsa', 'sha512'],
];

/** Key OIDs that CMS signers put where the signature algorithm belongs; the digest is then the SignerInfo's. */
const kindByKeyOid = new Map<string, WithDigest>([
	[keyOids.rsa, 'rsa-pkcs1'],
	[keyOids.ec, 'ecdsa'],
	[keyOids.dsa, 'dsa'],
]);

const isDigest = (name: string): name is Digest => name in digestOids;
const digestByOid = new Map(
	Object.keys(digestOids)
		.filter(isDigest)
		.map((name) => [digestOids[name], name]),
);
const signatureByOid = new Map(signatureOids.map(([value, kind, digest]) => [value, { kind, digest }]));

/** SHAKE256 with the length of its output, in bits, as a parameter: Ed448 signs with 512 (RFC 8419 §2.3). */
const shake256Len = '2.16.840.1.101.3.4.2.18';
const shake256Bits = 512;

/** DER of the AlgorithmIdentifier of a digest; parameters absent, as RFC 5754 §2 asks, where they are not its length. */
export const encodeDigestAlgorithm = (digest: Digest): Uint8Array =>
	digest === 'shake256' ? sequence(oid(shake256Len), integer(shake256Bits)) : sequence(oid(digestOids[digest]));

/**
 * Reads the AlgorithmIdentifier of a digest; absent and NULL parameters mean the same.
 *
 * @throws {CertificateError} `algorithm-unknown`
 */
export function decodeDigestAlgorithm(element: DerElement): Digest {
	const reader = element.read(Tag.sequence);
	const value = reader.next().oid();
	if (value === shake256Len) {
		if (reader.next(Tag.integer).integer() !== shake256Bits) throw unknown(value);
		return 'shake256';
	}
	const digest = digestByOid.get(value) ?? signatureByOid.get(value)?.digest;
	if (digest === undefined) throw unknown(value);
	return digest;
}

/** DER of the AlgorithmIdentifier of a signature algorithm. */
export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
			return sequence(oid(oidOf(algorithm.kind, algorithm.digest)), nullValue());
		case 'ecdsa':
		case 'dsa':
			return sequence(oid(oidOf(algorithm.kind, algorithm.digest)));
		case 'ed25519':
		case 'ed448':
			return sequence(oid(keyOids[algorithm.kind]));
		case 'rsa-pss': {
			// RFC 4055 §3.1: defaults are left out, the digests carry NULL.
			const hash = sequence(oid(digestOids[algorithm.digest]), nullValue());
			const mgf = sequence(oid(mgf1Oid), sequence(oid(digestOids[algorithm.mgfDigest]), nullValue()));
			const parameters = sequence(
				...(algorithm.digest === 'sha1' ? [] : [explicit(0, hash)]),
				...(algorithm.mgfDigest === 'sha1' ? [] : [explicit(1, mgf)]),
				...(algorithm.saltLength === 20 ? [] : [explicit(2, integer(algorithm.saltLength))]),
			);
			return sequence(oid(keyOids.rsaPss), parameters);
		}
		default:
			return assertNever(algorithm);
	}
}

function oidOf(kind: WithDigest, digest: Digest): string {
	const found = signatureOids.find((entry) => entry[1] === kind && entry[2] === digest);
	if (found === undefined) throw unknown(`${kind} with ${digest}`);
	return found[0];
}

/**
 * Reads the AlgorithmIdentifier of a signature.
 *
 * @param digest the SignerInfo's digest, for CMS that names only the kind of key (RFC 5652 §10.1.2, RFC 3370 §3.2).
 * @throws {CertificateError} `algorithm-unknown`
 */
export function decodeSignatureAlgorithm(element: DerElement, digest?: Digest): SignatureAlgorithm {
	const reader = element.read(Tag.sequence);
	const value = reader.next().oid();
	if (value === keyOids.ed25519) return { kind: 'ed25519' };
	if (value === keyOids.ed448) return { kind: 'ed448' };
	if (value === keyOids.rsaPss) return decodePssParameters(reader.optional(Tag.sequence));
	const known = signatureByOid.get(value);
	if (known !== undefined) return known;
	const kind = kindByKeyOid.get(value);
	if (kind === undefined || digest === undefined) throw unknown(value);
	return { kind, digest };
}

/** `RSASSA-PSS-params` with its defaults (RFC 4055 §3.1). */
export function decodePssParameters(parameters: DerElement | undefined): SignatureAlgorithm & { kind: 'rsa-pss' } {
	const reader = parameters?.read(Tag.sequence);
	const hash = reader?.optional(context(0))?.read().next();
	const mgf = reader?.optional(context(1))?.read().next();
	const salt = reader?.optional(context(2))?.read().next();
	return {
		kind: 'rsa-pss',
		digest: hash === undefined ? 'sha1' : decodeDigestAlgorithm(hash),
		mgfDigest: mgf === undefined ? 'sha1' : decodeMgf(mgf),
		saltLength: salt === undefined ? 20 : salt.integer(),
	};
}

function decodeMgf(element: DerElement): Digest {
	const reader = element.read(Tag.sequence);
	const value = reader.next().oid();
	if (value !== mgf1Oid) throw unknown(value);
	return decodeDigestAlgorithm(reader.next());
}

const unknown = (what: string): CertificateError =>
	new CertificateError('algorithm-unknown', `the algorithm ${what} is not known`, { subject: what });
