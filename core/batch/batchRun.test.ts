/** A run that is held, given up, taken up again, and reported on. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { keySigner, SigningFolder } from '../../test/kit/keySigner.ts';
import { ProofDesk } from '../../test/kit/proofDesk.ts';
import type { FileOutcome } from '../pades/fileOutcome.ts';
import type { Level } from '../pades/level.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import { systemClock } from '../ports/clock.ts';
import type { Signer } from '../ports/signer.ts';
import { TokenError } from '../ports/tokenError.ts';
import { batchReport } from './batchReport.ts';
import { type BatchRequest, BatchRun, type FileState } from './batchRun.ts';
import { failuresByReason } from './failures.ts';
import { Journal } from './journal.ts';
import type { BatchItem } from './signBatch.ts';
import { verifyOutput } from './verifyOutput.ts';

let folder: SigningFolder;
let pki: DemoPki;
let desk: ProofDesk;
let kari: Issued;
const blank = sampleDocument({ objects: pagesAsObjects() });

beforeAll(async () => {
	pki = await startDemoPki();
	desk = new ProofDesk(pki);
	kari = pki.issue({ key: 'p256' });
});
afterAll(async () => {
	await desk[Symbol.asyncDispose]();
	await pki.close();
});
beforeEach(() => {
	folder = new SigningFolder();
});
afterEach(async () => {
	folder[Symbol.dispose]();
	await pki.ocsp.heal();
	await pki.repository.heal();
	await pki.tsa.heal();
});

const pathOf = (name: string): string => join(folder.path, name);

const itemsOf = (count: number, level: Level = 'b-b'): BatchItem[] =>
	Array.from({ length: count }, (_, index) => ({
		file: existsSync(pathOf(`${index}.pdf`)) ? pathOf(`${index}.pdf`) : folder.put(blank, `${index}.pdf`),
		out: pathOf(`${index}-signed.pdf`),
		overwrite: 'never',
		level,
		password: undefined,
		options: () => ({ digest: 'sha256', signingTime: new Date() }),
	}));

/** A key that counts, and may wait before it signs. */
class CountingKey {
	signatures = 0;
	opened = 0;
	before: (() => Promise<void> | void) | undefined;

	open = async (): Promise<Signer> => {
		this.opened++;
		const signer = keySigner(kari);
		return {
			...signer,
			// One at a time: what is under way when a test acts is then known.
			authentication: 'per-signature',
			sign: async (message, algorithm, signal) => {
				await this.before?.();
				this.signatures++;
				return signer.sign(message, algorithm, signal);
			},
		};
	};
}

function newRun(items: readonly BatchItem[], key: CountingKey, changes: Partial<BatchRequest<BatchItem>> = {}) {
	const outcomes: FileOutcome[] = [];
	const run = new BatchRun({
		items,
		openSigner: key.open,
		digest: 'sha256',
		supply: desk.supply,
		supplyInReach: true,
		evidence: desk.evidence(),
		clock: systemClock,
		offline: false,
		onOutcome: (outcome) => outcomes.push(outcome),
		...changes,
	});
	return { run, outcomes };
}

const signed = (): readonly string[] => readdirSync(folder.path).filter((name) => name.endsWith('-signed.pdf'));
const signaturesIn = (name: string): number =>
	signatureFields(PdfDocument.open(new BytesSource(readFileSync(pathOf(name))))).filter((one) => one.signature).length;

describe('a run', () => {
	it('tells how each file stands', async () => {
		const key = new CountingKey();
		const seen: string[] = [];
		const describeState = (state: FileState): string =>
			state.kind === 'under-way' ? state.stage : state.kind === 'settled' ? state.outcome.outcome : state.kind;
		const { run } = newRun(itemsOf(1), key, { onState: (state) => seen.push(describeState(state)) });
		expect([...run.states.values()]).toEqual([{ kind: 'waiting' }]);
		await run.run();
		expect(seen).toEqual(['token', 'writing', 'signed']);
		expect([...run.states.values()]).toMatchObject([{ kind: 'settled', outcome: { outcome: 'signed' } }]);
	});

	it('begins nothing while it is held, and goes on', async () => {
		const key = new CountingKey();
		const { run } = newRun(itemsOf(4), key);
		key.before = () => {
			if (key.signatures === 1) run.pause();
		};
		const ended = run.run();
		while (!run.isPaused || signed().length < 2) await new Promise(setImmediate);
		for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
		expect(key.signatures).toBe(2);
		key.before = undefined;
		run.resume();
		expect(await ended).toEqual({ ended: undefined, cancelled: false });
		expect(signed()).toHaveLength(4);
	});

	it('that is held leaves alone what only waits for the key', async () => {
		const key = new CountingKey();
		const busy = { now: 0, most: 0 };
		key.before = async () => {
			busy.most = Math.max(busy.most, ++busy.now);
			await wait(20);
			busy.now--;
			if (key.signatures === 0) run.pause();
		};
		const openSigner = async (): Promise<Signer> => ({ ...(await key.open()), authentication: 'once', parallel: 2 });
		const { run } = newRun(itemsOf(8), key, { openSigner });
		const ended = run.run();
		while (!run.isPaused || busy.now > 0) await wait(1);
		await wait(60);
		expect(key.signatures).toBe(2);
		run.resume();
		expect(await ended).toEqual({ ended: undefined, cancelled: false });
		expect({ signed: signed().length, signatures: key.signatures, most: busy.most }).toEqual({
			signed: 8,
			signatures: 8,
			most: 2,
		});
	});

	it('that is given up while it is held ends', async () => {
		const key = new CountingKey();
		const { run, outcomes } = newRun(itemsOf(3), key);
		run.pause();
		const ended = run.run();
		await new Promise(setImmediate);
		run.cancel();
		expect(await ended).toMatchObject({ cancelled: true });
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled', 'cancelled']);
		expect(key.signatures).toBe(0);
	});

	it('that was given up is taken up by the next, which signs what is left', async () => {
		const key = new CountingKey();
		const first = Journal.open(pathOf('journal'));
		const { run } = newRun(itemsOf(5), key, { journal: first });
		key.before = () => {
			if (key.signatures === 2) run.cancel();
		};
		await run.run();
		first.close();
		key.before = undefined;
		const second = Journal.open(pathOf('journal'));
		const { run: again, outcomes } = newRun(itemsOf(5), key, { journal: second });
		await again.run();
		second.close();
		expect(outcomes.filter(({ outcome }) => outcome === 'skipped').length).toBeGreaterThan(0);
		expect(signed()).toHaveLength(5);
		expect(key.signatures).toBe(5);
	});

	it('asks for no key where only proof is missing', async () => {
		const key = new CountingKey();
		const first = Journal.open(pathOf('journal'));
		await pki.ocsp.fail('down');
		await pki.repository.fail('down');
		const { run, outcomes } = newRun(itemsOf(2, 'b-lt'), key, { journal: first });
		await run.run();
		expect(outcomes.map(({ outcome, level }) => `${outcome} ${level}`)).toEqual(['incomplete b-t', 'incomplete b-t']);
		first.close();
		await pki.ocsp.heal();
		await pki.repository.heal();
		const second = Journal.open(pathOf('journal'));
		const { run: again, outcomes: later } = newRun(itemsOf(2, 'b-lt'), key, { journal: second });
		await again.run();
		second.close();
		expect(later.map(({ outcome, level }) => `${outcome} ${level}`)).toEqual(['signed b-lt', 'signed b-lt']);
		expect(key).toMatchObject({ opened: 1, signatures: 2 });
		expect(signaturesIn('0-signed.pdf')).toBe(1);
	});

	it('fails for each file when the key cannot be had, with the reason', async () => {
		const fault = new TokenError('token-not-found', 'No token.', { hint: 'Insert it.' });
		const { run, outcomes } = newRun(itemsOf(2), new CountingKey(), { openSigner: () => Promise.reject(fault) });
		expect(await run.run()).toMatchObject({ ended: fault });
		expect(outcomes.map(({ outcome, error }) => [outcome, error])).toEqual([
			['failed', fault],
			['failed', fault],
		]);
	});
});

describe('what comes after a run', () => {
	it('gathers failures by reason, and leaves those that can be tried again', async () => {
		const items = itemsOf(4);
		writeFileSync(pathOf('1.pdf'), 'no PDF');
		writeFileSync(pathOf('2.pdf'), 'no PDF either');
		writeFileSync(pathOf('3-signed.pdf'), 'mine');
		const { run, outcomes } = newRun(items, new CountingKey());
		await run.run();
		const groups = failuresByReason(outcomes);
		expect(groups.map(({ reason, outcomes: members }) => [reason.code, members.length])).toEqual([
			['not-a-pdf', 2],
			['output-exists', 1],
		]);
	});

	it('verifies outputs as they are on the disk', async () => {
		const { run } = newRun(itemsOf(1, 'b-lta'), new CountingKey());
		await run.run();
		const options = { anchors: pki.anchors, time: new Date() };
		expect(await verifyOutput(pathOf('0-signed.pdf'), undefined, options)).toMatchObject({
			indication: 'TOTAL-PASSED',
		});
		const altered = readFileSync(pathOf('0-signed.pdf'));
		altered[20] = (altered[20] ?? 0) ^ 1;
		writeFileSync(pathOf('0-signed.pdf'), altered);
		expect(await verifyOutput(pathOf('0-signed.pdf'), undefined, options)).toMatchObject({
			indication: 'TOTAL-FAILED',
		});
	});

	it('signs a report with the key that is open', async () => {
		const key = new CountingKey();
		const { run, outcomes } = newRun(itemsOf(2), key, {
			conclusion: async () => {
				const files = outcomes.map((outcome) => ({ outcome }));
				const bytes = await batchReport({ begun: new Date(), ended: new Date(), files });
				const [first] = itemsOf(1);
				if (!first) throw new TypeError('no item');
				return { ...first, file: folder.put(bytes, 'report.pdf'), out: pathOf('report-signed.pdf') };
			},
		});
		await run.run();
		expect(key).toMatchObject({ opened: 1, signatures: 3 });
		expect(signaturesIn('report-signed.pdf')).toBe(1);
	});
});
