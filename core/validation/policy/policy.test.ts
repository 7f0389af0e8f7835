import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startDemoPki } from '../../../test/kit/demoPki.ts';
import { SigningFolder } from '../../../test/kit/keySigner.ts';
import { sampleContract } from '../../../test/kit/sampleContract.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import type { Digest, SignatureAlgorithm } from '../../ports/algorithms.ts';
import { collectFacts } from '../facts/documentFacts.ts';
import { judgeDocument } from '../verdict/judgeDocument.ts';
import { verifyDocument } from '../verifyDocument.ts';
import { weaknessOf, weaknessOfDigest } from './cryptography.ts';
import { defaultPolicy, PolicyError, parsePolicy } from './policy.ts';

const standard = readFileSync(new URL('defaultPolicy.json', import.meta.url), 'utf8');

/** The standard policy with some entries replaced, as a user would write it. */
const changed = (change: (policy: Record<string, unknown>) => void): string => {
	const policy = JSON.parse(standard);
	change(policy);
	return JSON.stringify(policy);
};

describe('digests of the standard policy (TS 119 312)', () => {
	it.each<[Digest, string, boolean]>([
		['md5', '2004-07-31', true],
		['md5', '2004-08-01', false],
		['sha1', '2012-07-31', true],
		['sha1', '2012-08-01', false],
		['sha224', '2028-12-31', true],
		['sha224', '2029-01-01', false],
		['sha256', '2099-01-01', true],
		['sha3-512', '2099-01-01', true],
	])('%s on %s: %s', (digest, day, isReliedOn) => {
		expect(weaknessOfDigest(defaultPolicy, digest, new Date(day)) === undefined).toBe(isReliedOn);
	});
});

describe('keys of the standard policy (TS 119 312)', () => {
	const rsa: SignatureAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };
	const pss: SignatureAlgorithm = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 };
	const ecdsa: SignatureAlgorithm = { kind: 'ecdsa', digest: 'sha256' };

	it.each<[SignatureAlgorithm, number, string, boolean]>([
		[rsa, 512, '2005-01-01', false],
		[rsa, 1024, '2019-09-30', true],
		[rsa, 1024, '2019-10-01', false],
		[rsa, 2048, '2028-12-31', true],
		[rsa, 2048, '2029-01-01', false],
		[pss, 2048, '2029-01-01', false],
		[rsa, 3072, '2099-01-01', true],
		[ecdsa, 192, '2020-01-01', false],
		[ecdsa, 256, '2099-01-01', true],
		[{ kind: 'ed25519' }, 253, '2099-01-01', true],
		[{ kind: 'dsa', digest: 'sha256' }, 2048, '2029-01-01', false],
	])('%o with %s bits on %s: %s', (algorithm, bits, day, isReliedOn) => {
		expect(weaknessOf(defaultPolicy, algorithm, { bits }, new Date(day)) === undefined).toBe(isReliedOn);
	});

	it('says what is weak, and since when', () => {
		expect(weaknessOf(defaultPolicy, rsa, { bits: 1024 }, new Date('2026-01-01'))).toEqual({
			what: 'RSA with 1024 bits',
			until: new Date('2019-10-01'),
		});
	});
});

describe('a policy that a user brings', () => {
	it('replaces the standard one whole', () => {
		const policy = parsePolicy(
			changed((entries) => {
				entries['name'] = 'House rules';
				entries['digests'] = { sha512: null };
			}),
			'house.json',
		);
		expect(policy.name).toBe('House rules');
		expect(weaknessOfDigest(policy, 'sha256', new Date())).toEqual({ what: 'SHA256', until: undefined });
		expect(weaknessOfDigest(policy, 'sha512', new Date())).toBeUndefined();
	});

	it('decides about a signature', async () => {
		await using pki = await startDemoPki();
		using folder = new SigningFolder();
		const { bytes } = await folder.sign(await sampleContract(), pki.issue({ key: 'p256' }));
		const judge = (text: string) =>
			verifyDocument(new BytesSource(bytes), {
				anchors: pki.anchors,
				time: new Date(),
				policy: parsePolicy(text, 'house.json'),
			});
		const lenient = await judge(
			changed((entries) =>
				Object.assign(entries, { revocation: { required: false, freshnessHours: 24, freshForTimestamps: false } }),
			),
		);
		expect(lenient.signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', errors: [] });
		const strict = await judge(
			changed((entries) =>
				Object.assign(entries, {
					digests: { sha512: null },
					revocation: { required: false, freshnessHours: 24, freshForTimestamps: false },
				}),
			),
		);
		expect(strict.signatures[0]?.indication).toBe('INDETERMINATE');
		expect(strict.signatures[0]?.subIndication).toMatch(/^CRYPTO_CONSTRAINTS_FAILURE/);
	});

	it('may ask that a signature names its certificate', async () => {
		await using pki = await startDemoPki();
		using folder = new SigningFolder();
		const { document } = await folder.sign(await sampleContract(), pki.issue({ key: 'p256' }));
		const facts = collectFacts(document);
		const [signature] = facts.signatures;
		if (!signature?.object) throw new TypeError('no signature');
		const { object } = signature;
		const nameless = { ...object, facts: { ...object.facts, signingCertificate: 'absent' as const } };
		const judge = (isRequired: boolean) =>
			judgeDocument(
				{ ...facts, signatures: [{ ...signature, object: nameless }] },
				{
					anchors: pki.anchors,
					time: new Date(),
					online: false,
					policy: { ...defaultPolicy, signingCertificateAttributeRequired: isRequired },
				},
			).signatures[0];
		expect(judge(true)?.subIndication).toBe('SIG_CONSTRAINTS_FAILURE');
		expect(judge(false)?.subIndication).not.toBe('SIG_CONSTRAINTS_FAILURE');
		expect(judge(false)?.warnings.map(({ code }) => code)).toContain('signing-certificate-attribute-missing');
	});

	it.each([
		['no JSON', '{'],
		['no object', '[]'],
		['no keys', changed((entries) => delete entries['keys'])],
		['a date that is none', changed((entries) => Object.assign(entries, { digests: { sha256: 'soon' } }))],
		['a truth that is none', changed((entries) => Object.assign(entries, { signingCertificateAttributeRequired: 1 }))],
		['a number that is none', changed((entries) => Object.assign(entries, { keys: { rsa: [{ bits: '2048' }] } }))],
	])('is refused with %s, and named', (_what, text) => {
		expect(() => parsePolicy(text, 'house.json')).toThrow(PolicyError);
		expect(() => parsePolicy(text, 'house.json')).toThrow(/house\.json/);
	});
});
