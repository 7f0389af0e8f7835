/** Two instances of the service over one PostgreSQL, with many who write at the same time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { genesis } from '../core/evidence/event.ts';
import { verifyChain } from '../core/evidence/verifyChain.ts';
import { HttpFetcher } from '../core/net/httpFetcher.ts';
import { newUuid } from '../core/postings/identifiers.ts';
import { changesResponse } from '../core/postings/protocol/feed.ts';
import { opsResponse } from '../core/postings/protocol/ops.ts';
import { Connection } from '../core/sync/connection.ts';
import { accountOf } from '../core/sync/deviceAccount.ts';
import type { RunningService } from '../service/service.ts';
import { largeStores } from './kit/largeStores.ts';
import { PostingScene, planPosting } from './kit/postingScene.ts';

const writers = 16;
const postingsEach = 6;

const ends = new AsyncDisposableStack();
let instances: readonly RunningService[];
let connections: readonly Connection[];
beforeAll(async () => {
	const scene = ends.use(await PostingScene.open(await largeStores(ends)));
	const first = await scene.startService();
	const second = await scene.startService();
	instances = [first, second];
	const olga = await scene.app('Olga', first.url, await scene.token('Olga', 'p256'));
	const session = accountOf(olga.store)?.session;
	const fetcher = new HttpFetcher();
	ends.defer(() => fetcher.close());
	connections = instances.map(({ url }) => new Connection(fetcher, url, session));
}, 120_000);
afterAll(async () => {
	await ends.disposeAsync();
}, 60_000);

const connectionFor = (writer: number): Connection => {
	const connection = connections[writer % connections.length];
	if (!connection) throw new TypeError('there are two instances');
	return connection;
};

it('lose no event and double none, and tell of every change', { timeout: 240_000 }, async () => {
	const { content } = await planPosting({ steps: [[['Bo', 'approver']]] });
	const written = new Set<string>();
	const give = async (writer: number, entity: string, type: string, body: object, baseVersion: number) => {
		const json = { ops: [{ opId: newUuid(), entity, baseVersion, type, body }] };
		const question = { method: 'POST', path: '/v1/ops', json } as const;
		const { results } = await connectionFor(writer).read(question, opsResponse);
		expect(results).toMatchObject([{ status: 'applied' }]);
	};
	const write = async (writer: number) => {
		for (let count = 0; count < postingsEach; count++) {
			const posting = newUuid();
			written.add(posting);
			await give(writer, posting, 'create', { content }, 0);
			await give(writer, posting, 'edit', { content: { ...content, title: `${writer}` } }, 1);
			// Somebody who was at the other instance before goes on at this one.
			await give(writer + 1, posting, 'cancel', { reason: 'enough' }, 2);
		}
	};
	const isOver = new AbortController();
	const following = follow(connectionFor(1), isOver.signal);
	await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
	isOver.abort();
	const seen = await following;

	expect(new Set(seen.keys())).toEqual(written);
	// The third is that it was cancelled; a fourth, that the clock came by and purged what nobody had been sent.
	for (const version of seen.values()) expect([3, 4]).toContain(version);
	const parts = instances[0]?.parts;
	if (!parts) throw new TypeError('there are two instances');
	for (const tenant of parts.tenants) {
		const head = await parts.events.head(tenant);
		const question = { tenant: tenant.id, start: genesis(tenant.id), through: [head] };
		const report = await verifyChain(parts.events.walk(tenant, 1), question);
		expect(report).toMatchObject({ brokenAt: undefined, checked: head.seq });
		const actions = new Map<string, number>();
		for await (const { body } of parts.events.walk(tenant, 1)) {
			const { action } = JSON.parse(body);
			actions.set(action, (actions.get(action) ?? 0) + 1);
		}
		for (const action of ['posting.created', 'posting.edited', 'posting.cancelled'])
			expect([action, actions.get(action)]).toEqual([action, writers * postingsEach]);
	}
});

/** What a device learns that only ever reads on: the last version of each posting. */
async function follow(connection: Connection, isOver: AbortSignal): Promise<ReadonlyMap<string, number>> {
	const seen = new Map<string, number>();
	for (let cursor = '0'; ; ) {
		// Once nobody writes any more, one last look shows what is left.
		const isLast = isOver.aborted;
		const question = { method: 'GET', path: `/v1/changes?cursor=${cursor}&wait=1` } as const;
		const answer = await connection.read(question, changesResponse);
		for (const { posting, version } of answer.changes) seen.set(posting, version);
		cursor = answer.cursor;
		if (isLast && answer.changes.length === 0) return seen;
	}
}
