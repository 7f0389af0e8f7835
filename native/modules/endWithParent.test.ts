import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { FaultyModule } from '../../test/kit/faultyModule.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { type SoftToken, softToken } from '../../test/kit/softToken.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));
let pki: DemoPki;
let token: SoftToken;
let faulty: FaultyModule;

beforeAll(async () => {
	pki = await startDemoPki();
	token = await softToken({ entries: [{ label: 'k1', issued: pki.issue({ key: 'p256' }) }] });
	faulty = new FaultyModule(token);
});
afterAll(async () => {
	faulty[Symbol.dispose]();
	token.remove();
	await pki.close();
});

const childrenOf = (id: number): readonly number[] =>
	readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

function isRunning(id: number): boolean {
	try {
		process.kill(id, 0);
		// One that ended and of which nobody has taken note yet is there still.
		return !/^State:\tZ/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
	} catch {
		return false;
	}
}

describe.runIf(process.platform === 'linux')('a driver that hangs with the PIN', () => {
	it('ends soon after the program that started it was killed', async () => {
		using folder = new SigningFolder();
		const faults = faulty.environment({ function: 'sign', at: 1, kind: 'hang' });
		const run = spawn(
			paraph,
			['sign', folder.put(await sampleContract()), '--token', faulty.uri('k1'), '--pin-env', 'PIN'],
			{
				env: { ...process.env, ...faults, PIN: token.pin },
				stdio: 'ignore',
			},
		);
		await vi.waitFor(() => expect(faulty.calls(faults, 'sign')).toBe(1), { timeout: 20_000, interval: 50 });
		const drivers = childrenOf(run.pid ?? 0);
		expect(drivers.filter(isRunning)).toHaveLength(1);
		run.kill('SIGKILL');
		await once(run, 'exit');
		await vi.waitFor(() => expect(drivers.filter(isRunning)).toEqual([]), { timeout: 10_000, interval: 50 });
	});
});
