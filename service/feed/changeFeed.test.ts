import { expect, it } from 'vitest';
import { newUuid } from '../../core/postings/identifiers.ts';
import type { ChangesResponse, SnapshotResponse } from '../../core/postings/protocol/feed.ts';
import { contentOf } from '../../test/kit/postingDesks.ts';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';

onEachDatabase('the feed of changes', (fresh) => {
	async function scene() {
		const site = await ServiceSite.start({ database: await fresh() });
		const person = async (name: string) => {
			const { token } = await site.logIn(site.person(name, `PNONO-${name.toUpperCase()}`));
			const changes = (cursor: string, wait = 0, limit = 200) =>
				site.ask('GET', `/v1/changes?cursor=${cursor}&wait=${wait}&limit=${limit}`, { token });
			const snapshot = async (): Promise<SnapshotResponse> =>
				(await site.ask('GET', '/v1/snapshot', { token })).body as SnapshotResponse;
			/** A draft. @returns its id. */
			const draft = async (posting = newUuid(), title = 'Lease', baseVersion = 0): Promise<string> => {
				const content = {
					...contentOf([], { sha256: digest, size: 10 }, new Date(), { title }),
					documents: [],
					steps: [],
				};
				const type = baseVersion === 0 ? 'create' : 'edit';
				const op = { opId: newUuid(), entity: posting, baseVersion, type, body: { content } };
				const answer = await site.ask('POST', '/v1/ops', { token, json: { ops: [op] } });
				expect(answer.body).toMatchObject({ results: [{ status: 'applied' }] });
				return posting;
			};
			return { token, changes, snapshot, draft };
		};
		return { site, person, [Symbol.asyncDispose]: () => site.close() };
	}
	const digest = '0'.repeat(64) as Parameters<typeof contentOf>[1]['sha256'];
	const asChanges = (body: unknown): ChangesResponse => body as ChangesResponse;

	it('begins with a snapshot, and goes on from its cursor with each posting once', async () => {
		await using one = await scene();
		const olga = await one.person('Olga');
		const first = await olga.draft();
		const { cursor, postings } = await olga.snapshot();
		expect(postings.map(({ id }) => id)).toEqual([first]);
		const second = await olga.draft();
		await olga.draft(second, 'Another lease', 1);
		const next = asChanges((await olga.changes(cursor)).body);
		expect(next.changes).toMatchObject([{ posting: second, version: 2, view: { title: 'Another lease' } }]);
		expect(asChanges((await olga.changes(next.cursor)).body)).toEqual({ cursor: next.cursor, changes: [] });
	});

	it('gives page after page without losing any', async () => {
		await using one = await scene();
		const olga = await one.person('Olga');
		const { cursor } = await olga.snapshot();
		const made: string[] = [];
		for (let count = 0; count < 5; count += 1) made.push(await olga.draft());
		const seen: string[] = [];
		for (let at = cursor, more = true; more; ) {
			const page = asChanges((await olga.changes(at, 0, 2)).body);
			seen.push(...page.changes.map(({ posting }) => posting));
			more = page.changes.length > 0;
			at = page.cursor;
		}
		expect(seen).toEqual(made);
	});

	it('shows nobody what is another’s, and moves their cursor on all the same', async () => {
		await using one = await scene();
		const [olga, per] = [await one.person('Olga'), await one.person('Per')];
		const { cursor } = await per.snapshot();
		await olga.draft();
		const answer = asChanges((await per.changes(cursor)).body);
		expect(answer.changes).toEqual([]);
		expect(Number(answer.cursor)).toBeGreaterThan(Number(cursor));
	});

	it('answers who waits as soon as something happens, and when the service stops', async () => {
		await using one = await scene();
		const olga = await one.person('Olga');
		const { cursor } = await olga.snapshot();
		const waiting = olga.changes(cursor, 60);
		const posting = await olga.draft();
		const answer = asChanges((await waiting).body);
		expect(answer.changes).toMatchObject([{ posting }]);
		const again = olga.changes(answer.cursor, 60);
		await one.site.ask('GET', '/healthz');
		await one.site.close();
		expect([200, 'ended']).toContain(await again.then(({ status }) => status).catch(() => 'ended'));
	});

	it('sends who was away too long to the snapshot', async () => {
		await using one = await scene();
		const olga = await one.person('Olga');
		await olga.draft();
		const { main } = one.site.service.parts.database;
		await main.updateTable('tenant').set({ changePruned: 1 }).execute();
		expect(await olga.changes('0')).toMatchObject({ status: 410, body: { code: 'cursor-too-old' } });
		expect((await olga.changes('1')).status).toBe(200);
		// A cursor of a service that was restored from a backup since.
		expect((await olga.changes('999')).status).toBe(410);
		expect((await olga.changes('x')).status).toBe(400);
	});
});
