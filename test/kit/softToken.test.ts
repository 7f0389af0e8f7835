import { execFileSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoPki, type Issued, keyKinds, startDemoPki } from './demoPki.ts';
import { type SoftToken, softToken } from './softToken.ts';

let pki: DemoPki;
let token: SoftToken;
let signers: readonly { readonly label: string; readonly issued: Issued }[];

beforeAll(async () => {
	pki = await startDemoPki();
	signers = keyKinds.map((kind) => ({ label: kind, issued: pki.issue({ key: kind }) }));
	token = await softToken({ label: 'a test', entries: signers, withChain: true });
});
afterAll(async () => {
	token.remove();
	await pki.close();
});

const pkcs11Tool = (...args: string[]): string =>
	execFileSync('pkcs11-tool', ['--module', token.modulePath, '--token-label', token.label, ...args], {
		env: { ...process.env, ...token.environment },
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
	});

it('holds a key and a certificate of each kind, and the authority', () => {
	const objects = pkcs11Tool('--login', '--pin', token.pin, '--list-objects');
	for (const kind of keyKinds) expect(objects).toContain(`label:      ${kind}`);
	expect(objects.match(/Private Key Object/g)).toHaveLength(keyKinds.length);
	expect(objects.match(/Certificate Object/g)).toHaveLength(keyKinds.length + 1);
});

it('signs with the key that the certificate names', () => {
	const input = join(token.directory, 'message');
	const output = join(token.directory, 'signature');
	writeFileSync(input, 'signed in the token');
	pkcs11Tool(
		...['--login', '--pin', token.pin, '--id', '01', '--sign', '--mechanism', 'SHA256-RSA-PKCS'],
		...['--input-file', input, '--output-file', output],
	);
	const key = signers.find(({ label }) => label === 'rsa-2048')?.issued.key;
	expect(key && verify('sha256', readFileSync(input), createPublicKey(key.privateKey), readFileSync(output))).toBe(
		true,
	);
});

it('names itself by an RFC 7512 URI', () => {
	expect(token.uri('p256')).toBe(`pkcs11:token=a%20test;object=p256?module-path=${token.modulePath}`);
});
