import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, keyKinds, pem, startDemoPki } from './demoPki.ts';

let pki: DemoPki;
const directory = mkdtempSync(join(tmpdir(), 'paraph-kit-'));
const file = (name: string) => join(directory, name);

beforeAll(async () => {
	pki = await startDemoPki();
	writeFileSync(file('root.pem'), pki.anchorPem);
	writeFileSync(file('issuing.pem'), pem(pki.issuing.certificate));
});
afterAll(async () => {
	await pki.close();
	rmSync(directory, { recursive: true });
});

/** Standard output and error of openssl, whatever its exit code: its own words are what the tests look at. */
async function openssl(...args: string[]): Promise<string> {
	const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
	return new Promise((resolve) => child.on('close', () => resolve(text)));
}

describe('certificates', () => {
	it.each(keyKinds)('of a %s key are accepted by openssl', async (key) => {
		writeFileSync(file('signer.pem'), pem(pki.issue({ key }).certificate));
		const said = await openssl(
			...['verify', '-x509_strict', '-CAfile', file('root.pem'), '-untrusted', file('issuing.pem')],
			file('signer.pem'),
		);
		expect(said).toBe(`${file('signer.pem')}: OK\n`);
	});

	it('can be expired, or not valid yet', async () => {
		writeFileSync(file('expired.pem'), pem(pki.issueExpired().certificate));
		writeFileSync(file('early.pem'), pem(pki.issueNotYetValid().certificate));
		const verify = (name: string) =>
			openssl('verify', '-CAfile', file('root.pem'), '-untrusted', file('issuing.pem'), file(name));
		expect(await verify('expired.pem')).toContain('certificate has expired');
		expect(await verify('early.pem')).toContain('certificate is not yet valid');
	});
});

describe('revocation', () => {
	const ocsp = (signer: string) =>
		openssl(
			...['ocsp', '-issuer', file('issuing.pem'), '-cert', file(signer), '-url', pki.ocsp.url],
			...['-CAfile', file('root.pem'), '-verify_other', file('issuing.pem')],
		);

	it('answers good until revoked, by OCSP', async () => {
		const signer = pki.issue();
		writeFileSync(file('ocsp.pem'), pem(signer.certificate));
		expect(await ocsp('ocsp.pem')).toMatch(/Response verify OK[\s\S]*: good/);
		pki.revoke(signer);
		expect(await ocsp('ocsp.pem')).toMatch(/: revoked[\s\S]*Reason: keyCompromise/);
	});

	it('lists what is revoked in the CRL', async () => {
		const signer = pki.issue();
		pki.revoke(signer, { reason: 'superseded' });
		writeFileSync(file('crl.pem'), pem(signer.certificate));
		const crl = await fetch(`${pki.repository.url}/issuing.crl`);
		writeFileSync(file('issuing.crl'), Buffer.from(await crl.arrayBuffer()));
		const said = await openssl(
			...['verify', '-crl_check', '-CRLfile', file('issuing.crl'), '-CAfile', file('root.pem')],
			...['-untrusted', file('issuing.pem'), file('crl.pem')],
		);
		expect(said).toContain('certificate revoked');
	});

	it('answers for the issuing CA as well', async () => {
		const said = await openssl(
			...['ocsp', '-issuer', file('root.pem'), '-cert', file('issuing.pem'), '-url', pki.ocsp.url],
			...['-CAfile', file('root.pem')],
		);
		expect(said).toMatch(/Response verify OK[\s\S]*: good/);
	});
});

describe('the time-stamping authority', () => {
	const stamp = async () => {
		writeFileSync(file('data'), 'what is stamped');
		execFileSync('openssl', ['ts', '-query', '-data', file('data'), '-sha256', '-cert', '-out', file('query')], {
			stdio: 'ignore',
		});
		const response = await fetch(pki.tsa.url, { method: 'POST', body: readFileSync(file('query')) });
		writeFileSync(file('reply'), Buffer.from(await response.arrayBuffer()));
		return openssl(
			...['ts', '-verify', '-queryfile', file('query'), '-in', file('reply'), '-CAfile', file('root.pem')],
			...['-untrusted', file('issuing.pem')],
		);
	};

	it('gives a token that openssl verifies', async () => {
		expect(await stamp()).toContain('Verification: OK');
	});

	it.each([
		['wrong-nonce', 'nonce mismatch'],
		['wrong-imprint', 'message imprint mismatch'],
		['rejected', 'status code: rejection'],
		['expired-certificate', 'certificate has expired'],
		['wrong-purpose', 'unsuitable certificate purpose'],
		['wrong-signature', 'signature failure'],
		['wrong-certificate-id', 'ess cert id not found'],
	] as const)('can be told to fail: %s', async (fault, words) => {
		await pki.tsa.fail(fault, { times: 1 });
		expect((await stamp()).toLowerCase()).toContain(words);
		expect(await stamp()).toContain('Verification: OK');
	});
});

describe('a service', () => {
	const ask = () => fetch(`${pki.repository.url}/root.cer`);

	it('counts requests', async () => {
		pki.repository.resetCounter();
		await ask();
		await ask();
		expect(pki.repository.requests).toBe(2);
	});

	it('refuses connections while it is down, and comes back at the same address', async () => {
		const { url } = pki.repository;
		await pki.repository.fail('down');
		await expect(ask()).rejects.toThrow();
		await pki.repository.heal();
		expect(pki.repository.url).toBe(url);
		expect((await ask()).status).toBe(200);
	});

	it('can say when to come back', async () => {
		await pki.repository.fail({ status: 429, retryAfter: 3 }, { times: 1 });
		const response = await ask();
		expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
	});

	it('can answer like a captive portal, or in part', async () => {
		await pki.repository.fail('html', { times: 1 });
		expect((await ask()).headers.get('content-type')).toContain('text/html');
		await pki.repository.fail('truncated', { times: 1 });
		expect((await (await ask()).arrayBuffer()).byteLength).toBe(pki.root.certificate.length >> 1);
	});
});

it('is the same PKI again from its state', async () => {
	const first = await startDemoPki({ name: 'Lasting' });
	const signer = first.issue();
	first.revoke(signer);
	const { state, ocsp, root } = first;
	const { url } = ocsp;
	await first.close();
	const second = await startDemoPki({ state: JSON.parse(JSON.stringify(state)) });
	expect(second.root.certificate).toEqual(Buffer.from(root.certificate));
	expect(second.ocsp.url).toBe(url);
	expect(second.issuing.statusOf(signer.serial)).toMatchObject({ reason: 'keyCompromise' });
	await second.close();
});
