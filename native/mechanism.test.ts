import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDer } from '../core/pki/der.ts';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { Mechanism } from './cryptoki.ts';
import { mechanismChoices, mechanismInput, signatureValue } from './mechanism.ts';

const message = Buffer.from('message');
const pss = (digest: 'sha256' | 'sha384', saltLength: number): SigningAlgorithm => ({
	kind: 'rsa-pss',
	digest,
	mgfDigest: digest,
	saltLength,
});

describe('mechanismChoices', () => {
	it.each<[string, readonly (keyof typeof Mechanism)[], SigningAlgorithm, (keyof typeof Mechanism)[], string[]]>([
		[
			'RSA, both ways: the token hashes first',
			['rsaPkcs', 'sha256RsaPkcs'],
			{ kind: 'rsa-pkcs1', digest: 'sha256' },
			['sha256RsaPkcs', 'rsaPkcs'],
			['message', 'digest-info'],
		],
		['RSA, padding alone', ['rsaPkcs'], { kind: 'rsa-pkcs1', digest: 'sha512' }, ['rsaPkcs'], ['digest-info']],
		['RSA, another digest alone', ['sha256RsaPkcs'], { kind: 'rsa-pkcs1', digest: 'sha384' }, [], []],
		['RSA, PSS alone', ['rsaPkcsPss'], { kind: 'rsa-pkcs1', digest: 'sha256' }, [], []],
		['PSS, hashing', ['sha256RsaPkcsPss', 'rsaPkcs'], pss('sha256', 32), ['sha256RsaPkcsPss'], ['message']],
		['PSS, raw', ['rsaPkcsPss', 'rsaPkcs'], pss('sha384', 48), ['rsaPkcsPss'], ['digest']],
		['PSS where there is none', ['rsaPkcs', 'sha256RsaPkcs'], pss('sha256', 32), [], []],
		['ECDSA as SoftHSM has it', ['ecdsa'], { kind: 'ecdsa', digest: 'sha256' }, ['ecdsa'], ['digest']],
		[
			'ECDSA, hashing',
			['ecdsaSha384', 'ecdsa'],
			{ kind: 'ecdsa', digest: 'sha384' },
			['ecdsaSha384', 'ecdsa'],
			['message', 'digest'],
		],
		['Ed25519', ['eddsa'], { kind: 'ed25519' }, ['eddsa'], ['message']],
		['Ed448 where there is none', ['ecdsa'], { kind: 'ed448' }, [], []],
	])('%s', (_, listed, algorithm, mechanisms, inputs) => {
		const choices = mechanismChoices(new Set(listed.map((name) => Mechanism[name])), algorithm);
		expect(choices.map(({ call }) => call.mechanism)).toEqual(mechanisms.map((name) => Mechanism[name]));
		expect(choices.map(({ input }) => input.kind)).toEqual(inputs);
	});

	it('gives PSS its digest, mask and salt', () => {
		const [choice] = mechanismChoices(new Set([Mechanism.rsaPkcsPss]), pss('sha384', 48));
		expect(choice?.call.pss).toEqual({ hash: Mechanism.sha384, mgf: 3, saltLength: 48 });
	});
});

describe('mechanismInput', () => {
	it('wraps a digest into a DigestInfo', () => {
		const reader = readDer(mechanismInput({ kind: 'digest-info', digest: 'sha256' }, message)).read();
		expect(reader.next().read().next().oid()).toBe('2.16.840.1.101.3.4.2.1');
		expect(Buffer.from(reader.next().octets())).toEqual(createHash('sha256').update(message).digest());
	});

	it('cuts a digest to the length of the order', () => {
		const digest = createHash('sha512').update(message).digest();
		expect(mechanismInput({ kind: 'digest', digest: 'sha512' }, message, 32)).toEqual(digest.subarray(0, 32));
		expect(mechanismInput({ kind: 'digest', digest: 'sha512' }, message, 66)).toEqual(digest);
	});
});

describe('signatureValue', () => {
	it('turns r‖s into DER, whatever the numbers', () => {
		const half = fc.uint8Array({ minLength: 32, maxLength: 32 });
		fc.assert(
			fc.property(half, half, (r, s) => {
				const reader = readDer(signatureValue('ecdsa-raw', Buffer.concat([r, s]))).read();
				const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
				expect(reader.next().bigint()).toBe(number(r));
				expect(reader.next().bigint()).toBe(number(s));
				reader.end();
			}),
		);
	});

	it('takes DER from a driver that gives it', () => {
		const value = signatureValue('ecdsa-raw', Buffer.alloc(64, 0x81));
		expect(signatureValue('ecdsa-raw', value)).toEqual(value);
	});
});
