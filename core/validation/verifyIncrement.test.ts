import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { fuzzCases } from '../../test/kit/mutations.ts';
import { withFields } from '../../test/kit/postingDesks.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PathResearch } from '../pki/pathResearch.ts';
import { systemClock } from '../ports/clock.ts';
import { TsaClient } from '../tsp/tsaClient.ts';
import { IncrementError } from './incrementError.ts';
import type { SignatureVerdict } from './verdict/verdict.ts';
import { verifyIncrement } from './verifyIncrement.ts';

const desk = new SigningFolder();
const fetcher = new HttpFetcher({ allowLocal: true });
let pki: DemoPki;
let kari: Issued;
let base: Uint8Array;

beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ identifier: 'PNONO-15038412345' });
	base = withFields(await sampleContract(), ['Kari', 'Ola']);
});
afterAll(async () => {
	desk[Symbol.dispose]();
	await fetcher.close();
	await pki.close();
});

const judge = (bytes: Uint8Array, baseSize: number): Promise<SignatureVerdict> =>
	verifyIncrement(new BytesSource(bytes), baseSize, {
		anchors: pki.anchors,
		time: new Date(),
		research: new PathResearch(fetcher),
	});
const refusal = (code: string) => expect.objectContaining({ code });

describe('what was appended to a document', () => {
	it('is taken when it is one sound signature in a field that was there', async () => {
		const { bytes } = await desk.sign(base, kari, { field: 'Kari' });
		const verdict = await judge(bytes, base.length);
		expect(verdict).toMatchObject({ field: 'Kari', indication: 'TOTAL-PASSED', level: 'b-b' });
		expect(verdict.signer?.subject.attribute('2.5.4.5')).toBe('PNONO-15038412345');
	});

	it('is taken with a timestamp, and as the second signature', async () => {
		const supply = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock });
		const first = await desk.sign(base, kari, { field: 'Kari' }, { level: 'b-t', supply });
		expect((await judge(first.bytes, base.length)).level).toBe('b-t');
		const second = await desk.sign(first.bytes, pki.issue(), { field: 'Ola' });
		expect((await judge(second.bytes, first.bytes.length)).field).toBe('Ola');
	});

	it('is refused when it is none, or two', async () => {
		await expect(judge(base, base.length)).rejects.toThrow(refusal('increment-not-one-signature'));
		const first = await desk.sign(base, kari, { field: 'Kari' });
		const second = await desk.sign(first.bytes, kari, { field: 'Ola' });
		await expect(judge(second.bytes, base.length)).rejects.toThrow(refusal('increment-not-one-signature'));
	});

	it('is refused when a field was added before signing', async () => {
		const more = withFields(base, ['Smuggled']);
		const { bytes } = await desk.sign(more, kari, { field: 'Kari' });
		await expect(judge(bytes, base.length)).rejects.toThrow(refusal('increment-changes-document'));
	});

	it('is refused when the signature is by somebody nobody trusts, expired or revoked', async () => {
		const strangers = await startDemoPki();
		const stranger = await desk.sign(base, strangers.issue(), { field: 'Kari' });
		await strangers.close();
		await expect(judge(stranger.bytes, base.length)).rejects.toThrow(refusal('signature-invalid'));
		const gone = pki.issue();
		pki.revoke(gone);
		const revoked = await desk.sign(base, gone, { field: 'Kari' });
		await expect(judge(revoked.bytes, base.length)).rejects.toThrow(refusal('signature-invalid'));
	});

	it('is refused when bytes follow the signature', async () => {
		const { bytes } = await desk.sign(base, kari, { field: 'Kari' });
		const more = Buffer.concat([bytes, Buffer.from('% more\n')]);
		await expect(judge(more, base.length)).rejects.toThrow(IncrementError);
	});

	it('is refused, or is what it was, whatever byte of it is changed', async () => {
		const { bytes } = await desk.sign(base, kari, { field: 'Kari' });
		const gap = Buffer.from(bytes).indexOf('/Contents', base.length);
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: base.length, max: bytes.length - 1 }),
				fc.integer({ min: 1, max: 255 }),
				async (at, by) => {
					// The unused end of the gap may be written in either case.
					const changed = Uint8Array.from(bytes);
					changed[at] = (changed[at] ?? 0) ^ by;
					const verdict = await judge(changed, base.length).catch((error: unknown) => error);
					if (verdict instanceof IncrementError) return;
					expect(at).toBeGreaterThan(gap);
					expect(verdict).toMatchObject({ indication: 'TOTAL-PASSED' });
				},
			),
			{ numRuns: fuzzCases(60) },
		);
	});
});
