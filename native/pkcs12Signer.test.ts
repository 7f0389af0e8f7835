import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Certificate } from '../core/pki/certificate.ts';
import { verifySignature } from '../core/pki/signature.ts';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, type Issued, startDemoPki } from '../test/kit/demoPki.ts';
import { keyFile } from '../test/kit/keyFile.ts';
import { readPkcs12 } from './pkcs12/pkcs12File.ts';
import { openPkcs12Signer } from './pkcs12Signer.ts';

const message = Buffer.from('the signed attributes');
const folder = mkdtempSync(join(tmpdir(), 'paraph-p12-'));
let pki: DemoPki;
let rsa: Issued;

beforeAll(async () => {
	pki = await startDemoPki();
	rsa = pki.issue({ key: 'rsa-2048' });
});
afterAll(async () => {
	rmSync(folder, { recursive: true });
	await pki.close();
});

let made = 0;

/** A file as OpenSSL makes it. */
function pkcs12(issued: Issued, password: string, ...options: string[]): string {
	const path = join(folder, `${++made}.p12`);
	writeFileSync(path, keyFile(issued, password, ...options));
	return path;
}

const open = (file: string, password: string) => openPkcs12Signer({ file, pin: async () => password });

describe('openPkcs12Signer', () => {
	it.each<[string, string[]]>([
		['AES-256 and SHA-256', []],
		['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
		['PBES2 with triple DES', ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'DES-EDE3-CBC']],
		['Camellia', ['-keypbe', 'CAMELLIA-256-CBC', '-certpbe', 'CAMELLIA-128-CBC']],
		['RC2-40 and triple DES', ['-legacy']],
		['RC2-128', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-128']],
		['RC4-128', ['-legacy', '-certpbe', 'PBE-SHA1-RC4-128', '-keypbe', 'PBE-SHA1-RC4-128']],
		['RC4-40 without a MAC', ['-legacy', '-certpbe', 'PBE-SHA1-RC4-40', '-keypbe', 'PBE-SHA1-RC4-40', '-nomac']],
		['two-key triple DES', ['-legacy', '-certpbe', 'PBE-SHA1-2DES', '-keypbe', 'PBE-SHA1-2DES']],
		['a SHA-512 MAC', ['-macalg', 'sha512']],
		['no MAC', ['-nomac']],
		['plain certificates', ['-certpbe', 'NONE']],
		['nothing encrypted', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
		['one iteration', ['-noiter', '-nomaciter']],
	])('reads %s', async (_, options) => {
		const signer = await open(pkcs12(rsa, 'pässwörd 1', ...options), 'pässwörd 1');
		const algorithm = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;
		const value = await signer.sign(message, algorithm);
		expect(verifySignature(Certificate.parse(rsa.certificate).publicKey, algorithm, message, value)).toBe(true);
		expect(Buffer.from(signer.certificate)).toEqual(Buffer.from(rsa.certificate));
		expect(signer.chain).toHaveLength(rsa.chain.length);
	});

	it.each([[[]], [['-legacy']], [['-nomac']]])('reads a file with an empty password %j', async (options) => {
		await expect(open(pkcs12(rsa, '', ...options), '')).resolves.toBeDefined();
	});

	it('asks for no password where a file has none', async () => {
		await expect(openPkcs12Signer({ file: pkcs12(rsa, '') })).resolves.toBeDefined();
	});

	it.each<[Parameters<DemoPki['issue']>[0], SigningAlgorithm]>([
		[{ key: 'rsa-2048' }, { kind: 'rsa-pss', digest: 'sha384', mgfDigest: 'sha384', saltLength: 48 }],
		[{ key: 'rsa-pss' }, { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }],
		[{ key: 'p256' }, { kind: 'ecdsa', digest: 'sha256' }],
		[{ key: 'p521' }, { kind: 'ecdsa', digest: 'sha512' }],
		[{ key: 'ed25519' }, { kind: 'ed25519' }],
	])('signs with %o by %o', async (issue, algorithm) => {
		const issued = pki.issue(issue);
		const signer = await open(pkcs12(issued, 'secret'), 'secret');
		const value = await signer.sign(message, algorithm);
		expect(verifySignature(Certificate.parse(issued.certificate).publicKey, algorithm, message, value)).toBe(true);
	});

	const onlyKeyByRc4 = ['-legacy', '-certpbe', 'NONE', '-keypbe', 'PBE-SHA1-RC4-128', '-nomac'];

	it.each([[[]], [['-legacy']], [['-nomac']], [['-legacy', '-nomac']], [onlyKeyByRc4]])(
		'says that the password is wrong, made with %j',
		async (options) => {
			const file = pkcs12(rsa, 'right', ...options);
			await expect(open(file, 'wrong')).rejects.toMatchObject({ code: 'pin-incorrect' });
		},
	);

	it('refuses an expired certificate with the reason', async () => {
		const issued = pki.issue({ key: 'p256', notAfter: new Date(Date.now() - 1000) });
		await expect(open(pkcs12(issued, 'x'), 'x')).rejects.toMatchObject({
			code: 'key-cannot-sign',
			message: expect.stringContaining('it expired on'),
		});
	});

	it('signs with a self-signed certificate, whatever it says of issuing others', async () => {
		const key = join(folder, 'self.key');
		const certificate = join(folder, 'self.pem');
		const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Me', '-days', '9'];
		execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
		const file = join(folder, 'self.p12');
		const exporting = ['pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', file, '-passout', 'pass:x'];
		execFileSync('openssl', exporting, { stdio: 'pipe' });
		const signer = await open(file, 'x');
		expect(signer.chain).toEqual([]);
	});

	it('says that a file is missing, or is none', async () => {
		await expect(open(join(folder, 'none.p12'), 'x')).rejects.toMatchObject({ code: 'p12-unreadable' });
		await expect(open(import.meta.filename, 'x')).rejects.toMatchObject({ code: 'p12-unreadable' });
	});
});

describe('readPkcs12', () => {
	it('meets damage with a typed error', () => {
		const whole = readFileSync(pkcs12(rsa, 'x', '-noiter', '-nomaciter', '-legacy'));
		const damage = fc.record({ at: fc.nat(whole.length - 1), octet: fc.nat(255), end: fc.nat(whole.length) });
		fc.assert(
			fc.property(damage, ({ at, octet, end }) => {
				const bytes = Buffer.from(whole);
				bytes[at] = octet;
				try {
					readPkcs12(bytes.subarray(0, end), 'x', 'damaged.p12');
				} catch (error) {
					expect(error).toMatchObject({ code: expect.stringMatching(/^(p12-unreadable|pin-incorrect)$/) });
				}
			}),
		);
	});
});
