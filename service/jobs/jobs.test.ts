import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { Certificate } from '../../core/pki/certificate.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import { DemoPki } from '../../test/kit/demoPki.ts';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { Metrics } from '../api/metrics.ts';
import { Blobs } from '../blobs/blobs.ts';
import { FileStore } from '../blobs/fileStore.ts';
import { scrub, sweep } from '../blobs/upkeep.ts';
import { parseServiceConfig } from '../config/configuration.ts';
import { ChangeSignal } from '../db/changes.ts';
import { ServiceDatabase } from '../db/serviceDatabase.ts';
import { stampChain } from '../events/checkpoints.ts';
import { EventLog } from '../events/eventLog.ts';
import { verifyEvents } from '../events/verifyEvents.ts';
import { openTenant } from '../keys/tenant.ts';
import { KeyInMemory } from '../keys/tenantKey.ts';
import { createLogger } from '../logging.ts';
import { Recorder } from '../recorder.ts';
import { Tenants } from '../tenants.ts';
import { type Job, JobRunner } from './jobRunner.ts';
import { forget } from './retention.ts';

const DAY = 86_400_000;
const root = mkdtempSync(join(tmpdir(), 'paraph-jobs-'));
let pki: DemoPki;
beforeAll(async () => {
	pki = await DemoPki.start();
});
afterAll(async () => {
	await pki?.[Symbol.asyncDispose]();
	rmSync(root, { recursive: true, force: true });
});

async function* from(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

onEachDatabase('by itself the service', (fresh) => {
	async function scene() {
		const database = await ServiceDatabase.open(await fresh());
		const tenant = await openTenant(database, 'main', new KeyInMemory(randomBytes(32)));
		const config = parseServiceConfig({ data: root }, 'test');
		const clock = { time: Date.now(), now: () => new Date(clock.time) };
		const folder = mkdtempSync(join(root, 'blobs-'));
		const blobs = new Blobs(new FileStore(folder));
		const events = new EventLog(database);
		const signal = new ChangeSignal(database);
		const recorder = new Recorder({ database, events, signal, clock, domain: 'test', onMail: () => {} });
		const tsa = new TsaClient({
			authorities: [{ url: pki.tsa.url }],
			fetcher: new HttpFetcher({ allowLocal: true }),
			clock,
		});
		const record = (action: string) =>
			recorder.record(tenant, async ({ events: add, change }) => {
				await change('p1', 1);
				await add({
					actor: null,
					level: null,
					category: 'operation',
					action,
					entity: null,
					step: null,
					device: null,
					detail: {},
					personal: { address: '192.0.2.7' },
				});
			});
		const keep = async (document: string, bytes: Uint8Array) => {
			const key = await tenant.documentKeys.obtain(database.main, document);
			const staged = await blobs.stage(tenant, key, from(bytes), bytes.length);
			await database.main.transaction().execute((trx) => blobs.keep(trx, staged));
			return staged;
		};
		const runner = (...jobs: readonly Job[]) =>
			new JobRunner({
				isAlone: false,
				main: database.main,
				clock,
				logger: createLogger(new Writable({ write: (_chunk, _encoding, done) => done() })),
				metrics: new Metrics(),
				jobs,
			});
		const tenants = new Tenants(config, [tenant]);
		const verify = () => verifyEvents(database, events, tenant, [Certificate.parse(pki.root.certificate)]);
		const close = async () => {
			await events.close();
			await database.close();
		};
		const parts = { main: database.main, blobs, tenants, clock };
		return {
			database,
			tenant,
			tenants,
			config,
			clock,
			folder,
			blobs,
			events,
			tsa,
			record,
			keep,
			runner,
			parts,
			verify,
			[Symbol.asyncDispose]: close,
		};
	}

	it('does a job once at a time, again when it is due, and sooner when it failed', async () => {
		await using one = await scene();
		let runs = 0;
		let fails = false;
		const job: Job = {
			name: 'work',
			interval: 3_600_000,
			run: async () => {
				runs += 1;
				if (fails) throw new Error('not today');
			},
		};
		const [here, there] = [one.runner(job), one.runner(job)];
		await here.start();
		await here.stop();
		await Promise.all([one.runner(job).runDue(), there.runDue()]);
		expect(runs).toBe(1);
		one.clock.time += 3_600_001;
		fails = true;
		await Promise.all([one.runner(job).runDue(), there.runDue()]);
		expect(runs).toBe(2);
		one.clock.time += 5 * 60_000 + 1;
		fails = false;
		await there.runDue();
		expect(runs).toBe(3);
		const row = await one.database.main.selectFrom('job').selectAll().executeTakeFirstOrThrow();
		expect(row).toMatchObject({ name: 'work', leaseOwner: null, lastOkAt: one.clock.time, lastError: null });
	});

	it('takes over the job of an instance that died with it', async () => {
		await using one = await scene();
		let runs = 0;
		const job: Job = {
			name: 'work',
			interval: 1000,
			run: async () => {
				runs += 1;
			},
		};
		const { main } = one.database;
		const lease = {
			dueAt: 0,
			leaseUntil: one.clock.time + 60_000,
			leaseOwner: 'dead',
			lastOkAt: null,
			lastError: null,
		};
		await main
			.insertInto('job')
			.values({ name: 'work', ...lease })
			.execute();
		await one.runner(job).runDue();
		expect(runs).toBe(0);
		one.clock.time += 60_001;
		await one.runner(job).runDue();
		expect(runs).toBe(1);
	});

	it('has the head of the chain stamped each day, and forgets events after 13 months behind a stamp', async () => {
		await using one = await scene();
		await one.record('first');
		await one.record('second');
		await stampChain(one.database, one.events, one.tenant, { tsa: one.tsa, now: one.clock.now() });
		// Nothing new: no second stamp.
		expect(
			await stampChain(one.database, one.events, one.tenant, { tsa: one.tsa, now: one.clock.now() }),
		).toBeUndefined();
		await one.record('third');
		expect(await one.verify()).toMatchObject({
			ok: true,
			checked: 3,
			checkpoints: [{ seq: 2, verdict: { state: 'holds' } }],
		});
		const later = new Date(one.clock.time + 400 * DAY);
		await forget(one.database, one.tenants, one.config.retention, later);
		expect(await one.verify()).toMatchObject({ ok: true, checked: 1, start: { seq: 2 }, head: { seq: 3 } });
		// The third is not behind a stamp: it stays, without what is personal.
		const [third] = await one.events.read(one.tenant, { from: 1, limit: 10 });
		expect(third).toMatchObject({ seq: 3, openings: {} });
	});

	it('keeps events and what is personal in them until then', async () => {
		await using one = await scene();
		await one.record('first');
		await stampChain(one.database, one.events, one.tenant, { tsa: one.tsa, now: one.clock.now() });
		await forget(one.database, one.tenants, one.config.retention, new Date(one.clock.time + 390 * DAY));
		const [first] = await one.events.read(one.tenant, { from: 1, limit: 10 });
		expect(first?.openings['address']?.value).toBe('192.0.2.7');
	});

	it.each([
		[
			'changed',
			(scene: Scene) => scene.database.events.updateTable('event').set({ body: '{}' }).where('seq', '=', 2).execute(),
			2,
			'event-altered',
		],
		[
			'taken out',
			(scene: Scene) => scene.database.events.deleteFrom('event').where('seq', '=', 2).execute(),
			2,
			'event-missing',
		],
		[
			'cut off',
			(scene: Scene) => scene.database.events.deleteFrom('event').where('seq', '=', 3).execute(),
			3,
			'chain-cut',
		],
	] as const)('names the first event that was %s', async (_, damage, seq, code) => {
		await using one = await scene();
		for (const action of ['a', 'b', 'c']) await one.record(action);
		await one.events.settle();
		await damage(one);
		expect(await one.verify()).toMatchObject({ ok: false, brokenAt: { seq, code } });
	});
	type Scene = Awaited<ReturnType<typeof scene>>;

	it('finds bytes that rotted, and says when they are right again', async () => {
		await using one = await scene();
		const good = await one.keep('d1', Buffer.from('good'));
		const bad = await one.keep('d2', Buffer.from('bad'));
		const path = join(one.folder, bad.row.object.slice(-2), bad.row.object);
		const stored = readFileSync(path);
		writeFileSync(path, Buffer.concat([stored.subarray(0, -1), Buffer.of((stored.at(-1) ?? 0) ^ 1)]));
		const never = new AbortController().signal;
		expect((await scrub(one.parts, 1000, never)).map(({ sha256 }) => sha256)).toEqual([bad.sha256]);
		const damaged = () => one.database.main.selectFrom('blob').select('sha256').where('damaged', '=', 1).execute();
		expect(await damaged()).toEqual([{ sha256: bad.sha256 }]);
		writeFileSync(path, stored);
		one.clock.time += 1000;
		expect(await scrub(one.parts, 1000, never)).toEqual([]);
		expect(await damaged()).toEqual([]);
		expect(good.sha256).not.toBe(bad.sha256);
	});

	it('sweeps up what no row names, after a day', async () => {
		await using one = await scene();
		const kept = await one.keep('d1', Buffer.from('kept'));
		const key = await one.tenant.documentKeys.obtain(one.database.main, 'd2');
		const orphan = await one.blobs.stage(one.tenant, key, from(Buffer.from('never kept')), 10);
		const objects = () =>
			readdirSync(one.folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/'));
		const never = new AbortController().signal;
		expect(await sweep(one.parts, never)).toBe(0);
		const old = new Date(Date.now() - 25 * 3_600_000);
		for (const name of objects()) utimesSync(join(one.folder, name), old, old);
		expect(await sweep(one.parts, never)).toBe(1);
		expect(objects()).toEqual([join(kept.row.object.slice(-2), kept.row.object)]);
		expect(orphan.row.object).not.toBe(kept.row.object);
	});

	it('forgets changes, and remembers that it did', async () => {
		await using one = await scene();
		await one.record('a');
		await forget(one.database, one.tenants, one.config.retention, new Date(one.clock.time + 31 * DAY));
		const row = await one.database.main
			.selectFrom('tenant')
			.select(['changeSeq', 'changePruned'])
			.executeTakeFirstOrThrow();
		expect(row).toEqual({ changeSeq: 1, changePruned: 1 });
		expect(await one.database.main.selectFrom('change').selectAll().execute()).toEqual([]);
	});
});
