/** What a driver may do, and what is left standing: each fault in a batch of ten, at the first, a middle or the last. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { type Fault, FaultyModule } from '../test/kit/faultyModule.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { openTokenSigner, type TokenSignerOptions } from './openTokenSigner.ts';

const algorithm: SigningAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };
let pki: DemoPki;
let token: SoftToken;
let faulty: FaultyModule;

beforeAll(async () => {
	pki = await startDemoPki();
	token = await softToken({ label: 'frail', entries: [{ label: 'k1', issued: pki.issue({ key: 'rsa-2048' }) }] });
	faulty = new FaultyModule(token);
});
afterAll(async () => {
	faulty[Symbol.dispose]();
	token.remove();
	await pki.close();
});

function open(faults: readonly Fault[], options: Partial<TokenSignerOptions> = {}) {
	const environment = faulty.environment(...faults);
	const asked: unknown[] = [];
	const pin = async (request: unknown) => {
		asked.push(request);
		return token.pin;
	};
	const timeouts = { sign: 700, login: 700, load: 1500 };
	const opening = openTokenSigner({ uri: faulty.uri('k1'), pin, environment, timeouts, ...options });
	return { opening, environment, asked };
}

/** Signs ten messages one after another. @returns each outcome: `signed` or the error's code. */
async function batch(faults: readonly Fault[]) {
	const { opening, environment, asked } = open(faults);
	const signer = await opening;
	const outcomes: unknown[] = [];
	for (let i = 0; i < 10; i++) {
		const outcome = await signer.sign(Buffer.from(`message ${i}`), algorithm).then(
			() => 'signed',
			(error: { code: string }) => error.code,
		);
		outcomes.push(outcome);
	}
	await signer.close();
	return { outcomes, logins: faulty.calls(environment, 'login'), asked: asked.length };
}

const allBut = (failed: number, code: string): string[] =>
	Array.from({ length: 10 }, (_, i) => (i === failed ? code : 'signed'));

describe('a batch', () => {
	it.each([0, 4, 9])('loses one signature to a crash at %i, and asks for the PIN again', async (index) => {
		const { outcomes, asked } = await batch([{ function: 'sign', at: index + 1, kind: 'crash' }]);
		expect(outcomes).toEqual(allBut(index, 'module-crashed'));
		expect(asked).toBe(index === 9 ? 1 : 2);
	});

	it.each([0, 4, 9])('loses one to a driver that hangs at %i', async (index) => {
		const { outcomes } = await batch([{ function: 'sign', at: index + 1, kind: 'hang' }]);
		expect(outcomes).toEqual(allBut(index, 'module-timeout'));
	});

	it.each([0, 4, 9])('loses one to a wrong value at %i, without another login', async (index) => {
		const { outcomes, logins } = await batch([{ function: 'sign', at: index + 1, kind: 'rubbish' }]);
		expect(outcomes).toEqual(allBut(index, 'signature-invalid'));
		expect(logins).toBe(1);
	});

	it.each([0, 4, 9])('loses one to a card that was out for a moment at %i', async (index) => {
		const { outcomes } = await batch([{ function: 'sign', at: index + 1, kind: '0x32' }]);
		expect(outcomes).toEqual(allBut(index, 'token-removed'));
	});

	it.each([0, 4])('stops at a locked PIN met at login %i', async (index) => {
		const { outcomes, logins } = await batch([
			...(index === 0 ? [] : [{ function: 'sign', at: index, kind: 'crash' } as const]),
			{ function: 'login', at: index === 0 ? 1 : 2, kind: '0xa4' },
		]);
		expect(outcomes.slice(index)).toEqual(Array.from({ length: 10 - index }, () => 'pin-locked'));
		expect(logins).toBe(index === 0 ? 1 : 2);
	});

	it('sends a PIN that became wrong once, and none after it', async () => {
		const { outcomes, logins } = await batch([
			{ function: 'sign', at: 3, kind: 'crash' },
			{ function: 'login', at: 2, kind: '0xa0' },
		]);
		expect(outcomes).toEqual([
			'signed',
			'signed',
			'module-crashed',
			...Array.from({ length: 7 }, () => 'pin-incorrect'),
		]);
		expect(logins).toBe(2);
	});

	it('takes up again a session that another program closed', async () => {
		const { outcomes } = await batch([{ function: 'sign', at: 5, kind: '0x101' }]);
		expect(outcomes).toEqual(allBut(-1, ''));
	});

	it('is not disturbed by what a driver prints', async () => {
		const { outcomes } = await batch([
			{ function: 'load', kind: 'noise' },
			{ function: 'sign', kind: 'noise' },
		]);
		expect(outcomes).toEqual(allBut(-1, ''));
	});

	it('goes on by another mechanism where the first is refused', async () => {
		const { outcomes, logins } = await batch([{ function: 'signinit', kind: 'no-hashing' }]);
		expect(outcomes).toEqual(allBut(-1, ''));
		expect(logins).toBe(1);
	});
});

describe('a driver', () => {
	it.each<[string, Fault, string]>([
		['crashes as it is loaded', { function: 'load', kind: 'crash' }, 'module-crashed'],
		['ends the process', { function: 'initialize', kind: 'exit' }, 'module-crashed'],
		['hangs as it starts', { function: 'initialize', kind: 'hang' }, 'module-timeout'],
		['fails as it starts', { function: 'initialize', kind: '0x05' }, 'token-failed'],
		['has no token that can be read', { function: 'tokeninfo', kind: '0xe1' }, 'token-not-found'],
	])('%s: a typed error', async (_, fault, code) => {
		await expect(open([fault]).opening).rejects.toMatchObject({ code });
	});

	it('may have no locks', async () => {
		const { outcomes } = await batch([{ function: 'initialize', kind: 'cant-lock' }]);
		expect(outcomes).toEqual(allBut(-1, ''));
	});

	it('is ended at once when the work is cancelled', async () => {
		const { opening } = open([{ function: 'sign', kind: 'hang' }], { timeouts: {} });
		const signer = await opening;
		await signer.unlock();
		const controller = new AbortController();
		const signing = signer.sign(Buffer.from('x'), algorithm, controller.signal);
		setTimeout(() => controller.abort(), 100);
		await expect(signing).rejects.toMatchObject({ name: 'AbortError' });
		await signer.close();
	});
});

describe('a PIN', () => {
	it('that is locked already is not asked for', async () => {
		const { opening, asked } = open([{ function: 'tokeninfo', kind: 'locked' }]);
		const signer = await opening;
		expect(signer.pin.state).toBe('locked');
		await expect(signer.unlock()).rejects.toMatchObject({ code: 'pin-locked' });
		await signer.close();
		expect(asked).toEqual([]);
	});

	it('before its last try is announced', async () => {
		const { opening, asked } = open([{ function: 'tokeninfo', kind: 'last-try' }]);
		const signer = await opening;
		await signer.unlock();
		await signer.close();
		expect(asked).toMatchObject([{ state: 'last-try' }]);
	});

	it('typed on the reader is never asked for here', async () => {
		const { opening, asked, environment } = open([
			{ function: 'tokeninfo', kind: 'pad' },
			{ function: 'login', kind: 'pad' },
		]);
		const signer = await opening;
		await signer.sign(Buffer.from('x'), algorithm);
		await signer.close();
		expect(asked).toMatchObject([{ entry: 'pad' }]);
		expect(faulty.calls(environment, 'login')).toBe(1);
	});
});
