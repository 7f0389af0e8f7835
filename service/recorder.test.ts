import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { genesis } from '../core/evidence/event.ts';
import { verifyChain } from '../core/evidence/verifyChain.ts';
import { systemClock } from '../core/ports/clock.ts';
import { onEachDatabase } from '../test/kit/serviceDatabases.ts';
import { ChangeSignal } from './db/changes.ts';
import { type DatabaseSettings, ServiceDatabase } from './db/serviceDatabase.ts';
import { EventLog, type NewEvent } from './events/eventLog.ts';
import { openTenant } from './keys/tenant.ts';
import { KeyInMemory } from './keys/tenantKey.ts';
import { Recorder } from './recorder.ts';

const event = (action: string, personal: Readonly<Record<string, string>> = {}): NewEvent => ({
	actor: null,
	level: null,
	category: 'operation',
	action,
	entity: { kind: 'posting', id: action },
	step: null,
	device: null,
	detail: {},
	personal,
});

/** One instance of the service, as far as recording goes. */
async function instance(settings: DatabaseSettings, key: Uint8Array) {
	const database = await ServiceDatabase.open(settings);
	const tenant = await openTenant(database, 'main', new KeyInMemory(Buffer.from(key)));
	const events = new EventLog(database);
	const signal = new ChangeSignal(database);
	await signal.start();
	const recorder = new Recorder({ database, events, signal, clock: systemClock, domain: 'test', onMail: () => {} });
	const close = async () => {
		await events.close();
		await signal.close();
		await database.close();
	};
	return { database, tenant, events, signal, recorder, [Symbol.asyncDispose]: close };
}

onEachDatabase('what is recorded', (fresh, kind) => {
	it('is kept whole or not at all', async () => {
		await using one = await instance(await fresh(), randomBytes(32));
		const failing = one.recorder.record(one.tenant, async ({ events, change }) => {
			await events(event('begun'));
			await change('p1', 1);
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
		expect(await one.events.read(one.tenant, { from: 1, limit: 10 })).toEqual([]);
		expect(await one.database.main.selectFrom('change').selectAll().execute()).toEqual([]);
		expect(await one.events.head(one.tenant)).toEqual(genesis(one.tenant.id));
	});

	it('keeps what is personal readable for us and out of the store', async () => {
		await using one = await instance(await fresh(), randomBytes(32));
		await one.recorder.record(one.tenant, ({ events }) => events(event('login', { address: '192.0.2.7' })));
		const [read] = await one.events.read(one.tenant, { from: 1, limit: 10 });
		expect(read?.openings['address']?.value).toBe('192.0.2.7');
		const row = await one.database.events.selectFrom('event').selectAll().executeTakeFirstOrThrow();
		expect(JSON.stringify({ ...row, personalSealed: row.personalSealed?.toString('latin1') })).not.toContain(
			'192.0.2.7',
		);
	});

	it('is found by what it is about', async () => {
		await using one = await instance(await fresh(), randomBytes(32));
		for (const action of ['a', 'b', 'a']) await one.recorder.record(one.tenant, ({ events }) => events(event(action)));
		const about = await one.events.read(one.tenant, { from: 1, limit: 10, entity: 'a' });
		expect(about.map(({ seq }) => seq)).toEqual([1, 3]);
	});

	it('is not lost when the service dies before it is moved', async () => {
		const [settings, key] = [await fresh(), randomBytes(32)];
		{
			await using one = await instance(settings, key);
			await one.database.main
				.transaction()
				.execute((trx) => one.events.append(trx, one.tenant, [event('a')], new Date()));
			// As if it had died after writing there and before deleting here.
			const rows = await one.database.main.selectFrom('pendingEvent').selectAll().execute();
			await one.database.events.insertInto('event').values(rows).execute();
		}
		await using again = await instance(settings, key);
		const report = await verifyChain(again.events.walk(again.tenant, 1), {
			tenant: again.tenant.id,
			start: genesis(again.tenant.id),
			through: [await again.events.head(again.tenant)],
		});
		expect(report).toMatchObject({ checked: 1, brokenAt: undefined });
	});

	it('has neither gaps nor doubles, with 16 writers and readers that follow', { timeout: 60_000 }, async () => {
		const [settings, key] = [await fresh(), randomBytes(32)];
		await using first = await instance(settings, key);
		// SQLite has one instance; what would be the other's writers are this one's.
		await using second = kind === 'postgres' ? await instance(settings, key) : undefined;
		const instances = second === undefined ? [first] : [first, second];
		const [writers, each] = [16, 20];
		const seen: number[] = [];
		const following = (async () => {
			const reader = instances.at(-1) ?? first;
			const end = AbortSignal.timeout(50_000);
			while (seen.length < writers * each && !end.aborted) {
				const rows = await reader.database.main
					.selectFrom('change')
					.select('seq')
					.where('tenant', '=', reader.tenant.id)
					.where('seq', '>', seen.at(-1) ?? 0)
					.orderBy('seq')
					.execute();
				seen.push(...rows.map(({ seq }) => seq));
				if (rows.length === 0) await reader.signal.next(reader.tenant, 1_000, end);
			}
		})();
		await Promise.all(
			Array.from({ length: writers }, async (_, writer) => {
				const { recorder, tenant } = instances[writer % instances.length] ?? first;
				for (let count = 0; count < each; count += 1)
					await recorder.record(tenant, async ({ events, change }) => {
						await change(`p${writer}`, count + 1);
						await events(event(`w${writer}`), event(`x${writer}`));
					});
			}),
		);
		await following;
		expect(seen).toEqual(Array.from({ length: writers * each }, (_, index) => index + 1));
		const report = await verifyChain(first.events.walk(first.tenant, 1), {
			tenant: first.tenant.id,
			start: genesis(first.tenant.id),
			through: [await first.events.head(first.tenant)],
		});
		expect(report).toMatchObject({ checked: 2 * writers * each, brokenAt: undefined });
	});

	it('wakes who waits, at the other instance too', async () => {
		const [settings, key] = [await fresh(), randomBytes(32)];
		await using one = await instance(settings, key);
		await using other = kind === 'postgres' ? await instance(settings, key) : undefined;
		const two = other ?? one;
		const waiting = (async () => {
			for (;;) {
				await two.signal.next(two.tenant, 25_000, AbortSignal.timeout(25_000));
				const row = await two.database.main.selectFrom('change').select('seq').executeTakeFirst();
				if (row !== undefined) return row.seq;
			}
		})();
		await wait(20);
		await one.recorder.record(one.tenant, ({ change }) => change('p1', 1));
		expect(await waiting).toBe(1);
	});
});
