/** What a driver may do, and what is left standing. Faults in a batch of files are in test/faults.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { type Fault, type FaultKind, FaultyModule } from '../test/kit/faultyModule.ts';
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

/** Asks for twelve signatures at once. @returns each outcome: `signed` or the error's code. */
async function crowd(faults: readonly Fault[], options: Partial<TokenSignerOptions> = {}) {
	const { opening, environment, asked } = open(faults, options);
	const signer = await opening;
	const signing = Array.from({ length: 12 }, (_, i) =>
		signer.sign(Buffer.from(`message ${i}`), algorithm).then(
			() => 'signed',
			(error: { code: string }) => error.code,
		),
	);
	const outcomes = await Promise.all(signing);
	await signer.close();
	return { lost: outcomes.filter((outcome) => outcome !== 'signed'), asked, environment };
}

describe('many signatures at once', () => {
	it.each<[FaultKind, string]>([
		['crash', 'module-crashed'],
		['hang', 'module-timeout'],
		['0x32', 'token-removed'],
	])('lose one of them to %s, in one process or in two', async (kind, code) => {
		for (const processes of [1, 2]) {
			const { lost } = await crowd([{ function: 'sign', at: 5, kind }], { processes });
			expect(lost).toEqual([code]);
		}
	});

	it('end all at once when the work is cancelled, those too that wait for their turn', async () => {
		const cancelled = new AbortController();
		const { opening } = open([{ function: 'sign', kind: 'slow-300' }]);
		const signer = await opening;
		await signer.unlock();
		const signing = Array.from({ length: 12 }, (_, i) =>
			signer.sign(Buffer.from(`message ${i}`), algorithm, cancelled.signal),
		);
		cancelled.abort();
		const outcomes = await Promise.allSettled(signing);
		expect(outcomes.map(({ status }) => status)).toEqual(Array(12).fill('rejected'));
		await signer.close();
	});

	it('go on by another mechanism where the first is refused', async () => {
		const { lost, environment } = await crowd([{ function: 'signinit', kind: 'no-hashing' }]);
		expect(lost).toEqual([]);
		expect(faulty.calls(environment, 'login')).toBe(1);
	});

	it('wait for a card that was taken out, and are told so once', async () => {
		const absent: [string, boolean][] = [];
		const { lost } = await crowd(
			[
				{ function: 'sign', at: 3, kind: '0x32' },
				{ function: 'tokeninfo', at: 2, kind: '0xe0' },
				{ function: 'tokeninfo', at: 3, kind: '0xe0' },
			],
			{ onAbsent: (...told) => absent.push(told) },
		);
		expect(lost).toEqual(['token-removed']);
		expect(absent).toEqual([
			['frail', true],
			['frail', false],
		]);
	});

	it('are given up when the card does not come back in time', async () => {
		const gone = Array.from({ length: 20 }, (_, i) => ({ function: 'tokeninfo', at: i + 3, kind: '0xe0' }) as const);
		const { lost } = await crowd([{ function: 'sign', at: 3, kind: '0x32' }, ...gone], { patience: 0 });
		expect(new Set(lost)).toEqual(new Set(['token-removed']));
		expect(lost).toHaveLength(10);
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
		const { lost } = await crowd([{ function: 'initialize', kind: 'cant-lock' }]);
		expect(lost).toEqual([]);
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
