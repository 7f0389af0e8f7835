import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { Digest, SignatureAlgorithm } from '../ports/algorithms.ts';
import { decodeSignatureAlgorithm, encodeSignatureAlgorithm } from './algorithmIdentifier.ts';
import { readDer } from './der.ts';
import { bitString, octetString, sequence } from './derWriter.ts';
import { digest, digestLength, startDigest } from './digest.ts';
import { PublicKey } from './publicKey.ts';
import { verifyDigestSignature, verifySignature } from './signature.ts';

/** What Electron's BoringSSL does not have. */
const lacking = /^(?:ripemd160|sha3-|shake)/;
const lackingKeys = /brainpool|ed448|dsa/;
const host = vi.hoisted(() => ({ isElectron: false }));

/** The host's crypto, as OpenSSL has it or, by the switch above, with the algorithms of BoringSSL alone. */
vi.mock('node:crypto', async (importOriginal) => {
	const crypto = await importOriginal<typeof import('node:crypto')>();
	const refuse = (name: string): never => {
		throw new Error(`${name} is switched off`);
	};
	return {
		...crypto,
		createHash: (name: string, options: object) =>
			host.isElectron && lacking.test(name) ? refuse(name) : crypto.createHash(name, options),
		createPublicKey: (input: Parameters<typeof crypto.createPublicKey>[0]) => {
			const key = crypto.createPublicKey(input);
			const kind = `${key.asymmetricKeyType} ${key.asymmetricKeyDetails?.namedCurve}`;
			return host.isElectron && lackingKeys.test(kind) ? refuse(kind) : key;
		},
		verify: (name: string | null, ...rest: [Uint8Array, KeyObject, Uint8Array]) =>
			host.isElectron && name !== null && lacking.test(name) ? refuse(name) : crypto.verify(name, ...rest),
	};
});

const digests: readonly Digest[] = [
	'md5',
	'sha1',
	'ripemd160',
	'sha224',
	'sha256',
	'sha384',
	'sha512',
	'sha3-256',
	'sha3-384',
	'sha3-512',
	'shake256',
];

const message = Buffer.from('what is signed');
const keys = new Map<string, { readonly privateKey: KeyObject; readonly spki: Uint8Array }>();

function keyOf(kind: string) {
	const known = keys.get(kind);
	if (known !== undefined) return known;
	const { privateKey, publicKey } = generate(kind);
	const key = { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
	keys.set(kind, key);
	return key;
}

function generate(kind: string): { privateKey: KeyObject; publicKey: KeyObject } {
	switch (kind) {
		case 'rsa':
			return generateKeyPairSync('rsa', { modulusLength: 2048 });
		case 'rsa-odd':
			return generateKeyPairSync('rsa', { modulusLength: 1025 });
		case 'rsa-pss':
			return generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
		case 'dsa':
			return generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });
		case 'ed25519':
			return generateKeyPairSync('ed25519');
		case 'ed448':
			return generateKeyPairSync('ed448');
		default:
			return generateKeyPairSync('ec', { namedCurve: kind });
	}
}

const pss = (digestName: Digest, mgfDigest: Digest, saltLength: number): SignatureAlgorithm => ({
	kind: 'rsa-pss',
	digest: digestName,
	mgfDigest,
	saltLength,
});

const table: readonly (readonly [string, SignatureAlgorithm])[] = [
	...(['md5', 'sha1', 'ripemd160', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512'] as const).map(
		(name) => ['rsa', { kind: 'rsa-pkcs1', digest: name }] as const,
	),
	['rsa', pss('sha1', 'sha1', 20)],
	['rsa', pss('sha256', 'sha256', 32)],
	['rsa-odd', pss('sha256', 'sha256', 32)],
	['rsa-pss', pss('sha512', 'sha512', 64)],
	['rsa', pss('sha3-384', 'sha3-384', 48)],
	...['prime256v1', 'secp384r1', 'secp521r1', 'secp224r1', 'secp256k1'].map(
		(curve) => [curve, { kind: 'ecdsa', digest: 'sha256' }] as const,
	),
	...['brainpoolP224r1', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1'].map(
		(curve) => [curve, { kind: 'ecdsa', digest: 'sha512' }] as const,
	),
	['prime256v1', { kind: 'ecdsa', digest: 'sha3-256' }],
	['dsa', { kind: 'dsa', digest: 'sha256' }],
	['ed25519', { kind: 'ed25519' }],
	['ed448', { kind: 'ed448' }],
];

function signWith(kind: string, algorithm: SignatureAlgorithm): Uint8Array {
	const { privateKey } = keyOf(kind);
	if (algorithm.kind === 'ed25519' || algorithm.kind === 'ed448') return sign(null, message, privateKey);
	if (algorithm.kind !== 'rsa-pss') return sign(algorithm.digest, message, privateKey);
	return sign(algorithm.digest, message, { key: privateKey, padding: 6, saltLength: algorithm.saltLength });
}

describe.each([
	['OpenSSL', false],
	['BoringSSL', true],
])('with the algorithms of %s', (_, isElectron) => {
	it.each(table)('verifies %s with %j', (kind, algorithm) => {
		host.isElectron = false;
		const value = signWith(kind, algorithm);
		host.isElectron = isElectron;
		const key = new PublicKey(keyOf(kind).spki);
		expect(verifySignature(key, algorithm, message, value)).toBe(true);
		expect(verifySignature(key, algorithm, Buffer.from('something else'), value)).toBe(false);
		const damaged = Uint8Array.from(value);
		damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
		expect(verifySignature(key, algorithm, message, damaged)).toBe(false);
		expect(verifySignature(key, algorithm, message, value.subarray(0, -1))).toBe(false);
		expect(verifySignature(key, algorithm, message, new Uint8Array())).toBe(false);
		host.isElectron = false;
	});

	it.each(digests)('computes %s', (name) => {
		const options = name === 'shake256' ? { outputLength: 64 } : {};
		host.isElectron = false;
		const expected = createHash(name, options).update(message).digest();
		host.isElectron = isElectron;
		const computed = digest(name, message.subarray(0, 4), message.subarray(4));
		expect(Buffer.compare(computed, expected)).toBe(0);
		expect(computed).toHaveLength(digestLength[name]);
		const begun = startDigest(name);
		begun.update(message.subarray(0, 4));
		const other = begun.copy();
		other.update(Buffer.from('else'));
		begun.update(message.subarray(4));
		expect(Buffer.compare(begun.finish(), expected)).toBe(0);
		expect(Buffer.compare(other.finish(), digest(name, message.subarray(0, 4), Buffer.from('else')))).toBe(0);
		host.isElectron = false;
	});
});

describe('a signature over a digest taken elsewhere', () => {
	it.each(table.filter(([, algorithm]) => 'digest' in algorithm))('verifies for %s with %j', (kind, algorithm) => {
		if (!('digest' in algorithm)) return;
		const value = signWith(kind, algorithm);
		const { spki } = keyOf(kind);
		expect(verifyDigestSignature(spki, algorithm, digest(algorithm.digest, message), value)).toBe(true);
		expect(verifyDigestSignature(spki, algorithm, digest(algorithm.digest, Buffer.from('x')), value)).toBe(false);
	});

	it('does not exist for EdDSA', () => {
		const value = signWith('ed25519', { kind: 'ed25519' });
		expect(() => verifyDigestSignature(keyOf('ed25519').spki, { kind: 'ed25519' }, message, value)).toThrow(
			expect.objectContaining({ code: 'key-unsupported' }),
		);
	});
});

it('verifies RSA-PSS whose mask is made with another digest', () => {
	// node:crypto cannot make such a value, cards with MGF1 over SHA-1 do: openssl dgst -sha256 -sigopt rsa_mgf1_md:sha1
	const spki = Buffer.from(
		'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDHqCGTFGfQ5wqqVye3NaF7MxwEbfEe8mPMI7MY1rE6GTpI5MAP39KJ0kMr/cHMydaHb0vj/aCT/yl+7PTe5r+G5AFspTNkh17taw5uD4WeY45uQ/NEKiwy9X2AQnVElna+PF+TXJu5OTBwETc/5gxITFIDgacLjxG3XAH1j+wDcQIDAQAB',
		'base64',
	);
	const value = Buffer.from(
		'Gam8Or/+Sm/H3X8u8wvUDRVqgUuFWTdV3tJ3o6q20yrfFLtH0/E/KS/hKwCZh/OaT58PEsrL9dsDSVAR8YrnmS9BTypAZQK0alUFTag3vcfSj5x3xhjR5NJH8kvPRQ+xQgb4suUYj+pol6T702EeSEgAqpVmypiU/PhAbSxiVfQ=',
		'base64',
	);
	expect(verifySignature(spki, pss('sha256', 'sha1', 32), message, value)).toBe(true);
	expect(verifySignature(spki, pss('sha256', 'sha256', 32), message, value)).toBe(false);
});

it('does not take a key of one kind for a signature of another', () => {
	const value = signWith('rsa', { kind: 'rsa-pkcs1', digest: 'sha256' });
	expect(verifySignature(keyOf('rsa').spki, { kind: 'ecdsa', digest: 'sha256' }, message, value)).toBe(false);
	expect(verifySignature(keyOf('rsa-pss').spki, { kind: 'rsa-pkcs1', digest: 'sha256' }, message, value)).toBe(false);
	expect(verifySignature(keyOf('ed25519').spki, { kind: 'ed448' }, message, value)).toBe(false);
});

it('says that it cannot use a key it does not know', () => {
	const spki = sequence(sequence(readDer(Buffer.from('06032b6570', 'hex')).raw), bitString(octetString(message)));
	const broken = Uint8Array.from(spki);
	expect(() => verifySignature(broken, { kind: 'ed25519' }, message, message)).toThrow(
		expect.objectContaining({ code: 'key-unsupported' }),
	);
});

it.each(table)('names the algorithm of %s in DER and reads it back: %j', (_, algorithm) => {
	expect(decodeSignatureAlgorithm(readDer(encodeSignatureAlgorithm(algorithm)))).toEqual(algorithm);
});
