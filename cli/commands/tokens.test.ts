import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { type SoftToken, softToken } from '../../test/kit/softToken.ts';

let pki: DemoPki;
let token: SoftToken;

beforeAll(async () => {
	pki = await startDemoPki();
	token = await softToken({
		label: 'listed',
		entries: [
			{ label: 'good', issued: pki.issue({ key: 'p256', commonName: 'Gunn God' }) },
			{ label: 'old', issued: pki.issue({ key: 'p256', notAfter: new Date(Date.now() - 1000) }) },
			{ label: 'bare', issued: pki.issue({ key: 'p256' }), without: 'certificate' },
		],
	});
});
afterAll(async () => {
	token.remove();
	await pki.close();
});

async function paraph(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
	const command = fileURLToPath(new URL('../paraph.mjs', import.meta.url));
	const env = { ...process.env, ...token.environment };
	return promisify(execFile)(process.execPath, [command, 'tokens', ...args], { env }).then(
		({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
		(error: { code: number; stdout: string; stderr: string }) => error,
	);
}

describe('paraph tokens', () => {
	it('prints one JSON line a slot, with what can sign and why the rest cannot', async () => {
		const { code, stdout } = await paraph('--module', token.modulePath, '--json');
		const lines = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(code).toBe(0);
		expect(lines.find((line) => line.token?.label === 'listed')).toMatchObject({
			module: { path: token.modulePath },
			pin: { state: 'ok', entry: 'typed' },
			certificates: [
				{ label: 'good', subject: expect.stringContaining('Gunn God'), canSign: true, reasons: [] },
				{ label: 'old', canSign: false, reasons: [{ code: 'expired' }] },
			],
			keysWithoutCertificate: [{ label: 'bare', id: '03' }],
			error: null,
		});
	});

	it('finds SoftHSM by itself where its configuration is set', async () => {
		const { stdout } = await paraph();
		expect(stdout).toContain('listed');
		expect(stdout).toContain('✓ good: Gunn God');
		expect(stdout).toContain("can sign: --token 'pkcs11:object=good;token=listed;serial=");
		expect(stdout).toContain('cannot sign: it expired on');
		expect(stdout).toContain('bare: a key without a certificate');
	});

	it('says what is wrong with a module that was named, and ends with 3', async () => {
		const { code, stdout } = await paraph('--module', '/nowhere/p.so', '--json');
		expect(code).toBe(3);
		expect(JSON.parse(stdout)).toMatchObject({ module: { path: '/nowhere/p.so' }, error: { code: 'module-missing' } });
	});

	it('refuses an unknown option', async () => {
		expect(await paraph('--modul', 'x')).toMatchObject({ code: 2 });
	});
});
