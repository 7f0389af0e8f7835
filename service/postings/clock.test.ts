import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObject } from '../../core/evidence/sealedObject.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import type { ParaphError } from '../../core/ports/errors.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { toInstant } from '../../core/postings/identifiers.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { keySigner } from '../../test/kit/keySigner.ts';
import { digestOf, type Member, type PostingDeskForTests, startPostingDesk } from '../../test/kit/postingDesks.ts';
import { PostingClock } from './clock.ts';
import { Sealer } from './sealer.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-clock-'));
const day = 86_400_000;
let pki: DemoPki;
let desk: PostingDeskForTests;
let now: Date;
beforeAll(async () => {
	pki = await startDemoPki();
	now = new Date();
	desk = await startPostingDesk({ kind: 'sqlite', folder }, { pki, clock: { now: () => now } });
});
afterAll(async () => {
	await desk?.[Symbol.asyncDispose]();
	await pki?.close();
	rmSync(folder, { recursive: true, force: true });
});

const run = () => desk.postingClock.run(desk.tenant);
const people = (...names: readonly string[]): readonly Member[] => names.map((name) => desk.member(name));

/** Anna signs, Bo approves. */
async function completed(): Promise<{ posting: string; owner: Member; anna: Member; bo: Member }> {
	const [owner, anna, bo] = people('Olga', 'Anna', 'Bo');
	if (!owner || !anna || !bo) throw new TypeError('three people');
	const posting = await desk.send(owner, [
		[
			['Anna', 'signer'],
			['Bo', 'approver'],
		],
	]);
	expect(await desk.sign(anna, posting)).toMatchObject({ status: 'applied' });
	const [as] = (await desk.view(bo, posting)).own;
	if (!as) throw new TypeError('Bo is in it');
	expect(await desk.give(bo, posting, { type: 'approve', body: { as } })).toMatchObject({ status: 'applied' });
	return { posting, owner, anna, bo };
}

describe('after a posting was completed', () => {
	it('each who acted gets a receipt, and the owner a bundle with all of it', async () => {
		const { posting, owner, anna } = await completed();
		await run();
		expect(desk.failures).toEqual([]);
		const view = await desk.view(owner, posting);
		const bundle = unzipSync(await desk.download(owner, view.bundle?.sha256 ?? ''));
		expect(Object.keys(bundle).toSorted()).toEqual([
			'documents/contract.pdf',
			'events.jsonl',
			'receipts/Anna.pdf',
			'receipts/Bo.pdf',
			'signature-object.jws',
		]);
		expect(digestOf(bundle['documents/contract.pdf'] ?? Buffer.of())).toBe(view.documents[0]?.revisions.at(-1)?.sha256);
		const receipt = (await desk.view(anna, posting)).signatories.find(({ name }) => name === 'Anna')?.receipt;
		expect(digestOf(bundle['receipts/Anna.pdf'] ?? Buffer.of())).toBe(receipt?.sha256);
	});

	it('the signature object names what is signed and what is not, with how the signer was known', async () => {
		const { posting, owner } = await completed();
		await run();
		const { bundle } = await desk.view(owner, posting);
		const files = unzipSync(await desk.download(owner, bundle?.sha256 ?? ''));
		const jws = Buffer.from(files['signature-object.jws'] ?? Buffer.of()).toString('ascii');
		const { object, certificate } = await openObject(jws);
		expect(Buffer.from(certificate.raw)).toEqual(Buffer.from(desk.sealing.certificate));
		expect(object.documents).toMatchObject([
			{
				name: 'contract.pdf',
				signed: [
					{
						name: 'Anna',
						identity: { rule: 'identifier', wanted: 'PNONO-Anna', found: 'PNONO-Anna', attribute: 'serialNumber' },
					},
				],
				notSigned: [{ name: 'Bo', reason: 'not-their-role' }],
			},
		]);
		const [header, payload, signature] = jws.split('.');
		const other = Buffer.from(
			Buffer.from(payload ?? '', 'base64url')
				.toString()
				.replace('Bo', 'Eva'),
		).toString('base64url');
		await expect(openObject(`${header}.${other}.${signature}`)).rejects.toMatchObject({ code: 'object-altered' });
	});

	it('a receipt is sealed by the service, and carries the object and the events', async () => {
		const { posting, anna } = await completed();
		await run();
		const receipt = (await desk.view(anna, posting)).signatories.find(({ name }) => name === 'Anna')?.receipt;
		const bytes = await desk.download(anna, receipt?.sha256 ?? '');
		const verdict = await verifyDocument(new BytesSource(bytes), { anchors: pki.anchors, time: now });
		expect(verdict.signatures).toMatchObject([{ coversWholeRevision: true, bytesAfter: 0 }]);
		expect(verdict.signatures[0]?.signer?.subject.commonName).toBe('Paraph service');
		const attached = (await PDFDocument.load(bytes)).getAttachments();
		expect(attached.map(({ name }) => name).toSorted()).toEqual(['events.jsonl', 'signature-object.jws']);
		const jws = attached.find(({ name }) => name === 'signature-object.jws')?.data ?? Buffer.of();
		const { object } = await openObject(Buffer.from(jws).toString('ascii'));
		expect(object.about).not.toBeNull();
		const path = join(folder, 'receipt.pdf');
		writeFileSync(path, bytes);
		expect(execFileSync('pdfsig', ['-nocert', path]).toString()).toContain('Signature is Valid');
		expect(execFileSync('qpdf', ['--check', path]).toString()).toMatch(/No syntax or stream encoding errors/);
	});

	it('nothing of it is left once everybody let go, but the events', async () => {
		const { posting, owner, anna, bo } = await completed();
		await run();
		const { bundle, documents } = await desk.view(owner, posting);
		const head = documents[0]?.revisions.at(-1)?.sha256 ?? '';
		for (const one of [anna, bo]) {
			const view = await desk.view(one, posting);
			const [as] = view.own;
			const receipt = view.signatories.find(({ id }) => id === as)?.receipt?.sha256;
			if (!as || !receipt) throw new TypeError('a receipt');
			expect(await desk.give(one, posting, { type: 'release', body: { as, receipt } })).toMatchObject({
				status: 'applied',
			});
		}
		if (!bundle) throw new TypeError('a bundle');
		const body = { bundle: bundle.sha256 };
		expect(await desk.give(owner, posting, { type: 'acknowledge', body })).toMatchObject({ status: 'applied' });
		await run();
		expect(await desk.desk.view(owner.session, posting)).toBeUndefined();
		expect(await desk.desk.openBlob(owner.session, head)).toBeUndefined();
		const keys = await desk.database.main
			.selectFrom('documentKey')
			.select('document')
			.where('document', 'in', [posting, documents[0]?.id ?? ''])
			.execute();
		expect(keys).toEqual([]);
		const events = await desk.events.read(desk.tenant, { from: 1, limit: 1000, entity: posting });
		expect(events.map(({ body: text }) => JSON.parse(text).action)).toContain('posting.purged');
	});
});

describe('what the clock does besides', () => {
	it('reminds, and lets a posting end when its time is over', async () => {
		const [owner] = people('Olga');
		if (!owner) throw new TypeError('an owner');
		const begin = now;
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		now = new Date(begin.getTime() + 3 * day);
		await run();
		expect((await desk.view(owner, posting)).signatories[0]?.remindedAt).toBe(toInstant(now));
		now = new Date(begin.getTime() + 14 * day);
		await run();
		expect((await desk.view(owner, posting)).state).toBe('expired');
		expect(await run()).toBe(0);
		now = begin;
	});

	it('tries again later what the key did not sign, and meanwhile keeps what is promised for a time', async () => {
		const { posting, owner } = await completed();
		const failures: string[] = [];
		const gone = new TokenError('token-removed', 'the HSM is gone', { hint: 'Put it back.' });
		const signer = { ...keySigner(desk.sealing), sign: () => Promise.reject(gone) };
		const sealer = new Sealer({ signer, clock: desk.parts.clock, tsa: undefined, evidence: undefined });
		const onFailure = (_: string, { code }: ParaphError) => failures.push(code);
		const withoutKey = new PostingClock({ ...desk.parts, sealer, onFailure });
		await withoutKey.run(desk.tenant);
		expect(failures).toEqual(['token-removed']);
		expect(await withoutKey.run(desk.tenant)).toBe(0);
		const begin = now;
		now = new Date(begin.getTime() + 5 * 60_000);
		await run();
		expect((await desk.view(owner, posting)).bundle).not.toBeNull();
		now = begin;
	});
});
