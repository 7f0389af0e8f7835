/** An HSM across a socket: p11-kit's server, and its client as the module. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { openTokenSigner } from './openTokenSigner.ts';

const client = '/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so';
const algorithm: SigningAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };
const missing = existsSync(client) && existsSync('/usr/bin/p11-kit') ? undefined : 'p11-kit with its client module';
if (missing !== undefined) console.error(`SKIPPED: tests with a remote token: not installed: ${missing}`);

describe.skipIf(missing !== undefined)('a token behind p11-kit', () => {
	let pki: DemoPki;
	let token: SoftToken;
	let folder: string;
	let server: ChildProcess | undefined;

	beforeAll(async () => {
		pki = await startDemoPki();
		token = await softToken({ label: 'far', entries: [{ label: 'k1', issued: pki.issue({ key: 'rsa-2048' }) }] });
		folder = mkdtempSync(join(tmpdir(), 'paraph-p11-'));
		await startServer();
	});
	afterAll(async () => {
		await stopServer();
		rmSync(folder, { recursive: true });
		token.remove();
		await pki.close();
	});

	const socket = (): string => join(folder, 'socket');

	async function startServer(): Promise<void> {
		server = spawn(
			'/usr/bin/p11-kit',
			['server', '--foreground', '--name', socket(), '--provider', token.modulePath, 'pkcs11:token=far'],
			{ env: { ...process.env, ...token.environment }, stdio: 'ignore', detached: true },
		);
		for (let i = 0; i < 100 && !existsSync(socket()); i++) await wait(50);
	}

	/** With its group: it serves each connection in a process of its own. */
	async function stopServer(): Promise<void> {
		const { pid } = server ?? {};
		server = undefined;
		if (pid === undefined) return;
		process.kill(-pid, 'SIGKILL');
		await wait(200);
		rmSync(socket(), { force: true });
	}

	const open = (processes = 1) =>
		openTokenSigner({
			uri: `pkcs11:token=far;object=k1?module-path=${client}`,
			pin: async () => token.pin,
			environment: { ...process.env, P11_KIT_SERVER_ADDRESS: `unix:path=${socket()}` },
			processes,
		});

	it('signs in as many processes as are wanted', async () => {
		const signer = await open(2);
		const values = await Promise.all(Array.from({ length: 20 }, (_, i) => signer.sign(Buffer.from([i]), algorithm)));
		await signer.close();
		expect(values).toHaveLength(20);
	});

	it('is reached again after the connection broke', async () => {
		const signer = await open();
		await signer.sign(Buffer.from('before'), algorithm);
		await stopServer();
		await expect(signer.sign(Buffer.from('without'), algorithm)).rejects.toMatchObject({ name: 'TokenError' });
		await startServer();
		await expect(signer.sign(Buffer.from('after'), algorithm)).resolves.toBeDefined();
		await signer.close();
	});
});
