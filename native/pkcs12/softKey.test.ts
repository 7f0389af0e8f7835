import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { curves } from '../../core/pki/curves.ts';
import { readDer } from '../../core/pki/der.ts';
import { integer, nullValue, octetString, oid, sequence } from '../../core/pki/derWriter.ts';
import { keyOids } from '../../core/pki/objectIdentifiers.ts';
import type { SigningAlgorithm } from '../../core/ports/algorithms.ts';
import type { KeyKind } from '../../test/kit/demoPki/keys.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { keyFile } from '../../test/kit/keyFile.ts';
import { openPkcs12Signer } from '../pkcs12Signer.ts';
import { engineFor, openSoftKey } from './softKey.ts';

/** What an Electron says of itself when it is asked: BoringSSL takes these private keys. */
const boringCurves = /^(prime256v1|secp224r1|secp384r1|secp521r1)$/;
const host = vi.hoisted(() => ({ isElectron: false, takesNothing: false }));

/** The host's crypto, as OpenSSL has it or, by the switches above, with the private keys of BoringSSL alone, or without any. */
vi.mock('node:crypto', async (importOriginal) => {
	const crypto = await importOriginal<typeof import('node:crypto')>();
	return {
		...crypto,
		createPrivateKey: (input: Parameters<typeof crypto.createPrivateKey>[0]) => {
			const key = crypto.createPrivateKey(input);
			const curve = key.asymmetricKeyDetails?.namedCurve;
			const isKnown =
				curve === undefined ? /^(rsa|ed25519)$/.test(String(key.asymmetricKeyType)) : boringCurves.test(curve);
			if (host.takesNothing || (host.isElectron && !isKnown)) throw new Error('UNKNOWN_GROUP');
			return key;
		},
	};
});
const openssl = await vi.importActual<typeof import('node:crypto')>('node:crypto');

afterEach(() => {
	host.isElectron = false;
	host.takesNothing = false;
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('engineFor', () => {
	it.each([keyOids.rsa, keyOids.rsaPss, keyOids.ec, keyOids.ed25519, keyOids.ed448, '1.2.3'])(
		'leaves %s to the host where it takes it',
		(algorithm) => {
			expect(engineFor({ algorithm, curve: 'brainpoolP256r1' }, true)).toEqual({ kind: 'host' });
		},
	);

	it.each([
		[{ algorithm: keyOids.rsaPss }, { kind: 'host-as-rsa' }],
		[{ algorithm: keyOids.ed448 }, { kind: 'portable-ed448' }],
		[
			{ algorithm: keyOids.ec, curve: 'brainpoolP512r1' },
			{ kind: 'portable-ecdsa', curve: 'brainpoolP512r1' },
		],
		[{ algorithm: keyOids.ec }, undefined],
		[{ algorithm: keyOids.rsa }, undefined],
		[{ algorithm: keyOids.ed25519 }, undefined],
		[{ algorithm: keyOids.dsa }, undefined],
	] as const)('finds for %o, which the host refuses, %o', (facts, engine) => {
		expect(engineFor(facts, false)).toEqual(engine);
	});
});

describe('known keys', () => {
	/** PrivateKeyInfo of an EC key. */
	function ecKey(name: string, secret: string): Uint8Array {
		const curve = [...curves].find(([, { name: known }]) => known === name)?.[0] ?? '';
		const privateKey = sequence(integer(1), octetString(Buffer.from(secret, 'hex')));
		return sequence(integer(0), sequence(oid(keyOids.ec), oid(curve)), octetString(privateKey));
	}

	// RFC 7027 appendix A: d_A and x of its public point.
	it.each([
		[
			'brainpoolP256r1',
			'81db1ee100150ff2ea338d708271be38300cb54241d79950f77b063039804f1d',
			'44106e913f92bc02a1705d9953a8414db95e1aaa49e81d9e85f929a8e3100be5',
		],
		[
			'brainpoolP384r1',
			'1e20f5e048a5886f1f157c74e91bde2b98c8b52d58e5003d57053fc4b0bd65d6f15eb5d1ee1610df870795143627d042',
			'68b665dd91c195800650cdd363c625f4e742e8134667b767b1b476793588f885ab698c852d4a6e77a252d6380fcaf068',
		],
		[
			'brainpoolP512r1',
			'16302ff0dbbb5a8d733dab7141c1b45acbc8715939677f6a56850a38bd87bd59b09e80279609ff333eb9d4c061231fb26f92eeb04982a5f1d1764cad57665422',
			'0a420517e406aac0acdce90fcd71487718d3b953efd7fbec5f7f27e28c6149999397e91e029e06457db2d3e640668b392c2a7e737a7f0bf04436d11640fd09fd',
		],
	])('have their public point on %s', (curve, secret, x) => {
		host.isElectron = true;
		const { publicBits } = openSoftKey(ecKey(curve, secret));
		expect(hex(publicBits.subarray(0, 1 + x.length / 2))).toBe(`04${x}`);
	});

	it('give the ECDSA value of RFC 6979 appendix A.2.5', () => {
		host.takesNothing = true;
		const key = openSoftKey(ecKey('P-256', 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721'));
		const reader = readDer(key.sign(Buffer.from('sample'), { kind: 'ecdsa', digest: 'sha256' })).read();
		expect([reader.next().bigint(), reader.next().bigint()]).toEqual([
			0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716n,
			0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n,
		]);
	});

	it('give the Ed448 value of RFC 8032 §7.4', () => {
		host.isElectron = true;
		const secret = Buffer.from(
			'6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b',
			'hex',
		);
		const key = openSoftKey(sequence(integer(0), sequence(oid(keyOids.ed448)), octetString(octetString(secret))));
		expect(hex(key.publicBits)).toBe(
			'5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180',
		);
		expect(hex(key.sign(Buffer.of(), { kind: 'ed448' }))).toBe(
			'533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600',
		);
	});

	it.each([
		['left out', '01'],
		['one more', `00${'01'.padStart(64, '0')}`],
	])('may have zeros before the number: %s', (_, secret) => {
		host.isElectron = true;
		const { publicBits } = openSoftKey(ecKey('brainpoolP256r1', secret));
		// The generator.
		expect(hex(publicBits.subarray(1, 33))).toBe('8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262');
	});

	it.each([
		['nothing', ecKey('brainpoolP256r1', '00')],
		['the order', ecKey('brainpoolP256r1', 'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7')],
		['too long', ecKey('brainpoolP256r1', '01'.repeat(33))],
		[
			'a short Ed448 key',
			sequence(integer(0), sequence(oid(keyOids.ed448)), octetString(octetString(Buffer.alloc(32, 1)))),
		],
		['no RSA key', sequence(integer(0), sequence(oid(keyOids.rsaPss), nullValue()), octetString(sequence(integer(0))))],
	])('are refused when they are none: %s', (_, pkcs8) => {
		host.isElectron = true;
		expect(() => openSoftKey(pkcs8)).toThrow(expect.objectContaining({ code: 'p12-unreadable' }));
	});
});

describe.each([
	['OpenSSL', false],
	['BoringSSL', true],
])('a key file where the host has the keys of %s', (_, isElectron) => {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-soft-'));
	const message = Buffer.from('the signed attributes');
	let pki: DemoPki;
	beforeAll(async () => {
		pki = await startDemoPki();
	});
	afterAll(async () => {
		rmSync(folder, { recursive: true });
		await pki.close();
	});

	it.each<[KeyKind, SigningAlgorithm]>([
		['rsa-2048', { kind: 'rsa-pkcs1', digest: 'sha256' }],
		['rsa-pss', { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }],
		['p256', { kind: 'ecdsa', digest: 'sha256' }],
		['brainpool-p256', { kind: 'ecdsa', digest: 'sha256' }],
		['brainpool-p256', { kind: 'ecdsa', digest: 'sha512' }],
		['brainpool-p384', { kind: 'ecdsa', digest: 'sha384' }],
		['brainpool-p512', { kind: 'ecdsa', digest: 'sha512' }],
		['ed25519', { kind: 'ed25519' }],
		['ed448', { kind: 'ed448' }],
	])('signs with %s by %o, and OpenSSL verifies it', async (kind, algorithm) => {
		const issued = pki.issue({ key: kind });
		const file = join(folder, `${kind}.p12`);
		writeFileSync(file, keyFile(issued, 'secret'));
		host.isElectron = isElectron;
		const signer = await openPkcs12Signer({ file, pin: async () => 'secret' });
		const value = await signer.sign(message, algorithm);
		await signer.close();
		const key = openssl.createPublicKey(issued.key.privateKey);
		const name = 'digest' in algorithm ? algorithm.digest : null;
		const options = algorithm.kind === 'rsa-pss' ? { padding: 6, saltLength: algorithm.saltLength } : {};
		expect(openssl.verify(name, message, { key, ...options }, value)).toBe(true);
		expect(openssl.verify(name, Buffer.from('something else'), { key, ...options }, value)).toBe(false);
	});
});
