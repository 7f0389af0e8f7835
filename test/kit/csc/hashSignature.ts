/** Signs a hash that somebody else computed, as a remote signing device does. */
import { constants, createHash, type KeyObject, privateEncrypt } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { decodePssParameters } from '../../../core/pki/algorithmIdentifier.ts';
import { readDer } from '../../../core/pki/der.ts';
import { nullValue, octetString, oid, sequence } from '../../../core/pki/derWriter.ts';
import { digestLength } from '../../../core/pki/digest.ts';
import { digestOids } from '../../../core/pki/objectIdentifiers.ts';
import type { SigningDigest } from '../../../core/ports/algorithms.ts';
import { ApiError, readHash } from './strictInput.ts';

/** OIDs of `key/algo` and `signAlgo`; the first is of the key, for any digest. */
export const rsa = '1.2.840.113549.1.1.1';
export const pss = '1.2.840.113549.1.1.10';
export const sha256WithRsa = '1.2.840.113549.1.1.11';
export const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

export interface HowToSign {
	readonly signAlgo: string;
	/** OID of the digest, where `signAlgo` does not say it. */
	readonly hashAlgorithm: unknown;
	/** Base64 of DER. */
	readonly parameters: unknown;
	readonly ecdsaFormat: 'der' | 'compact';
}

/** @param hash base64. @throws {ApiError} */
export function signHash(key: KeyObject, hash: string, how: HowToSign): Uint8Array {
	const { signAlgo, parameters } = how;
	const isWhole = signAlgo === sha256WithRsa || signAlgo === ecdsaWithSha256;
	const digest = isWhole ? 'sha256' : digestByOid(how.hashAlgorithm);
	const octets = readHash(hash, digestLength[digest]);
	if (key.asymmetricKeyType === 'ec') return signEcdsa(key, octets, how.ecdsaFormat);
	if (signAlgo !== pss) return signPkcs1(key, digest, octets);
	if (typeof parameters !== 'string') {
		throw new ApiError('invalid_request', 'Missing (or invalid type) string parameter signAlgoParams');
	}
	const read = decodePssParameters(readDer(Buffer.from(parameters, 'base64')));
	const isSound = read.digest === digest && read.mgfDigest === digest && read.saltLength === digestLength[digest];
	if (!isSound) throw new ApiError('invalid_request', 'Invalid parameter signAlgoParams');
	return signPss(key, digest, octets, key.asymmetricKeyDetails?.modulusLength ?? 2048);
}

/** @throws {ApiError} */
export function digestByOid(value: unknown): SigningDigest {
	const found = (['sha256', 'sha384', 'sha512'] as const).find((digest) => digestOids[digest] === value);
	if (found) return found;
	throw new ApiError('invalid_request', 'Invalid parameter hashAlgorithmOID');
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1, from step 2 of EMSA-PKCS1-v1_5 on). */
function signPkcs1(key: KeyObject, digest: SigningDigest, hash: Uint8Array): Uint8Array {
	const info = sequence(sequence(oid(digestOids[digest]), nullValue()), octetString(hash));
	return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info);
}

/** RSASSA-PSS with a salt of zeros, which verifies as any other (RFC 8017 §9.1.1). */
function signPss(key: KeyObject, digest: SigningDigest, hash: Uint8Array, bits: number): Uint8Array {
	const salt = Buffer.alloc(hash.length);
	const h = createHash(digest)
		.update(Buffer.concat([Buffer.alloc(8), hash, salt]))
		.digest();
	const length = Math.ceil((bits - 1) / 8);
	const db = Buffer.alloc(length - h.length - 1);
	db[db.length - salt.length - 1] = 1;
	salt.copy(db, db.length - salt.length);
	const mask = mgf1(digest, h, db.length);
	const masked = db.map((octet, index) => octet ^ (mask[index] ?? 0));
	masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - (bits - 1)));
	const encoded = Buffer.concat([masked, h, Buffer.of(0xbc)]);
	return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

/** ECDSA over a curve of NIST, as r‖s or DER. */
function signEcdsa(key: KeyObject, hash: Uint8Array, format: 'der' | 'compact'): Uint8Array {
	const { crv, d } = key.export({ format: 'jwk' });
	const curve = crv === 'P-256' ? p256 : crv === 'P-384' ? p384 : p521;
	return curve.sign(hash, Buffer.from(d ?? '', 'base64url'), { prehash: false, lowS: false, format });
}

function mgf1(digest: SigningDigest, seed: Uint8Array, length: number): Buffer {
	const blocks: Buffer[] = [];
	for (let counter = 0, have = 0; have < length; counter++) {
		const suffix = Buffer.alloc(4);
		suffix.writeUInt32BE(counter);
		const block = createHash(digest).update(seed).update(suffix).digest();
		blocks.push(block);
		have += block.length;
	}
	return Buffer.concat(blocks).subarray(0, length);
}
