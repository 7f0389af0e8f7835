import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { genesis } from '../../core/evidence/event.ts';
import { verifyChain } from '../../core/evidence/verifyChain.ts';
import { documentId, newUuid, opId, signatoryId } from '../../core/postings/identifiers.ts';
import type { Op } from '../../core/postings/protocol/ops.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { digestOf, type PostingDeskForTests, startPostingDesk } from '../../test/kit/postingDesks.ts';
import { contentOf, hashOf, named } from '../../test/kit/postingScenario.ts';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';

let pki: DemoPki;
beforeAll(async () => {
	pki = await startDemoPki();
});
afterAll(() => pki?.close());

const verify = async ({ events, tenant }: PostingDeskForTests) =>
	verifyChain(events.walk(tenant, 1), {
		tenant: tenant.id,
		start: genesis(tenant.id),
		through: [await events.head(tenant)],
	});

onEachDatabase('postings in the service', (fresh) => {
	const start = new Date('2026-11-26T08:00:00.000Z');
	let now = start;
	const begin = async (settings?: Awaited<ReturnType<typeof fresh>>) => {
		now = new Date();
		return startPostingDesk(settings ?? (await fresh()), { pki, clock: { now: () => now } });
	};

	/** Each test has postings of its own. */
	const shared = {} as { desk: PostingDeskForTests };
	beforeAll(async () => {
		shared.desk = await begin();
	});
	afterAll(() => shared.desk?.[Symbol.asyncDispose]());

	it('go from draft to completed, with every signature in the document and every act in the chain', async () => {
		const { desk } = shared;
		const [owner, anna, bo, cem] = ['Olga', 'Anna', 'Bo', 'Cem'].map((name) => desk.member(name));
		if (!owner || !anna || !bo || !cem) throw new TypeError('four people');
		const posting = await desk.send(owner, [
			[
				['Anna', 'signer'],
				['Bo', 'approver'],
			],
			[['Cem', 'signer']],
		]);
		expect(await desk.sign(anna, posting)).toMatchObject({ status: 'applied' });
		const as = (await desk.view(bo, posting)).own[0];
		if (!as) throw new TypeError('Bo is in it');
		expect(await desk.give(bo, posting, { type: 'approve', body: { as } })).toMatchObject({ status: 'applied' });
		expect(await desk.sign(cem, posting)).toMatchObject({ status: 'applied' });
		const view = await desk.view(owner, posting);
		expect(view.state).toBe('completed');
		expect(view.signatures.map(({ state }) => state)).toEqual(['accepted', 'accepted']);
		const head = view.documents[0]?.revisions.at(-1)?.sha256 ?? '';
		expect((await desk.download(owner, head)).length).toBe(view.documents[0]?.revisions.at(-1)?.size);
		expect((await verify(desk)).brokenAt).toBeUndefined();
		const actions = (await desk.desk.timeline(owner.session, posting)).map(({ action }) => action);
		expect(actions.filter((action) => action !== 'signatory.notified')).toEqual([
			...['posting.created', 'posting.activated', 'step.opened'],
			...['signature.prepared', 'signature.accepted', 'signatory.signed', 'signatory.approved'],
			...['step.satisfied', 'step.opened', 'signature.prepared', 'signature.accepted', 'signatory.signed'],
			...['step.satisfied', 'posting.completed'],
		]);
	});

	it('answer an op that is sent again as before, and refuse another under its id', async () => {
		const { desk } = shared;
		const owner = desk.member('Olga');
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const version = (await desk.view(owner, posting)).version;
		const op = {
			opId: opId.parse(newUuid()),
			entity: posting,
			baseVersion: version,
			type: 'cancel',
			body: { reason: 'mistake' },
		} as Op;
		const [first] = await desk.desk.applyOps(owner.session, [op]);
		const [again] = await desk.desk.applyOps(owner.session, [op]);
		expect(again).toEqual(first);
		expect((await desk.view(owner, posting)).version).toBe(version + 1);
		const [other] = await desk.desk.applyOps(owner.session, [{ ...op, body: { reason: 'other' } } as Op]);
		expect(other).toMatchObject({ status: 'rejected', code: 'op-reused' });
		const [stranger] = await desk.desk.applyOps(desk.member('Eve').session, [op]);
		expect(stranger).toMatchObject({ status: 'rejected', code: 'op-reused' });
	});

	it('apply one op once, however many of it come at the same time', async () => {
		const { desk } = shared;
		const owner = desk.member('Olga');
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const version = (await desk.view(owner, posting)).version;
		const op = {
			...{ opId: opId.parse(newUuid()), entity: posting, baseVersion: version },
			...{ type: 'cancel', body: { reason: 'mistake' } },
		} as Op;
		const answers = await Promise.all(Array.from({ length: 8 }, () => desk.desk.applyOps(owner.session, [op])));
		expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
		expect((await desk.view(owner, posting)).version).toBe(version + 1);
	});

	it('show a conflict where the owner changes what they have not seen', async () => {
		const { desk } = shared;
		const owner = desk.member('Olga');
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const stale = await desk.give(owner, posting, { type: 'activate', body: {} }, 1);
		expect(stale).toMatchObject({ status: 'conflict', current: { id: posting, state: 'active' } });
	});

	it('refuse the signature of somebody else, by name, and leave the document as it was', async () => {
		const { desk } = shared;
		const [owner, anna] = [desk.member('Olga'), desk.member('Anna')];
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const impostor = pki.issue({ commonName: 'Anna', identifier: 'PNONO-Eve' });
		expect(await desk.sign(anna, posting, impostor)).toMatchObject({
			status: 'rejected',
			code: 'certificate-not-the-signatorys',
		});
		const view = await desk.view(owner, posting);
		expect(view.documents[0]?.revisions).toHaveLength(1);
		expect(view.signatures).toMatchObject([{ state: 'rejected', code: 'certificate-not-the-signatorys' }]);
		expect(await desk.sign(anna, posting)).toMatchObject({ status: 'applied' });
	});

	it('refuse a revoked certificate, a damaged increment and one that is none', async () => {
		const { desk } = shared;
		const [owner, anna] = [desk.member('Olga'), desk.member('Anna')];
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const revoked = pki.issue({ commonName: 'Anna', identifier: 'PNONO-Anna' });
		pki.revoke(revoked);
		expect(await desk.sign(anna, posting, revoked)).toMatchObject({ code: 'signature-invalid' });
		const noise = async (tail: Uint8Array) => {
			const prepared = await desk.prepare(anna, posting);
			return desk.submit(anna, posting, { ...prepared, tail });
		};
		expect(await noise(randomBytes(5000))).toMatchObject({ code: expect.stringMatching(/^increment-/) });
		const base = await desk.download(anna, (await desk.prepare(anna, posting)).base);
		const { bytes } = await desk.signing.sign(base, anna.issued, { field: 'Anna' });
		const damaged = Buffer.from(bytes.subarray(base.length));
		// The year in which it says it was signed.
		const place = damaged.indexOf('(D:20') + 6;
		damaged.writeUInt8(damaged.readUInt8(place) ^ 1, place);
		expect(await noise(damaged)).toMatchObject({ status: 'rejected' });
		expect((await desk.view(owner, posting)).documents[0]?.revisions).toHaveLength(1);
	});

	it('take both signatures where two sign at once', async () => {
		const { desk } = shared;
		const [owner, anna, cem] = [desk.member('Olga'), desk.member('Anna'), desk.member('Cem')];
		const posting = await desk.send(owner, [
			[
				['Anna', 'signer'],
				['Cem', 'signer'],
			],
		]);
		const untilSigned = async (signer: typeof anna) => {
			for (;;) {
				const result = await desk.sign(signer, posting);
				if (result.status === 'applied') return;
				expect(result).toMatchObject({ code: expect.stringMatching(/^(document-leased|head-changed)$/) });
				await setTimeout(20);
			}
		};
		await Promise.all([untilSigned(anna), untilSigned(cem)]);
		const view = await desk.view(owner, posting);
		expect(view.state).toBe('completed');
		expect(view.documents[0]?.revisions).toHaveLength(3);
	});

	it('go on when one declined and was replaced', async () => {
		const { desk } = shared;
		const [owner, anna, ulf] = [desk.member('Olga'), desk.member('Anna'), desk.member('Ulf')];
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const [as] = (await desk.view(anna, posting)).own;
		if (!as) throw new TypeError('Anna is in it');
		await desk.give(anna, posting, { type: 'decline', body: { as, reason: 'wrong price' } });
		expect(await desk.view(owner, posting)).toMatchObject({ state: 'active', isBlocked: true });
		const successor = signatoryId.parse(newUuid());
		const body = { signatory: as, successor, person: named('Ulf') };
		expect(await desk.give(owner, posting, { type: 'replace', body })).toMatchObject({ status: 'applied' });
		expect(await desk.sign(ulf, posting)).toMatchObject({ status: 'applied' });
		expect((await desk.view(owner, posting)).state).toBe('completed');
		expect(await desk.view(anna, posting)).toMatchObject({ relation: 'former', documents: [] });
	});

	it('are nothing to anybody else: no view, no bytes, no timeline, no upload', async () => {
		const { desk } = shared;
		const [owner, eve] = [desk.member('Olga'), desk.member('Eve')];
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const view = await desk.view(owner, posting);
		const [document] = view.documents;
		if (!document) throw new TypeError('a document');
		expect(await desk.desk.view(eve.session, posting)).toBeUndefined();
		expect(await desk.desk.openBlob(eve.session, document.revisions[0].sha256)).toBeUndefined();
		await expect(desk.desk.timeline(eve.session, posting)).rejects.toMatchObject({ code: 'posting-missing' });
		const upload = {
			posting: view.id,
			document: document.id,
			kind: 'tail' as const,
			sha256: document.revisions[0].sha256,
		};
		await expect(desk.desk.admitUpload(eve.session, upload)).rejects.toMatchObject({ code: 'posting-missing' });
		expect(await desk.give(eve, posting, { type: 'cancel', body: { reason: '' } })).toMatchObject({
			code: 'posting-missing',
		});
	});

	it('share no key: an id that is taken for something else is refused', async () => {
		const { desk } = shared;
		const [owner, eve] = [desk.member('Olga'), desk.member('Eve')];
		const posting = await desk.send(owner, [[['Anna', 'signer']]]);
		const document = (await desk.view(owner, posting)).documents[0]?.id ?? '';
		const content = (id: string) => ({
			...contentOf([]),
			documents: [{ id: documentId.parse(id), name: 'mine.pdf', content: { sha256: hashOf('mine'), size: 4 } }],
		});
		const create = (entity: string, id: string) =>
			desk.give(eve, entity, { type: 'create', body: { content: content(id) } });
		for (const [entity, id] of [
			[newUuid(), document],
			[newUuid(), posting],
			[document, newUuid()],
		] as const)
			expect(await create(entity, id)).toMatchObject({ status: 'rejected', code: 'duplicate-id' });
		expect(await create(newUuid(), newUuid())).toMatchObject({ status: 'applied' });
	});

	it('take a certificate that the signatory enrolled, and no other', async () => {
		const { desk } = shared;
		const [owner, anna] = [desk.member('Olga'), desk.member('Anna')];
		const posting = await desk.send(owner, [[['Anna', 'signer']]], {}, { kind: 'enrolled' });
		expect(await desk.sign(anna, posting)).toMatchObject({ code: 'certificate-not-enrolled' });
		const { person } = anna.session;
		const mark = { sha256: digestOf(anna.issued.certificate), level: person.level, enrolledAt: now.toISOString() };
		const enrolled = { ...anna, session: { ...anna.session, person: { ...person, enrolled: [mark] } } };
		const other = pki.issue({ commonName: 'Anna', identifier: 'PNONO-Anna' });
		expect(await desk.sign(enrolled, posting, other)).toMatchObject({ code: 'certificate-not-enrolled' });
		expect(await desk.sign(enrolled, posting)).toMatchObject({ status: 'applied' });
		const [accepted] = (await desk.view(owner, posting)).signatures.filter(({ state }) => state === 'accepted');
		expect(accepted).toMatchObject({ identity: { rule: 'enrolled', found: mark.sha256 } });
	});

	it('leave nothing readable in the database', async () => {
		const { desk } = shared;
		const owner = desk.member('Olga');
		await desk.send(owner, [[['Anna', 'signer']]], { title: 'Secret merger', message: 'Do not tell anybody' });
		const tables = ['posting', 'access', 'opResult', 'mail', 'change', 'blob', 'pendingEvent'] as const;
		const everything = await Promise.all(
			tables.map(async (table) => {
				const found = await desk.database.main.selectFrom(table).selectAll().execute();
				return found.map((row) =>
					Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value)),
				);
			}),
		);
		expect(JSON.stringify(everything)).not.toMatch(/Secret|Do not tell|anna|olga|PNONO/i);
	});

	it('write to those who are asked, once', async () => {
		await using desk = await begin();
		const owner = desk.member('Olga');
		await desk.send(owner, [
			[
				['Anna', 'signer'],
				['Bo', 'viewer'],
			],
			[['Cem', 'signer']],
		]);
		const letters = await desk.database.main.selectFrom('mail').select(['kind', 'locale']).execute();
		expect(letters).toEqual([
			{ kind: 'asked', locale: 'en' },
			{ kind: 'asked', locale: 'en' },
		]);
	});
});
