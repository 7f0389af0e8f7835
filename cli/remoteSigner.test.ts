import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CscServer, type CscServerOptions, demoClient, pss, rsa, startCscServer } from '../test/kit/cscServer.ts';
import { type DemoPki, type Issued, pem, startDemoPki } from '../test/kit/demoPki.ts';
import { sampleContract } from '../test/kit/sampleContract.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
let pki: DemoPki;
let kari: Issued;
let folder: string;
let running = new AsyncDisposableStack();

beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'rsa-2048' });
	folder = mkdtempSync(join(tmpdir(), 'paraph-remote-'));
	const contract = await sampleContract();
	for (const name of names) writeFileSync(join(folder, `${name}.pdf`), contract);
	writeFileSync(join(folder, 'root.pem'), pki.anchorPem);
	writeFileSync(join(folder, 'kari.pem'), pem(kari.certificate));
});
afterEach(() => running.disposeAsync().finally(() => (running = new AsyncDisposableStack())));
afterAll(async () => {
	rmSync(folder, { recursive: true, force: true });
	await pki.close();
});

const serve = async (options: Partial<CscServerOptions> = {}): Promise<CscServer> =>
	running.use(await startCscServer({ version: 2, issued: kari, algorithms: [rsa], pin: '123456', ...options }));

async function paraph(args: readonly string[], env: Record<string, string> = {}) {
	const command = fileURLToPath(new URL('./paraph.mjs', import.meta.url));
	const own = { PARAPH_CONFIG: '', PIN: '123456', ...env };
	const ran = await promisify(execFile)(process.execPath, [command, ...args, '--json', '--pin-env', 'PIN'], {
		env: { ...process.env, ...own },
		cwd: folder,
	}).then(
		({ stdout }) => ({ code: 0, stdout }),
		(error: { code: number; stdout: string }) => error,
	);
	const lines = ran.stdout
		.trim()
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line));
	return { code: ran.code, lines, codes: lines.map(({ error }) => error?.code ?? 'signed') };
}

function sign(server: CscServer, out: string, more: readonly string[] = [], env: Record<string, string> = {}) {
	mkdirSync(join(folder, out), { recursive: true });
	const files = names.map((name) => `${name}.pdf`);
	const options = ['--out-dir', out, '--level', 'b-b', '--trust', 'root.pem', '--remote', server.address];
	return paraph(['sign', ...files, ...options, ...more], env);
}

describe('sign --remote', () => {
	it('has the files authorised in groups, each by its hash', async () => {
		const server = await serve({ scal: 2, multisign: 2 });
		expect(await sign(server, 'groups')).toMatchObject({ code: 0, codes: names.map(() => 'signed') });
		expect(server.authorizations.map(({ signatures }) => signatures)).toEqual([2, 2, 1]);
		expect(server.tries).toBe(3);
	});

	it('sends a wrong PIN once, signs nothing, and ends with 3', async () => {
		const server = await serve({ scal: 2, multisign: 2 });
		const { code, lines } = await sign(server, 'wrong', [], { PIN: '000000' });
		expect([code, server.tries]).toEqual([3, 1]);
		expect(lines.map(({ outcome }) => outcome)).toEqual(['failed', ...names.slice(1).map(() => 'cancelled')]);
		expect(readdirSync(join(folder, 'wrong'))).toEqual([]);
	});

	it('loses no file to an authorisation that ended: the next run signs what is left', async () => {
		const server = await serve({ scal: 2, multisign: 2 });
		server.expireNext = 2;
		const journal = ['--journal', 'journal.jsonl'];
		const first = await sign(server, 'again', journal);
		expect(first.code).toBe(1);
		expect(first.codes.filter((code) => code === 'authorisation-expired')).toHaveLength(2);
		const second = await sign(server, 'again', journal);
		expect(second.code).toBe(0);
		expect(second.lines.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(3);
		expect(readdirSync(join(folder, 'again'))).toHaveLength(5);
	});

	it('gets in with a token from the environment, and ends with 3 without one', async () => {
		const server = await serve({ version: 1, accessToken: 'T0K/en+', multisign: 5 });
		expect(await sign(server, 'token', [], { PARAPH_REMOTE_TOKEN: 'T0K/en+' })).toMatchObject({ code: 0 });
		expect(await sign(server, 'without')).toMatchObject({
			code: 3,
			codes: names.map(() => 'authorisation-refused'),
		});
	});

	it.runIf(process.platform === 'linux')('has each group authorised in the browser', async () => {
		const server = await serve({ mode: 'oauth2code', scal: 2, multisign: 3, accessToken: 'T0K/en+' });
		const browser = join(folder, 'bin');
		mkdirSync(browser);
		writeFileSync(join(browser, 'xdg-open'), `#!${process.execPath}\nfetch(process.argv[2]);\n`, { mode: 0o755 });
		writeFileSync(join(folder, 'config.json'), JSON.stringify({ remote: { clientId: demoClient.id } }));
		const env = {
			PATH: `${browser}:${process.env['PATH']}`,
			PARAPH_CONFIG: 'config.json',
			PARAPH_REMOTE_SECRET: demoClient.secret,
		};
		expect(await sign(server, 'browser', [], env)).toMatchObject({ code: 0 });
		expect(server.authorizations.map(({ signatures }) => signatures)).toEqual([3, 2]);
	});

	it('takes the one-time code from the environment', async () => {
		const server = await serve({ otp: '998877', multisign: 5 });
		expect(await sign(server, 'code', [], { PARAPH_REMOTE_CODE: '998877' })).toMatchObject({ code: 0 });
	});

	it('chooses RSA-PSS by itself where the service offers nothing else', async () => {
		const server = await serve({ algorithms: [pss], multisign: 5 });
		expect(await sign(server, 'pss')).toMatchObject({ code: 0 });
	});

	it('lists the keys there are', async () => {
		const server = await serve({ credentialIds: ['one', 'two'] });
		const address = `${server.host}/csc/v2`;
		const { code, lines } = await paraph(['sign', 'a.pdf', '--out', 'x.pdf', '--level', 'b-b', '--remote', address]);
		expect(code).toBe(3);
		expect(lines[0].error).toMatchObject({
			code: 'key-ambiguous',
			candidates: [`${address}#one`, `${address}#two`],
		});
	});

	it('ends with 4 where nobody answers', async () => {
		const remote = ['--remote', 'http://127.0.0.1:1/csc/v2#x'];
		expect(await paraph(['sign', 'a.pdf', '--out', 'x.pdf', '--level', 'b-b', ...remote])).toMatchObject({
			code: 4,
			codes: ['unreachable'],
		});
	});
});

describe('sign-prepared --remote', () => {
	it('has prepared files authorised together', async () => {
		const server = await serve({ scal: 2, multisign: 3 });
		mkdirSync(join(folder, 'prepared'));
		const command = fileURLToPath(new URL('./paraph.mjs', import.meta.url));
		const options = ['--certificate', 'kari.pem', '--out-dir', 'prepared', '--level', 'b-b', '--offline'];
		const env = { ...process.env, PARAPH_CONFIG: '' };
		const files = names.map((name) => `${name}.pdf`);
		await promisify(execFile)(process.execPath, [command, 'prepare', ...files, ...options], { env, cwd: folder });
		const prepared = names.map((name) => `prepared/${name}.prepared`);
		const { code, codes } = await paraph(['sign-prepared', ...prepared, '--remote', server.address]);
		expect([code, codes]).toEqual([0, names.map(() => 'signed')]);
		expect(server.authorizations.map(({ signatures }) => signatures)).toEqual([3, 2]);
	});
});
