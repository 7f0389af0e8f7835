import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../test/kit/authenticator.ts';
import { keyFile } from '../../test/kit/keyFile.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));
const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
let site: ServiceSite;
let home: string;
let environment: NodeJS.ProcessEnv;
let login: readonly string[];
let authenticator: Authenticator;
beforeAll(async () => {
	site = await ServiceSite.start({ clock, config: { administrators: ['PNONO-ADA'] } });
	home = mkdtempSync(join(tmpdir(), 'paraph-admin-'));
	const key = join(home, 'ada.p12');
	writeFileSync(key, keyFile(site.person('Ada', 'PNONO-ADA'), '123456'));
	login = ['postings', 'login', site.url, '--p12', key, '--pin-env', 'PIN'];
	environment = {
		...process.env,
		...{ HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', PARAPH_CONFIG: '', PIN: '123456' },
		DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus',
	};
});
afterAll(async () => {
	await site?.close();
	rmSync(home, { recursive: true, force: true });
});

/** On a terminal: answers each question for a code in turn. @returns what was to be seen. */
async function onTerminal(answers: readonly ((seen: string) => string)[]) {
	const command = [paraph, ...login].map((one) => `'${one}'`).join(' ');
	const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env: environment });
	let [seen, asked] = ['', 0];
	child.stdout.on('data', (chunk: Buffer) => {
		seen += chunk.toString('utf8');
		for (; seen.split('Code of your authenticator: ').length - 1 > asked; asked += 1)
			child.stdin.write(`${answers[asked]?.(seen) ?? '\u0003'}\r`);
	});
	const code = await new Promise((resolve) => child.once('close', resolve));
	return { code, seen };
}

/** Without a terminal. */
async function byScript(...options: readonly string[]) {
	const run = promisify(execFile)(paraph, [...login, '--json', ...options], {
		env: { ...environment, CODE: authenticator?.code(clock.now()) },
	});
	const { code, stdout } = await run.then(
		({ stdout: printed }) => ({ code: 0, stdout: printed }),
		(error: { readonly code: number; readonly stdout: string }) => error,
	);
	return { code, line: JSON.parse(stdout) };
}

describe('an administrator on the command line', () => {
	it('is sent to a terminal where no authenticator is set up', async () => {
		expect(await byScript()).toMatchObject({
			code: 1,
			line: { error: { code: 'second-factor-needed', hint: expect.stringContaining('on a terminal') } },
		});
	});

	it('sets one up on the terminal, and is asked again after a wrong code', async () => {
		const of = (seen: string) =>
			new Authenticator(/^ {2}((?:[A-Z2-7]{4} ?)+)\r?$/m.exec(seen)?.[1] ?? expect.unreachable());
		const { code, seen } = await onTerminal([
			(shown) => of(shown).wrongCode(),
			() => '12345',
			(shown) => of(shown).code(),
		]);
		authenticator = of(seen);
		expect(seen).toMatch(/^ {2}otpauth:\/\/totp\/Paraph:Ada\?secret=[A-Z2-7]{32}&issuer=Paraph\r?$/m);
		expect(seen).toContain('or it was used; tries left: 4.');
		expect(seen).toContain('A code has six digits. It was not sent.');
		expect(seen).toContain(`Ada at ${site.url}`);
		// What was typed is nowhere to be seen.
		expect(seen).not.toContain(authenticator.wrongCode());
		expect(code).toBe(0);
	});

	it('logs in by a code from the environment or a file, which works once', async () => {
		clock.ahead += 60_000;
		expect(await byScript('--code-env', 'CODE')).toMatchObject({ code: 0, line: { name: 'Ada' } });
		expect(await byScript('--code-env', 'CODE')).toMatchObject({ code: 1, line: { error: { code: 'totp-wrong' } } });
		clock.ahead += 60_000;
		const file = join(home, 'code');
		writeFileSync(file, `${authenticator.code(clock.now())}\n`);
		expect(await byScript('--code-file', file)).toMatchObject({ code: 0, line: { name: 'Ada' } });
	});

	it('tries nothing where the options say no code', async () => {
		const usage = { code: 2, line: { error: { code: 'usage' } } };
		expect(await byScript('--code-env', 'NOWHERE')).toMatchObject(usage);
		expect(await byScript('--code-env', 'CODE', '--code-file', 'x')).toMatchObject(usage);
		expect(await byScript()).toMatchObject({
			code: 1,
			line: { error: { code: 'second-factor-needed', hint: expect.stringContaining('--code-env') } },
		});
	});
});
