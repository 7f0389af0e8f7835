import { constants, verify } from 'node:crypto';
import type { SignatureAlgorithm } from '../ports/algorithms.ts';
import { digest } from './digest.ts';
import { verifyDsa, verifyEcdsa, verifyEd448, verifyRsaPkcs1, verifyRsaPss } from './portableSignatures.ts';
import { PublicKey } from './publicKey.ts';

/**
 * Whether `value` is this key's signature over `message`.
 *
 * @param key a parsed key (its host key is kept for the next time), or DER of a SubjectPublicKeyInfo.
 * @param value as CMS and X.509 carry it: RSA octets, DER `Ecdsa-Sig-Value` or `Dss-Sig-Value`, EdDSA octets.
 * @returns false for a wrong or unreadable value and for a key of another kind than the algorithm.
 * @throws {CertificateError} `key-unsupported` when nobody here can compute with this key.
 */
export function verifySignature(
	key: PublicKey | Uint8Array,
	algorithm: SignatureAlgorithm,
	message: Uint8Array,
	value: Uint8Array,
): boolean {
	const publicKey = key instanceof PublicKey ? key : new PublicKey(key);
	if (!fits(publicKey, algorithm)) return false;
	return verifyByHost(publicKey, algorithm, message, value) ?? verifyPortably(publicKey, algorithm, message, value);
}

/**
 * Whether `value` is this key's signature over a message with this digest, for content too large to be held.
 *
 * @throws {CertificateError} `key-unsupported`; also for EdDSA, which has no such form (RFC 8419 §3.1).
 */
export function verifyDigestSignature(
	key: PublicKey | Uint8Array,
	algorithm: SignatureAlgorithm,
	digestValue: Uint8Array,
	value: Uint8Array,
): boolean {
	const publicKey = key instanceof PublicKey ? key : new PublicKey(key);
	if (!fits(publicKey, algorithm)) return false;
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
			return verifyRsaPkcs1(publicKey.rsa, algorithm.digest, digestValue, value);
		case 'rsa-pss':
			return verifyRsaPss(publicKey.rsa, algorithm, digestValue, value);
		case 'ecdsa': {
			const curve = publicKey.curve;
			if (curve === undefined) throw publicKey.unsupported();
			return verifyEcdsa(curve.name, publicKey.bytes, digestValue, value);
		}
		case 'dsa': {
			const numbers = publicKey.dsa;
			if (numbers === undefined) throw publicKey.unsupported();
			return verifyDsa(numbers, digestValue, value);
		}
		case 'ed25519':
		case 'ed448':
			throw publicKey.unsupported();
	}
}

/** A key certified for one kind of signature does not vouch for another (RFC 4055 §1.2 for PSS). */
function fits(key: PublicKey, algorithm: SignatureAlgorithm): boolean {
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
			return key.kind === 'rsa';
		case 'rsa-pss':
			return key.kind === 'rsa' || key.kind === 'rsa-pss';
		case 'ecdsa':
			return key.kind === 'ec';
		default:
			return key.kind === algorithm.kind;
	}
}

/** Undefined where the host lacks the key, the digest or the combination. */
function verifyByHost(
	key: PublicKey,
	algorithm: SignatureAlgorithm,
	message: Uint8Array,
	value: Uint8Array,
): boolean | undefined {
	const hostKey = key.keyObject;
	if (hostKey === undefined) return undefined;
	try {
		switch (algorithm.kind) {
			case 'ed25519':
			case 'ed448':
				return verify(null, message, hostKey, value);
			case 'rsa-pss':
				// node:crypto takes one digest for both, and SHAKE in a form of its own.
				if (algorithm.mgfDigest !== algorithm.digest || algorithm.digest === 'shake256') return undefined;
				return verify(
					algorithm.digest,
					message,
					{ key: hostKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength },
					value,
				);
			default:
				if (algorithm.digest === 'shake256') return undefined;
				return verify(algorithm.digest, message, hostKey, value);
		}
	} catch {
		return undefined;
	}
}

function verifyPortably(
	key: PublicKey,
	algorithm: SignatureAlgorithm,
	message: Uint8Array,
	value: Uint8Array,
): boolean {
	switch (algorithm.kind) {
		case 'ed25519':
			// Every host has it: what it does not take is no Ed25519 key.
			throw key.unsupported();
		case 'ed448':
			return verifyEd448(key.bytes, message, value);
		default:
			return verifyDigestSignature(key, algorithm, digest(algorithm.digest, message), value);
	}
}
