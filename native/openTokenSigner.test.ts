import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Certificate } from '../core/pki/certificate.ts';
import { verifySignature } from '../core/pki/signature.ts';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { FaultyModule } from '../test/kit/faultyModule.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { forkLauncher } from './modules/forkLauncher.ts';
import type { ProcessLauncher } from './modules/processLauncher.ts';
import { openTokenSigner, type TokenSignerOptions } from './openTokenSigner.ts';
import type { PinProvider, PinRequest } from './pin.ts';

const DAY = 86_400_000;
const message = Buffer.from('the signed attributes');
const pkcs1: SigningAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };

let pki: DemoPki;
let token: SoftToken;
let plain: SoftToken;

beforeAll(async () => {
	pki = await startDemoPki();
	const past = { notBefore: new Date(Date.now() - 20 * DAY), notAfter: new Date(Date.now() - 10 * DAY) };
	token = await softToken({
		label: 'several',
		withChain: true,
		entries: [
			{ label: 'rsa', issued: pki.issue({ key: 'rsa-2048', commonName: 'Rita RSA' }) },
			{ label: 'pss', issued: pki.issue({ key: 'rsa-pss' }) },
			{ label: 'p256', issued: pki.issue({ key: 'p256' }) },
			{ label: 'p384', issued: pki.issue({ key: 'p384' }) },
			{ label: 'p521', issued: pki.issue({ key: 'p521' }) },
			{ label: 'ed25519', issued: pki.issue({ key: 'ed25519' }) },
			{ label: 'expired', issued: pki.issue({ key: 'p256', ...past }) },
			{ label: 'login-only', issued: pki.issue({ key: 'p256', keyUsage: ['digitalSignature'] }) },
			{ label: 'encryption', issued: pki.issue({ key: 'p256', keyUsage: ['keyEncipherment'] }) },
			{ label: 'keyless', issued: pki.issue({ key: 'p256' }), without: 'private-key' },
			{ label: 'bare', issued: pki.issue({ key: 'p256' }), without: 'certificate' },
			{ label: 'always', issued: pki.issue({ key: 'p256' }), alwaysAuthenticate: true },
			{ label: 'other id', issued: pki.issue({ key: 'p384' }), id: '20', certificateId: '99' },
			{ label: 'refuses pkcs1', issued: pki.issue({ key: 'rsa-2048' }), allowedMechanisms: [0x0d, 0x43] },
			{ label: 'rsa-4096', issued: pki.issue({ key: 'rsa-4096' }) },
			{ label: 'weak', issued: pki.issue({ key: 'rsa-1024' }) },
			{ label: 'brainpool', issued: pki.issue({ key: 'brainpool-p256' }) },
			{ label: 'ed448', issued: pki.issue({ key: 'ed448' }) },
			{ label: 'Ærlig nøkkel; a=b?&', issued: pki.issue({ key: 'p256' }), id: 'ff00253b3f26' },
			{ label: 'no public key', issued: pki.issue({ key: 'p256' }), without: 'public-key' },
		],
	});
	plain = await softToken({ label: 'one', entries: [{ label: 'k1', issued: pki.issue({ key: 'rsa-2048' }) }] });
});
afterAll(async () => {
	token.remove();
	plain.remove();
	await pki.close();
});

function open(uri: string, options: Partial<TokenSignerOptions> = {}, from = token) {
	return openTokenSigner({
		uri,
		pin: async () => from.pin,
		environment: { ...process.env, ...from.environment },
		...options,
	});
}

/** Counts how often it is asked. */
function counting(pin: string): { readonly provider: PinProvider; readonly asked: PinRequest[] } {
	const asked: PinRequest[] = [];
	return {
		asked,
		provider: async (request) => {
			asked.push(request);
			return pin;
		},
	};
}

describe('openTokenSigner', () => {
	it.each<[string, SigningAlgorithm]>([
		['rsa', pkcs1],
		['rsa', { kind: 'rsa-pkcs1', digest: 'sha512' }],
		['rsa', { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }],
		['rsa', { kind: 'rsa-pss', digest: 'sha384', mgfDigest: 'sha384', saltLength: 48 }],
		['pss', { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }],
		['p256', { kind: 'ecdsa', digest: 'sha256' }],
		['p256', { kind: 'ecdsa', digest: 'sha512' }],
		['p384', { kind: 'ecdsa', digest: 'sha384' }],
		['p521', { kind: 'ecdsa', digest: 'sha512' }],
		['ed25519', { kind: 'ed25519' }],
		['ed448', { kind: 'ed448' }],
		['brainpool', { kind: 'ecdsa', digest: 'sha256' }],
		['rsa-4096', pkcs1],
		['other id', { kind: 'ecdsa', digest: 'sha384' }],
		['Ærlig nøkkel; a=b?&', { kind: 'ecdsa', digest: 'sha256' }],
		['no public key', { kind: 'ecdsa', digest: 'sha256' }],
	])('signs with the key %s by %o', async (label, algorithm) => {
		const signer = await open(token.uri(label));
		try {
			expect(signer.supports(algorithm)).toBe(true);
			const value = await signer.sign(message, algorithm);
			const { publicKey } = Certificate.parse(signer.certificate);
			expect(verifySignature(publicKey, algorithm, message, value)).toBe(true);
		} finally {
			await signer.close();
		}
	});

	const pss = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const;
	it.each<[string, SigningAlgorithm, SigningAlgorithm | undefined]>([
		['1', pkcs1, pss],
		['40', pkcs1, { kind: 'rsa-pkcs1', digest: 'sha512' }],
		['d', pss, pkcs1],
		['43', pss, { kind: 'rsa-pss', digest: 'sha384', mgfDigest: 'sha384', saltLength: 48 }],
		['1+d', pkcs1, undefined],
		['1+d', pss, undefined],
	])('signs through a token that has only CKM_… %s', async (list, possible, impossible) => {
		using faulty = new FaultyModule(plain);
		const environment = faulty.environment({ function: 'mechanismlist', kind: `only-${list}` });
		const signer = await open(faulty.uri(), { environment, pin: async () => plain.pin });
		expect(signer.supports(possible)).toBe(true);
		if (impossible) expect(signer.supports(impossible)).toBe(false);
		await signer.sign(message, possible);
		await signer.close();
	});

	it('learns that a key does not do what its token lists', async () => {
		const signer = await open(token.uri('refuses pkcs1'));
		expect(signer.supports(pkcs1)).toBe(true);
		await expect(signer.sign(message, pkcs1)).rejects.toMatchObject({ code: 'mechanism-missing' });
		expect(signer.supports(pkcs1)).toBe(false);
		await signer.sign(message, pss);
		await signer.close();
	});

	it('offers the authorities on the token as its chain', async () => {
		const signer = await open(token.uri('rsa'));
		await signer.close();
		expect(signer.chain.map((der) => Certificate.parse(der).isCa)).toEqual([true]);
	});

	it('asks for the PIN once, at the first of many signatures', async () => {
		const { provider, asked } = counting(token.pin);
		const signer = await open(token.uri('rsa'), { pin: provider });
		expect(asked).toHaveLength(0);
		await Promise.all(Array.from({ length: 20 }, () => signer.sign(message, pkcs1)));
		await signer.close();
		expect(asked).toMatchObject([{ token: 'several', purpose: 'login', entry: 'typed', state: 'ok' }]);
	});

	it('asks for the PIN at each signature where the key wants it', async () => {
		const { provider, asked } = counting(token.pin);
		const signer = await open(token.uri('always'), { pin: provider });
		await signer.sign(message, { kind: 'ecdsa', digest: 'sha256' });
		await signer.sign(message, { kind: 'ecdsa', digest: 'sha256' });
		await signer.close();
		expect(asked.map(({ purpose }) => purpose)).toEqual(['login', 'signature', 'signature']);
		expect(signer.authentication).toBe('per-signature');
	});

	it('sends a wrong PIN once, and nothing after it', async () => {
		const { provider, asked } = counting('999999');
		const signer = await open(plain.uri(), { pin: provider }, plain);
		const all = await Promise.allSettled(Array.from({ length: 5 }, () => signer.sign(message, pkcs1)));
		await signer.close();
		expect(all).toMatchObject(all.map(() => ({ reason: { code: 'pin-incorrect', pinState: 'tried-wrongly' } })));
		expect(asked).toHaveLength(1);
	});

	it('says before the PIN that a wrong one was tried, and forgets it after a right one', async () => {
		const wrong = await open(plain.uri(), { pin: async () => '999999' }, plain);
		await wrong.unlock().catch(() => {});
		await wrong.close();
		const { provider, asked } = counting(plain.pin);
		const right = await open(plain.uri(), { pin: provider }, plain);
		await right.unlock();
		await right.close();
		expect(asked).toMatchObject([{ state: 'tried-wrongly' }]);
		const after = await open(plain.uri(), {}, plain);
		await after.close();
		expect(after.pin.state).toBe('ok');
	});

	it('does not send a PIN that is too short', async () => {
		const signer = await open(plain.uri(), { pin: async () => '1' }, plain);
		await expect(signer.unlock()).rejects.toMatchObject({ code: 'pin-length' });
		await signer.close();
		const after = await open(plain.uri(), {}, plain);
		await after.close();
		expect(after.pin.state).toBe('ok');
	});

	it('takes a missing PIN as the wish not to sign', async () => {
		const signer = await open(plain.uri(), { pin: async () => undefined }, plain);
		await expect(signer.sign(message, pkcs1)).rejects.toMatchObject({ code: 'pin-cancelled' });
		await signer.close();
	});

	it('signs in several processes with one PIN', async () => {
		const { provider, asked } = counting(token.pin);
		const signer = await open(token.uri('rsa'), { pin: provider, processes: 2 });
		await Promise.all(Array.from({ length: 40 }, () => signer.sign(message, pkcs1)));
		await signer.close();
		expect(asked).toHaveLength(1);
	});

	it('signs in several processes after a login ahead of the first of several signatures', async () => {
		const launched: unknown[] = [];
		const launcher: ProcessLauncher = (environment) => {
			launched.push(environment);
			return forkLauncher(environment);
		};
		const { provider, asked } = counting(token.pin);
		const ready = async (signatures: number): Promise<number> => {
			launched.length = 0;
			const signer = await open(token.uri('rsa'), { pin: provider, processes: 2, launcher });
			await signer.unlock(undefined, signatures);
			await Promise.all(Array.from({ length: signatures }, () => signer.sign(message, pkcs1)));
			await signer.close();
			return launched.length;
		};
		expect([await ready(1), await ready(8)]).toEqual([1, 2]);
		expect(asked).toHaveLength(2);
	});

	it.each([
		['expired', 'key-cannot-sign', 'it expired on'],
		['encryption', 'key-cannot-sign', 'its key usage'],
		['weak', 'key-cannot-sign', 'its RSA key has only 1024 bits'],
	])('refuses the certificate %s with the reason', async (label, code, reason) => {
		await expect(open(token.uri(label))).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
	});

	it('finds out with the PIN that a private key is not there', async () => {
		await expect(
			(async () => {
				const signer = await open(token.uri('keyless'));
				await signer.unlock().finally(() => signer.close());
			})(),
		).rejects.toMatchObject({ code: 'key-not-found' });
	});

	it('says that a key has no certificate', async () => {
		await expect(open(token.uri('bare'))).rejects.toMatchObject({ code: 'certificate-not-found' });
	});

	it('lists what there is for a URI that fits several', async () => {
		await expect(open(token.uri())).rejects.toMatchObject({
			code: 'key-ambiguous',
			candidates: expect.arrayContaining([expect.stringContaining('object=rsa;'), expect.stringContaining('Rita RSA')]),
			hint: expect.stringContaining('object=p256'),
		});
	});

	it('lists what there is for a URI that fits nothing', async () => {
		await expect(open(token.uri('nothing'))).rejects.toMatchObject({
			code: 'key-not-found',
			candidates: expect.arrayContaining([expect.stringContaining('object=p384')]),
		});
	});

	it('finds a key by a CKA_ID of any octets', async () => {
		const signer = await open(`pkcs11:id=%FF%00%25%3b%3f%26?module-path=${token.modulePath}`);
		await signer.close();
		expect(Certificate.parse(signer.certificate).publicKey.curve?.name).toBe('P-256');
	});

	it('finds a key by CKA_ID', async () => {
		const signer = await open(`pkcs11:id=%03?module-path=${token.modulePath}`);
		await signer.close();
		expect(Certificate.parse(signer.certificate).publicKey.curve?.name).toBe('P-256');
	});

	it('lists the tokens where none fits', async () => {
		await expect(open(`pkcs11:token=other?module-path=${token.modulePath}`)).rejects.toMatchObject({
			code: 'token-not-found',
			candidates: [expect.stringContaining('pkcs11:token=several;serial=')],
		});
	});

	it('finds the module by its name', async () => {
		const signer = await open('pkcs11:token=one?module-name=softhsm2', {}, plain);
		await signer.close();
		expect(signer.token).toBe('one');
	});

	it.each([
		['pkcs11:token=one?module-path=/nowhere/p.so', 'module-missing'],
		[`pkcs11:token=one?module-path=${import.meta.filename}`, 'module-broken'],
		['pkcs11:token=one?module-name=nosuch', 'module-missing'],
		['pkcs11:token=one?pin-value=1234', 'token-uri-invalid'],
	])('fails for %s with %s', async (uri, code) => {
		await expect(open(uri)).rejects.toMatchObject({ code });
	});
});
