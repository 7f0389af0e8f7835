/** What is found out about a batch before anybody is asked for a PIN. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { keySigner, SigningFolder } from '../../test/kit/keySigner.ts';
import { ProofDesk } from '../../test/kit/proofDesk.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import { systemClock } from '../ports/clock.ts';
import type { Signer } from '../ports/signer.ts';
import type { BatchItem } from './signBatch.ts';
import { type Survey, surveyBatch } from './survey.ts';

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
	await pki.tsa.heal();
});

const item = (
	file: string,
	changes: Partial<BatchItem> & { readonly field?: string; readonly width?: number } = {},
) => ({
	file,
	out: `${file}-signed`,
	overwrite: 'never' as const,
	level: 'b-b' as const,
	password: undefined,
	options: () => ({
		digest: 'sha256' as const,
		signingTime: new Date(),
		field: changes.field,
		...(changes.width && { place: { page: 'last' as const, x: 50, y: 60, width: changes.width, height: 40 } }),
	}),
	...changes,
});

const survey = (items: readonly BatchItem[], signer: Signer = keySigner(kari)): Promise<Survey> =>
	surveyBatch({
		items,
		signer,
		level: 'b-lta',
		supply: desk.supply,
		evidence: desk.evidence(),
		clock: systemClock,
		offline: false,
	});

const codesOf = ({ files }: Survey) => files.map(({ obstacle }) => (obstacle as { code?: string } | undefined)?.code);

describe('a survey', () => {
	it('says of each file why it would fail, and signs none', async () => {
		const good = folder.put(blank);
		const certified = await folder.sign(blank, kari, { certify: 'no-changes' });
		const existing = folder.put(blank);
		writeFileSync(`${existing}-signed`, 'mine');
		const away = folder.put(blank);
		const found = await survey([
			item(good),
			item(folder.put(Buffer.from('no PDF'))),
			item(join(folder.path, 'missing.pdf')),
			item(folder.put(certified.bytes)),
			item(existing),
			item(away, { out: join(folder.path, 'nowhere', 'out.pdf') }),
			item(folder.put(blank), { out: `${good}-signed` }),
			item(folder.put(blank), { field: 'No.Such' }),
		]);
		expect(codesOf(found)).toEqual([
			undefined,
			'not-a-pdf',
			'ENOENT',
			'signing-forbidden',
			'output-exists',
			'ENOENT',
			'output-clash',
			'field-unsuitable',
		]);
		expect(found).toMatchObject({ signatures: 1, obstacle: undefined });
	});

	it('says where each mark will show, how many pages there are, and who signed before', async () => {
		const signed = await folder.sign(blank, kari);
		const { files } = await survey([item(folder.put(signed.bytes), { width: 120 })]);
		expect(files).toMatchObject([
			{
				warnings: ['signed-before'],
				examination: {
					signatures: 1,
					signedBefore: true,
					field: 'Signature2',
					place: { page: files[0]?.examination?.pages, x: 50, y: 60, width: 120, height: 40 },
				},
			},
		]);
	});

	it('counts the timestamps that it will cost, and spends none', async () => {
		pki.tsa.resetCounter();
		const levels = ['b-b', 'b-t', 'b-lt', 'b-lta'] as const;
		const found = await survey(levels.map((level) => item(folder.put(blank), { level })));
		expect(found).toMatchObject({ signatures: 4, timestamps: 4 });
		expect(found.files.map(({ timestamps }) => timestamps)).toEqual([0, 1, 1, 2]);
		expect(found.duration).toBeGreaterThan(0);
	});

	it('finds an authority that cannot be reached, and a certificate that was revoked', async () => {
		await pki.tsa.fail('down');
		expect((await survey([item(folder.put(blank))])).obstacle).toMatchObject({ code: 'tsa-unreachable' });
		await pki.tsa.heal();
		const revoked = pki.issue({ key: 'p256' });
		pki.revoke(revoked);
		const found = await survey([item(folder.put(blank))], keySigner(revoked));
		expect(found.obstacle).toMatchObject({ code: 'certificate-revoked' });
	});

	it('warns of a key that wants the PIN each time and of a certificate that ends soon', async () => {
		const soon = pki.issue({ key: 'p256', notAfter: new Date(Date.now() + 24 * 3600 * 1000) });
		const signer: Signer = { ...keySigner(soon), authentication: 'per-signature' };
		const found = await survey([item(folder.put(blank)), item(folder.put(blank))], signer);
		expect(found.warnings).toEqual(['pin-each-time', 'certificate-ends-soon']);
	});

	it('ends when whoever asked does not want to know any more', async () => {
		const giveUp = new AbortController();
		const items = [1, 2, 3].map(() => item(folder.put(blank)));
		const asked = surveyBatch({
			items,
			signer: keySigner(kari),
			level: 'b-b',
			supply: undefined,
			evidence: undefined,
			clock: systemClock,
			offline: false,
			signal: giveUp.signal,
			onProgress: () => giveUp.abort(),
		});
		await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
	});
});
