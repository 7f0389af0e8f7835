/** What batches ask the network for, and what comes of it: signing and extending, with a demo PKI that counts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { keySigner, SigningFolder } from '../../test/kit/keySigner.ts';
import { ProofDesk } from '../../test/kit/proofDesk.ts';
import { AttributeType } from '../cms/oids.ts';
import { parseSignedData } from '../cms/signedData.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { readDss } from '../pades/dss.ts';
import type { FileOutcome } from '../pades/fileOutcome.ts';
import type { Level } from '../pades/level.ts';
import { startSigningRun } from '../pades/signingRun.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import { Certificate } from '../pki/certificate.ts';
import { OcspResponse } from '../pki/ocspResponse.ts';
import { systemClock } from '../ports/clock.ts';
import { parseTimestampToken } from '../tsp/timestampToken.ts';
import { MemoryTokenSizes } from '../tsp/tokenSizes.ts';
import { TsaClient } from '../tsp/tsaClient.ts';
import { verifyDetached, verifyDocument } from '../validation/verifyDocument.ts';
import { extendBatch } from './extendBatch.ts';
import { signBatch } from './signBatch.ts';

let folder: SigningFolder;
let pki: DemoPki;
let desk: ProofDesk;
let kari: Issued;
const fetcher = new HttpFetcher();
const signal = new AbortController().signal;
const blank = sampleDocument({ objects: pagesAsObjects() });

beforeAll(async () => {
	pki = await startDemoPki();
	desk = new ProofDesk(pki);
	kari = pki.issue({ key: 'p256' });
});
afterAll(async () => {
	await fetcher.close();
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
});

const pathOf = (name: string): string => join(folder.path, name);
const open = (path: string): PdfDocument => PdfDocument.open(new BytesSource(readFileSync(path)));

/** Signs blank pages under these names. */
async function signAll(names: readonly string[], level: Level, detached = false): Promise<readonly FileOutcome[]> {
	const outcomes: FileOutcome[] = [];
	const evidence = desk.evidence();
	const { supply } = desk;
	const signer = keySigner(kari);
	const run = await startSigningRun({ signer, level, supply, evidence, clock: systemClock, offline: false });
	pki.ocsp.resetCounter();
	const items = names.map((name) => ({
		file: folder.put(blank, `in-${name}`),
		out: pathOf(name),
		overwrite: 'never' as const,
		level,
		password: undefined,
		detached,
		options: () => ({ digest: 'sha256' as const, signingTime: new Date() }),
	}));
	await signBatch(items, { run, offline: false, signal, onOutcome: (outcome) => outcomes.push(outcome) });
	return outcomes;
}

async function extendAll(
	names: readonly string[],
	level: Level,
	{ detached = false, offline = false } = {},
): Promise<readonly FileOutcome[]> {
	const outcomes: FileOutcome[] = [];
	const items = names.map((name) => {
		const file = pathOf(name);
		const content = detached ? pathOf(`in-${name}`) : undefined;
		return { file, out: `${file}+`, overwrite: 'never' as const, password: undefined, content };
	});
	await extendBatch(items, {
		work: { kind: 'extend', level },
		digest: 'sha256',
		supply: desk.supply,
		evidence: desk.evidence(),
		offline,
		signal,
		onOutcome: (outcome) => outcomes.push(outcome),
	});
	return outcomes;
}

/** The level and verdict of the signature in a file, by what the file holds alone. */
async function judge(path: string) {
	const verdict = await verifyDocument(new BytesSource(readFileSync(path)), { anchors: pki.anchors, time: new Date() });
	return verdict.signatures.map(({ kind, level, indication }) => ({ kind, level, indication }));
}

/** Seconds: when the signature's timestamp was made. */
function stampTime(path: string): number {
	const [field] = signatureFields(open(path));
	const [signer] = parseSignedData(field?.signature?.contents?.bytes ?? new Uint8Array()).signerInfos;
	const [token] = signer?.unsignedAttributes.values(AttributeType.signatureTimestamp) ?? [];
	return Math.floor(parseTimestampToken(token ?? new Uint8Array()).info.time.getTime() / 1000);
}

/** Seconds: when the answer about the signer in a file's store was made. */
function answerTimes(path: string): readonly number[] {
	const [certificate, issuer] = [kari.certificate, kari.chain[0] ?? new Uint8Array()].map(Certificate.parse);
	if (!certificate || !issuer) return [];
	return readDss(open(path)).ocspResponses.flatMap((response) => {
		const found = OcspResponse.parse(response).basic?.find(certificate, issuer);
		return found ? [Math.floor(found.thisUpdate.getTime() / 1000)] : [];
	});
}

const names = ['1.pdf', '2.pdf', '3.pdf', '4.pdf', '5.pdf'];

describe('signing many files', () => {
	it('asks about each certificate once, after the last signature was stamped', async () => {
		const outcomes = await signAll(names, 'b-lt');
		expect(outcomes.map(({ outcome, level }) => `${outcome} ${level}`)).toEqual(names.map(() => 'signed b-lt'));
		// The signer (unless the answer before signing is of the same second), its issuing CA, the timestamp authority.
		expect(pki.ocsp.requests).toBeLessThanOrEqual(3);
		const last = Math.max(...names.map((name) => stampTime(pathOf(name))));
		for (const name of names) {
			const times = answerTimes(pathOf(name));
			expect(times).toHaveLength(1);
			expect(times[0]).toBeGreaterThanOrEqual(last);
		}
	});

	it('signs anew with more room where a timestamp is larger than those before, and says so', async () => {
		const sizes = new MemoryTokenSizes([[pki.tsa.url, 0]]);
		const client = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock, sizes });
		const signed = await folder.sign(blank, kari, {}, { level: 'b-t', supply: client });
		expect(signed).toMatchObject({ level: 'b-t', failure: undefined, warnings: ['signed-twice'] });
		expect(signatureFields(signed.document)).toHaveLength(1);
	});

	it('takes an older answer where nothing newer is to be had, and says so', async () => {
		await pki.ocsp.fail('old');
		await pki.repository.fail('old');
		const [outcome] = await signAll(['1.pdf'], 'b-lt');
		expect(outcome).toMatchObject({ outcome: 'signed', warnings: ['revocation-older-than-signature'] });
	});
});

describe('extending', () => {
	const steps = [
		['b-b', 'b-t'],
		['b-b', 'b-lt'],
		['b-b', 'b-lta'],
		['b-t', 'b-lt'],
		['b-t', 'b-lta'],
		['b-lt', 'b-lta'],
	] as const;

	it.each(steps)('from %s to %s leaves what was there, and is judged to be there', async (from, to) => {
		await signAll(['a.pdf'], from);
		const [outcome] = await extendAll(['a.pdf'], to);
		expect(outcome).toMatchObject({ outcome: 'signed', ok: true, level: to, pending: [], warnings: [] });
		const [before, after] = [readFileSync(pathOf('a.pdf')), readFileSync(pathOf('a.pdf+'))];
		expect(after.subarray(0, before.length).equals(before)).toBe(true);
		const [signature] = await judge(pathOf('a.pdf+'));
		if (to !== 'b-t') expect(signature).toEqual({ kind: 'signature', level: to, indication: 'TOTAL-PASSED' });
	});

	it('what has its level already writes nothing', async () => {
		await signAll(['a.pdf'], 'b-lt');
		expect(await extendAll(['a.pdf'], 'b-t')).toMatchObject([{ outcome: 'skipped', ok: true, level: 'b-lt' }]);
	});

	it('renews at b-lta: evidence for the last timestamp, and another over it all', async () => {
		await signAll(['a.pdf'], 'b-lta');
		const [outcome] = await extendAll(['a.pdf'], 'b-lta');
		expect(outcome).toMatchObject({ outcome: 'signed', level: 'b-lta' });
		expect((await judge(pathOf('a.pdf+'))).map(({ kind, indication }) => `${kind} ${indication}`)).toEqual([
			'signature TOTAL-PASSED',
			'document-timestamp TOTAL-PASSED',
			'document-timestamp TOTAL-PASSED',
		]);
	});

	it('many files asks about each certificate once for all of them', async () => {
		await signAll(names, 'b-b');
		pki.ocsp.resetCounter();
		const outcomes = await extendAll(names, 'b-lt');
		expect(outcomes.every(({ level }) => level === 'b-lt')).toBe(true);
		expect(outcomes.flatMap(({ warnings }) => warnings)).toEqual([]);
		expect(pki.ocsp.requests).toBe(3);
	});

	it('comes as far as the network lets it, and tells what is left', async () => {
		await signAll(['a.pdf'], 'b-b');
		await pki.ocsp.fail('down');
		await pki.repository.fail('down');
		expect(await extendAll(['a.pdf'], 'b-lta')).toMatchObject([
			{ outcome: 'incomplete', ok: false, level: 'b-t', pending: ['validation-data', 'document-timestamp'] },
		]);
	});

	it('offline leaves everything for later, and that is no failure', async () => {
		await signAll(['a.pdf'], 'b-b');
		await pki.tsa.fail('down');
		const [outcome] = await extendAll(['a.pdf'], 'b-t', { offline: true });
		await pki.tsa.heal();
		expect(outcome).toMatchObject({ outcome: 'incomplete', ok: true, level: 'b-b', pending: ['signature-timestamp'] });
	});

	it('refuses what carries no signature', async () => {
		folder.put(blank, 'plain.pdf');
		const [outcome] = await extendAll(['plain.pdf'], 'b-lta');
		expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'not-signed' } });
	});
});

describe('a detached signature', () => {
	const judgeDetached = async (name: string) => {
		const content = new BytesSource(readFileSync(pathOf('in-a.p7s')));
		const options = { anchors: pki.anchors, time: new Date() };
		const { signatures } = await verifyDetached(readFileSync(pathOf(name)), content, options);
		return signatures.map(({ level, indication, errors }) => ({ level, indication, errors }));
	};

	it.each(['b-lt', 'b-lta'] as const)('is made at %s, and is judged to be there by what it holds', async (level) => {
		expect(await signAll(['a.p7s'], level, true)).toMatchObject([{ outcome: 'signed', level, pending: [] }]);
		expect(await judgeDetached('a.p7s')).toEqual([{ level, indication: 'TOTAL-PASSED', errors: [] }]);
	});

	it.each([
		['b-b', 'b-lt'],
		['b-b', 'b-lta'],
		['b-t', 'b-lta'],
		['b-lt', 'b-lta'],
		['b-lta', 'b-lta'],
	] as const)('is extended from %s to %s', async (from, to) => {
		await signAll(['a.p7s'], from, true);
		expect(await extendAll(['a.p7s'], to, { detached: true })).toMatchObject([
			{ outcome: 'signed', ok: true, level: to },
		]);
		expect(await judgeDetached('a.p7s+')).toEqual([{ level: to, indication: 'TOTAL-PASSED', errors: [] }]);
		const archives = from === to ? 2 : to === 'b-lta' ? 1 : 0;
		const [signer] = parseSignedData(readFileSync(pathOf('a.p7s+'))).signerInfos;
		expect(signer?.unsignedAttributes.values(AttributeType.archiveTimestampV3)).toHaveLength(archives);
	});

	it('gets its signature timestamp inside, and nothing more at b-t', async () => {
		await signAll(['a.p7s'], 'b-b', true);
		expect(await extendAll(['a.p7s'], 'b-t', { detached: true })).toMatchObject([
			{ outcome: 'signed', level: 'b-t', pending: [] },
		]);
		expect(await extendAll(['a.p7s+'], 'b-t')).toMatchObject([{ outcome: 'failed' }]);
	});
});
