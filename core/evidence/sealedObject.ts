/** A signature object sealed by the service: a JWS (RFC 7515) over its canonical JSON, with the certificates inside. */
import { compactVerify, decodeProtectedHeader, errors, importX509 } from 'jose';
import { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { readDer, Tag } from '../pki/der.ts';
import { digest } from '../pki/digest.ts';
import type { SigningAlgorithm } from '../ports/algorithms.ts';
import type { Signer } from '../ports/signer.ts';
import { canonicalJson, type Json } from './canonicalJson.ts';
import { EvidenceError } from './evidenceError.ts';
import { type SignatureObject, signatureObject } from './signatureObject.ts';

const contentType = 'paraph-signature-object+json';

/** @throws {TokenError} when the key does not sign; {EvidenceError} `object-foreign` for a kind of key that JWS has no name for. */
export async function sealObject(object: SignatureObject, signer: Signer, signal?: AbortSignal): Promise<string> {
	const certificate = Certificate.parse(signer.certificate);
	const { name, algorithm, size } = algorithmFor(certificate, signer);
	const header = {
		alg: name,
		typ: 'JOSE',
		cty: contentType,
		x5c: [signer.certificate, ...signer.chain].map((der) => Buffer.from(der).toString('base64')),
		'x5t#S256': base64url(digest('sha256', signer.certificate)),
	};
	const input = `${base64url(Buffer.from(canonicalJson(header)))}.${base64url(Buffer.from(canonicalJson(toJson(object))))}`;
	const value = await signer.sign(Buffer.from(input, 'ascii'), algorithm, signal);
	// RFC 7518 §3.4: ECDSA as two numbers of fixed length, where CMS has them in DER.
	return `${input}.${base64url(size === undefined ? value : fixedLength(value, size))}`;
}

export interface OpenedObject {
	readonly object: SignatureObject;
	/** Who sealed it; whether that is the service one means is for the caller to say. */
	readonly certificate: Certificate;
}

/** @throws {EvidenceError} `object-altered` */
export async function openObject(jws: string): Promise<OpenedObject> {
	try {
		const { alg, x5c, cty } = decodeProtectedHeader(jws);
		const [first] = x5c ?? [];
		if (alg === undefined || first === undefined || cty !== contentType) throw altered();
		const certificate = Certificate.parse(Buffer.from(first, 'base64'));
		const pem = `-----BEGIN CERTIFICATE-----\n${first}\n-----END CERTIFICATE-----`;
		const { payload } = await compactVerify(jws, await importX509(pem, alg));
		const json: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
		return { object: signatureObject.parse(json), certificate };
	} catch (cause) {
		if (cause instanceof EvidenceError) throw cause;
		if (cause instanceof errors.JOSEError || cause instanceof CertificateError || cause instanceof TypeError)
			throw altered(cause);
		if (cause instanceof SyntaxError || (cause instanceof Error && cause.name === 'ZodError')) throw altered(cause);
		throw cause;
	}
}

const altered = (cause?: unknown): EvidenceError =>
	new EvidenceError('object-altered', 'this is not a signature object as a service sealed it', { cause });

interface JwsAlgorithm {
	readonly name: string;
	readonly algorithm: SigningAlgorithm;
	/** Of each of the two numbers, in bytes; undefined where the value is no pair. */
	readonly size?: number;
}

/** RFC 7518 §3.1, RFC 8037. */
function algorithmFor(certificate: Certificate, signer: Signer): JwsAlgorithm {
	const { kind, bits } = certificate.publicKey;
	const pss = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const;
	switch (kind) {
		case 'rsa': {
			const pkcs1 = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;
			const isPss = signer.supports?.(pkcs1) === false;
			return isPss ? { name: 'PS256', algorithm: pss } : { name: 'RS256', algorithm: pkcs1 };
		}
		case 'rsa-pss':
			return { name: 'PS256', algorithm: pss };
		case 'ec':
			return ecdsaFor(bits);
		case 'ed25519':
			return { name: 'EdDSA', algorithm: { kind: 'ed25519' } };
		default:
			throw new EvidenceError('object-foreign', `JWS has no name for the key of ${certificate.subject.displayName}`);
	}
}

function ecdsaFor(bits: number): JwsAlgorithm {
	if (bits <= 256) return { name: 'ES256', algorithm: { kind: 'ecdsa', digest: 'sha256' }, size: 32 };
	if (bits <= 384) return { name: 'ES384', algorithm: { kind: 'ecdsa', digest: 'sha384' }, size: 48 };
	return { name: 'ES512', algorithm: { kind: 'ecdsa', digest: 'sha512' }, size: 66 };
}

function fixedLength(der: Uint8Array, size: number): Uint8Array {
	const pair = readDer(der, Tag.sequence).read();
	const out = Buffer.alloc(2 * size);
	for (const end of [size, 2 * size]) {
		const number = withoutZeros(pair.next(Tag.integer).integerBytes());
		out.set(number, end - number.length);
	}
	return out;
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
	const first = bytes.findIndex((byte) => byte !== 0);
	return first < 0 ? bytes.subarray(bytes.length) : bytes.subarray(first);
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** What a schema parsed holds nothing that JSON could not say. */
const toJson = (object: SignatureObject): Json => JSON.parse(JSON.stringify(object));
