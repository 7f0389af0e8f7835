import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { Certificate } from '../../core/pki/certificate.ts';
import { verifySignature } from '../../core/pki/signature.ts';
import type { SigningAlgorithm } from '../../core/ports/algorithms.ts';
import {
	type CscServer,
	type CscServerOptions,
	demoClient,
	ecdsaWithSha256,
	pss,
	rsa,
	sha256WithRsa,
	startCscServer,
} from '../../test/kit/cscServer.ts';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { type CscSignerOptions, openCscSigner } from './openCscSigner.ts';

const pkcs1: SigningAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };
const pssSha384: SigningAlgorithm = { kind: 'rsa-pss', digest: 'sha384', mgfDigest: 'sha384', saltLength: 48 };
const ecdsa: SigningAlgorithm = { kind: 'ecdsa', digest: 'sha256' };

let pki: DemoPki;
let kari: Issued;
let ola: Issued;
let running = new AsyncDisposableStack();
const fetcher = new HttpFetcher();

beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'rsa-2048' });
	ola = pki.issue({ key: 'p256' });
});
afterEach(() => running.disposeAsync().finally(() => (running = new AsyncDisposableStack())));
afterAll(async () => {
	await fetcher.close();
	await pki.close();
});

const serve = async (options: Partial<CscServerOptions>): Promise<CscServer> =>
	running.use(await startCscServer({ version: 2, issued: kari, algorithms: [rsa], ...options }));
const open = (server: CscServer, options: Partial<CscSignerOptions> = {}) =>
	openCscSigner({ address: server.address, fetcher, ...options });
const message = (n = 1): Uint8Array => Buffer.from(`message ${n}`);
const verifies = (issued: Issued, algorithm: SigningAlgorithm, signed: Uint8Array, value: unknown): boolean =>
	value instanceof Uint8Array &&
	verifySignature(Certificate.parse(issued.certificate).publicKey, algorithm, signed, value);

describe.each([1, 2] as const)('version %d of the API', (version) => {
	it.each([
		['RSA, the key’s own identifier', { algorithms: [rsa] }, pkcs1],
		['RSA with its digest', { algorithms: [sha256WithRsa] }, pkcs1],
		['RSA-PSS with its parameters', { algorithms: [rsa, pss] }, pssSha384],
	])('signs with %s', async (_, options, algorithm) => {
		const server = await serve({ version, ...options });
		const signer = await open(server);
		expect(signer.supports(algorithm)).toBe(true);
		expect(verifies(kari, algorithm, message(), await signer.sign(message(), algorithm))).toBe(true);
	});

	it.each(['der', 'compact'] as const)('takes an ECDSA value as %s', async (ecdsaFormat) => {
		const server = await serve({ version, issued: ola, algorithms: [ecdsaWithSha256], ecdsaFormat });
		const signer = await open(server);
		expect(verifies(ola, ecdsa, message(), await signer.sign(message(), ecdsa))).toBe(true);
	});

	it.each([
		['ed25519', '1.3.101.112'],
		['ed448', '1.3.101.113'],
	] as const)(
		'refuses an %s key before anything is authorised, since the API signs digests',
		async (key, algorithm) => {
			const server = await serve({ version, issued: pki.issue({ key }), algorithms: [algorithm], pin: '123456' });
			await expect(open(server, { pin: async () => '123456' })).rejects.toMatchObject({
				code: 'key-cannot-sign',
				message: expect.stringContaining('signs whole messages, and signing services are sent hashes alone'),
			});
			expect([server.tries, server.authorizations, server.signed]).toEqual([0, [], []]);
		},
	);

	it('binds the authorisation to the hashes where the key asks for that, in groups', async () => {
		const server = await serve({ version, scal: 2, multisign: 3, pin: '123456' });
		const signer = await open(server, { pin: async () => '123456' });
		const messages = [message(1), message(2), message(3)];
		const values = await signer.groups?.sign(messages, pkcs1);
		expect(values?.map((value, index) => verifies(kari, pkcs1, message(index + 1), value))).toEqual([true, true, true]);
		expect(server.authorizations).toEqual([{ signatures: 3, hashes: server.signed[0] }]);
		expect(server.tries).toBe(1);
	});

	it('sends PIN and one-time code, after having asked for the code', async () => {
		const server = await serve({ version, pin: '123456', otp: '998877' });
		const asked: unknown[] = [];
		const code = async (request: unknown): Promise<string> => {
			asked.push(request);
			return '998877';
		};
		const signer = await open(server, { pin: async () => '123456', code });
		await signer.sign(message(), pkcs1);
		expect(asked).toMatchObject([{ service: 'Demo Remote Signing', label: 'Code by SMS', signatures: 1 }]);
	});

	it('never sends a wrong PIN twice', async () => {
		const server = await serve({ version, pin: '123456' });
		const signer = await open(server, { pin: async () => '000000' });
		await expect(signer.sign(message(), pkcs1)).rejects.toMatchObject({ code: 'pin-incorrect' });
		await expect(signer.sign(message(), pkcs1)).rejects.toMatchObject({ code: 'pin-incorrect' });
		expect(server.tries).toBe(1);
	});

	it('tells a wrong one-time code from a wrong PIN', async () => {
		const server = await serve({ version, otp: '998877' });
		const signer = await open(server, { code: async () => '000000' });
		await expect(signer.sign(message(), pkcs1)).rejects.toMatchObject({ code: 'otp-incorrect' });
	});

	it('authorises in the browser, bound to the hash', async () => {
		const server = await serve({ version, mode: 'oauth2code', scal: 2, accessToken: 'T0K/en+' });
		const signer = await open(server, { oauth: browser() });
		expect(verifies(kari, pkcs1, message(), await signer.sign(message(), pkcs1))).toBe(true);
		expect(server.authorizations[0]).toEqual({ signatures: 1, hashes: server.signed[0] });
	});

	it('has an authorisation that ended renewed for the same hashes', async () => {
		const server = await serve({ version, scal: 2, pin: '1' });
		server.expireNext = 1;
		const signer = await open(server, { pin: async () => '1' });
		expect(verifies(kari, pkcs1, message(), await signer.sign(message(), pkcs1))).toBe(true);
		expect(server.authorizations).toHaveLength(2);
		expect(server.authorizations[0]).toEqual(server.authorizations[1]);
	});

	it('says so when authorisations end again and again, and goes on afterwards', async () => {
		const server = await serve({ version });
		server.expireNext = 2;
		const signer = await open(server);
		await expect(signer.sign(message(), pkcs1)).rejects.toMatchObject({ code: 'authorisation-expired' });
		expect(verifies(kari, pkcs1, message(), await signer.sign(message(), pkcs1))).toBe(true);
	});
});

it('waits while the service asks the person by its own means', async () => {
	const server = await serve({ mode: 'implicit', scal: 2, undecided: 1 });
	const signer = await open(server);
	expect(verifies(kari, pkcs1, message(), await signer.sign(message(), pkcs1))).toBe(true);
});

describe('getting in', () => {
	it('takes a token, and says when it is not the right one', async () => {
		const server = await serve({ accessToken: 'right' });
		await open(server, { accessToken: 'right' });
		await expect(open(server, { accessToken: 'wrong' })).rejects.toMatchObject({ code: 'authorisation-refused' });
		await expect(open(server)).rejects.toMatchObject({ code: 'authorisation-refused' });
	});

	it('logs in with user and password', async () => {
		const server = await serve({ accessToken: 'right', login: 'kari:secret' });
		await open(server, { login: { user: 'kari', password: 'secret' } });
		const wrong = open(server, { login: { user: 'kari', password: 'wrong' } });
		await expect(wrong).rejects.toMatchObject({ code: 'authorisation-refused' });
	});

	it.each(['deny', 'forge-state'] as const)('ends where the browser comes back with: %s', async (misbehaviour) => {
		const server = await serve({ accessToken: 'right' });
		server.oauth.misbehaviour = misbehaviour;
		await expect(open(server, { oauth: browser() })).rejects.toMatchObject({ code: 'authorisation-refused' });
	});

	it('finds the service below its host', async () => {
		const server = await serve({ version: 1 });
		const signer = await open(server, { address: `${server.host}/#GX0112348` });
		expect(signer.certificate).toEqual(Buffer.from(kari.certificate));
	});

	it('is addressed by a URL of the web and the key’s id', async () => {
		const { parseRemoteAddress } = await import('./service.ts');
		for (const address of [
			'',
			'sign.example',
			'http://sign.example/csc/v2',
			'file:///etc/passwd',
			'https://user:pin@sign.example/csc/v2',
		])
			expect(() => parseRemoteAddress(address)).toThrow(expect.objectContaining({ code: 'token-uri-invalid' }));
		expect(parseRemoteAddress('https://sign.example/csc/v2/#a%2Fb')).toEqual({
			base: 'https://sign.example/csc/v2',
			credentialId: 'a/b',
		});
	});
});

describe('the key', () => {
	it('is the only one of the account, or one of the candidates', async () => {
		const server = await serve({ credentialIds: ['one', 'two'] });
		const address = `${server.host}/csc/v2`;
		await expect(open(server, { address })).rejects.toMatchObject({
			code: 'key-ambiguous',
			candidates: [`${address}#one`, `${address}#two`],
		});
		await expect(open(server, { address: `${address}#three` })).rejects.toMatchObject({ code: 'key-not-found' });
		const single = await serve({});
		await open(single, { address: `${single.host}/csc/v2` });
	});

	it.each([[{ keyStatus: 'disabled' }], [{ certificateStatus: 'revoked' }], [{ certificateStatus: 'suspended' }]])(
		'is not used when the service says %j',
		async (options) => {
			const server = await serve(options);
			await expect(open(server)).rejects.toMatchObject({ code: 'key-cannot-sign' });
			expect(server.authorizations).toEqual([]);
		},
	);

	it('brings its chain', async () => {
		const server = await serve({});
		const signer = await open(server);
		expect(signer.chain).toEqual(kari.chain.map((der) => Buffer.from(der)));
	});

	it('signs only as the service says it does', async () => {
		const server = await serve({ algorithms: [pss] });
		const signer = await open(server);
		expect([pkcs1, pssSha384, ecdsa].map((algorithm) => signer.supports(algorithm))).toEqual([false, true, false]);
		await expect(signer.sign(message(), pkcs1)).rejects.toMatchObject({ code: 'mechanism-missing' });
	});

	it('gives no value that its certificate does not verify, and the other values of the group', async () => {
		const server = await serve({ multisign: 2 });
		server.rubbishNext = 1;
		const signer = await open(server);
		const values = await signer.groups?.sign([message(1), message(2)], pkcs1);
		expect(values?.[0]).toMatchObject({ code: 'signature-invalid' });
		expect(verifies(kari, pkcs1, message(2), values?.[1])).toBe(true);
	});
});

describe('the factors of an expression', () => {
	it.each([
		[undefined, undefined],
		['PIN AND OTP', ['PIN', 'OTP']],
		['PIN OR OTP', ['PIN']],
		['(PIN XOR PUK) AND OTP', ['PIN', 'OTP']],
		['((', []],
	])('%s: %s', async (expression, expected) => {
		const { chosenFactors } = await import('./credential.ts');
		const chosen = chosenFactors(expression);
		expect(chosen && [...chosen]).toEqual(expected);
	});
});

/** A person who agrees to everything at once. */
function browser(): CscSignerOptions['oauth'] {
	return {
		...demoClient,
		openBrowser: async (url) => {
			fetch(url).catch(() => {});
		},
	};
}
