/** Where a PIN must not be found: in what processes show to others, in errors, in what a crash leaves behind. */
import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { FaultyModule } from '../test/kit/faultyModule.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { openTokenSigner } from './openTokenSigner.ts';

const pin = 'geheim-7391';
const algorithm = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;
let pki: DemoPki;
let token: SoftToken;
let faulty: FaultyModule;

beforeAll(async () => {
	pki = await startDemoPki();
	token = await softToken({ label: 'quiet', pin, entries: [{ label: 'k1', issued: pki.issue({ key: 'rsa-2048' }) }] });
	faulty = new FaultyModule(token);
});
afterAll(async () => {
	faulty[Symbol.dispose]();
	token.remove();
	await pki.close();
});

const open = (environment: NodeJS.ProcessEnv, withholdEnvironment: readonly string[] = []) =>
	openTokenSigner({ uri: faulty.uri('k1'), pin: async () => pin, environment, withholdEnvironment });

/** What every user's programs may read of the children of this process that load a driver. */
function driversShow(): string[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((id) => {
			try {
				const command = readFileSync(`/proc/${id}/cmdline`, 'utf8');
				const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
				if (parent !== String(process.pid) || !command.includes('moduleProcess')) return [];
				const filter = readFileSync(`/proc/${id}/coredump_filter`, 'utf8').trim();
				return [`${command} ${readFileSync(`/proc/${id}/environ`, 'utf8')} filter=${filter}`];
			} catch {
				return [];
			}
		});
}

describe.runIf(process.platform === 'linux')('a driver that is logged in', () => {
	it('shows the PIN in no command line and no environment, and leaves no memory behind when it crashes', async () => {
		// Both would pass by their names: one is withheld because it was named, the other because of what it says of itself.
		const carrying = { ...process.env, ...faulty.environment(), PKCS11_LOGIN: pin, PKCS11_PIN: pin };
		const signer = await open(carrying, ['PKCS11_LOGIN']);
		await signer.sign(Buffer.from('x'), algorithm);
		const shown = driversShow();
		await signer.close();
		expect(shown.length).toBeGreaterThan(0);
		for (const text of shown) {
			// The kit's module is told the PIN of its reader's pad, which stands for the person.
			expect(text.replace(`PKCS11_FAULT_PAD=${pin}`, '')).not.toContain(pin);
			expect(text).toContain('filter=00000000');
		}
	});
});

describe.each([
	['refused', { function: 'login', at: 1, kind: '0xa0' }],
	['met by a crash', { function: 'login', kind: 'crash' }],
	['met by a driver that fails', { function: 'login', kind: '0x05' }],
] as const)('a PIN that is %s', (_, fault) => {
	it('is in no part of the error', async () => {
		const signer = await open({ ...process.env, ...faulty.environment(fault) });
		const error: unknown = await signer.unlock().catch((reason: unknown) => reason);
		await signer.close();
		expect(error).toBeInstanceOf(Error);
		expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(pin);
	});
});
