import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'paraph-demo-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Starts `paraph demo-pki --json …`; its first line, and a way to stop it that gives the exit code. */
async function demo(...args: string[]) {
	const child = execFile(paraph, ['demo-pki', '--json', ...args]);
	if (child.stdout === null) throw new TypeError('no standard output');
	const [line]: string[] = await once(createInterface(child.stdout), 'line');
	const stop = async (): Promise<number> => {
		child.kill('SIGTERM');
		const [code]: number[] = await once(child, 'exit');
		return code ?? -1;
	};
	return { ready: JSON.parse(line ?? ''), stop };
}

it('says where everything is, and ends well when told to stop', async () => {
	const { ready, stop } = await demo();
	expect(ready).toMatchObject({
		event: 'ready',
		trust: expect.stringContaining(ready.directory),
		token: expect.stringMatching(/^pkcs11:token=Paraph%20demo;object=kari\?module-path=/),
		environment: { SOFTHSM2_CONF: expect.stringContaining(ready.directory) },
	});
	expect((await fetch(ready.crl)).status).toBe(200);
	expect(await stop()).toBe(0);
	expect(existsSync(ready.directory)).toBe(false);
});

it('is the same authority again on its folder, with the signers asked for', async () => {
	const first = await demo('--dir', directory, '--signer', 'p384');
	await first.stop();
	const second = await demo('--dir', directory);
	await second.stop();
	expect(second.ready).toEqual(first.ready);
	expect(second.ready.signers).toContainEqual(expect.objectContaining({ label: 'p384', state: 'valid' }));
});

it('says so when it is running already', async () => {
	const running = await demo('--dir', directory);
	const second = await demo('--dir', directory);
	expect(second.ready).toMatchObject({ error: { code: 'demo-running' } });
	await running.stop();
});
