/**
 * A private key that this process itself computes with, whatever the host's `node:crypto` lacks: Electron carries BoringSSL, which
 * has no brainpool curves, no secp256k1, no Ed448, and no keys of the kind id-RSASSA-PSS.
 */
import { constants, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type CurveName, curves } from '../../core/pki/curves.ts';
import { readDer, Tag } from '../../core/pki/der.ts';
import { integer, nullValue, octetString, oid, sequence } from '../../core/pki/derWriter.ts';
import { digest } from '../../core/pki/digest.ts';
import { keyOids } from '../../core/pki/objectIdentifiers.ts';
import { portableEcdsa, portableEd448 } from '../../core/pki/portableCurves.ts';
import { PublicKey } from '../../core/pki/publicKey.ts';
import type { SigningAlgorithm } from '../../core/ports/algorithms.ts';
import { assertNever } from '../../core/ports/errors.ts';
import { unsupported } from './pkcs12Error.ts';

export interface SoftKey {
	/** Content of the BIT STRING of its public key: an uncompressed EC point, EdDSA octets, DER of an RSA key. */
	readonly publicBits: Uint8Array;
	/**
	 * @param algorithm one that suits the key.
	 * @returns the value as CMS carries it.
	 */
	sign(message: Uint8Array, algorithm: SigningAlgorithm): Uint8Array;
}

/** What a PrivateKeyInfo (RFC 5958 §2) says of its key. */
interface KeyFacts {
	/** Dotted decimal of the key's algorithm. */
	readonly algorithm: string;
	/** Of an EC key, where it is named and known here. */
	readonly curve?: CurveName | undefined;
}

/** Who computes with a key. */
export type KeyEngine =
	/** `node:crypto`. */
	| { readonly kind: 'host' }
	/** `node:crypto`, under the name of a plain RSA key: the numbers are the same (RFC 4055 §1.2). */
	| { readonly kind: 'host-as-rsa' }
	/** The library of curves. */
	| { readonly kind: 'portable-ecdsa'; readonly curve: CurveName }
	| { readonly kind: 'portable-ed448' };

/**
 * Decides who computes with a key: the host wherever it takes the key, for its arithmetic runs in constant time.
 *
 * @returns undefined where nobody can.
 */
export function engineFor({ algorithm, curve }: KeyFacts, hostTakesIt: boolean): KeyEngine | undefined {
	if (hostTakesIt) return { kind: 'host' };
	switch (algorithm) {
		case keyOids.rsaPss:
			return { kind: 'host-as-rsa' };
		case keyOids.ed448:
			return { kind: 'portable-ed448' };
		case keyOids.ec:
			return curve && { kind: 'portable-ecdsa', curve };
		default:
			return undefined;
	}
}

/**
 * @param pkcs8 DER of a PrivateKeyInfo.
 * @throws {DerError} for what is none; {TokenError} `p12-unreadable` for a key that nobody here can use.
 */
export function openSoftKey(pkcs8: Uint8Array): SoftKey {
	const reader = readDer(pkcs8, Tag.sequence).read();
	reader.next(Tag.integer);
	const facts = readFacts(reader.next(Tag.sequence).raw);
	const privateKey = reader.next().octets();
	const hostKey = hostKeyOf(pkcs8);
	const engine = engineFor(facts, hostKey !== undefined);
	const key = engine && keyOf(engine, privateKey, hostKey);
	if (key === undefined) throw unsupported('a kind of key that cannot be used');
	return key;
}

function readFacts(algorithmIdentifier: Uint8Array): KeyFacts {
	const reader = readDer(algorithmIdentifier).read();
	const algorithm = reader.next().oid();
	const parameters = reader.atEnd ? undefined : reader.next();
	return { algorithm, curve: parameters?.tag === Tag.oid ? curves.get(parameters.oid())?.name : undefined };
}

function hostKeyOf(pkcs8: Uint8Array): KeyObject | undefined {
	try {
		return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
	} catch {
		return undefined;
	}
}

/**
 * @param privateKey what the PrivateKeyInfo carries, in the form of its algorithm.
 * @returns undefined where the key's numbers are none of its kind.
 */
function keyOf(engine: KeyEngine, privateKey: Uint8Array, hostKey: KeyObject | undefined): SoftKey | undefined {
	switch (engine.kind) {
		case 'host':
			return hostKey && softKeyOfHost(hostKey);
		case 'host-as-rsa': {
			const named = sequence(integer(0), sequence(oid(keyOids.rsa), nullValue()), octetString(privateKey));
			const plain = hostKeyOf(named);
			return plain && softKeyOfHost(plain);
		}
		case 'portable-ecdsa':
			return softEcdsaKey(engine.curve, privateKey);
		case 'portable-ed448':
			return softEd448Key(privateKey);
		default:
			return assertNever(engine);
	}
}

function softKeyOfHost(key: KeyObject): SoftKey {
	const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
	return {
		publicBits: new PublicKey(spki).bytes,
		sign: (message, algorithm) => signByHost(key, message, algorithm),
	};
}

function signByHost(key: KeyObject, message: Uint8Array, algorithm: SigningAlgorithm): Uint8Array {
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
		case 'ecdsa':
			return sign(algorithm.digest, message, key);
		case 'rsa-pss': {
			const { digest: name, saltLength } = algorithm;
			return sign(name, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
		}
		case 'ed25519':
		case 'ed448':
			return sign(null, message, key);
		default:
			return assertNever(algorithm);
	}
}

/** ECPrivateKey (RFC 5915 §3); its nonces are made after RFC 6979, so no random numbers can spoil them. */
function softEcdsaKey(curve: CurveName, privateKey: Uint8Array): SoftKey | undefined {
	const reader = readDer(privateKey, Tag.sequence).read();
	reader.next(Tag.integer);
	const { lengths, utils, getPublicKey } = portableEcdsa(curve);
	const secret = ofLength(reader.next().octets(), lengths.secretKey ?? 0);
	if (secret === undefined || !utils.isValidSecretKey(secret)) return undefined;
	return {
		publicBits: getPublicKey(secret, false),
		sign(message, algorithm) {
			if (algorithm.kind !== 'ecdsa') throw new TypeError(`an EC key makes no ${algorithm.kind} signatures`);
			const hash = digest(algorithm.digest, message);
			return portableEcdsa(curve, algorithm.digest).sign(hash, secret, { prehash: false, lowS: false, format: 'der' });
		},
	};
}

/** RFC 5915 §3 wants leading zeros; some leave them out, some have one more. */
function ofLength(octets: Uint8Array, length: number): Uint8Array | undefined {
	const significant = octets.subarray(octets.findIndex((octet) => octet !== 0));
	if (significant.length > length) return undefined;
	const padded = new Uint8Array(length);
	padded.set(significant, length - significant.length);
	return padded;
}

/** CurvePrivateKey (RFC 8410 §7). */
function softEd448Key(privateKey: Uint8Array): SoftKey | undefined {
	const ed448 = portableEd448();
	const secret = readDer(privateKey).octets();
	if (!ed448.utils.isValidSecretKey(secret)) return undefined;
	return {
		publicBits: ed448.getPublicKey(secret),
		sign(message, algorithm) {
			if (algorithm.kind !== 'ed448') throw new TypeError(`an Ed448 key makes no ${algorithm.kind} signatures`);
			return ed448.sign(message, secret);
		},
	};
}
