import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../core/ports/clock.ts';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { Blobs } from '../blobs/blobs.ts';
import { FileStore } from '../blobs/fileStore.ts';
import { parseServiceConfig } from '../config/configuration.ts';
import { ChangeSignal } from '../db/changes.ts';
import { type DatabaseSettings, ServiceDatabase } from '../db/serviceDatabase.ts';
import { EventLog } from '../events/eventLog.ts';
import { Recorder } from '../recorder.ts';
import { openTenants } from '../tenants.ts';
import { backUp, expireBackups } from './backup.ts';
import { backupFiles, blobFolder } from './contents.ts';
import { type RestoreOptions, restore } from './restore.ts';

const root = mkdtempSync(join(tmpdir(), 'paraph-backup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(root, 'f-'));

async function* from(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

const event = (action: string) => ({
	actor: null,
	level: null,
	category: 'operation' as const,
	action,
	entity: null,
	step: null,
	device: null,
	detail: {},
	personal: { address: '192.0.2.7' },
});

onEachDatabase('a backup', (freshDatabase) => {
	async function service() {
		const settings = await freshDatabase();
		const config = parseServiceConfig({ data: fresh() }, 'test');
		const database = await ServiceDatabase.open(settings);
		const tenants = await openTenants(config, database, {});
		const [tenant] = [...tenants];
		if (tenant === undefined) throw new TypeError('there is a tenant');
		const store = new FileStore(join(config.data, 'blobs'));
		const blobs = new Blobs(store);
		const events = new EventLog(database);
		const parts = {
			database,
			events,
			signal: new ChangeSignal(database),
			clock: systemClock,
			domain: 'test',
			onMail: () => {},
		};
		const recorder = new Recorder(parts);
		const put = async (document: string, bytes: Uint8Array): Promise<string> => {
			const staged = await blobs.stage(
				tenant,
				await tenant.documentKeys.obtain(database.main, document),
				from(bytes),
				bytes.length,
			);
			await recorder.record(tenant, async ({ trx, events: record, change }) => {
				await blobs.keep(trx, staged);
				await change(document, 1);
				await record(event(`put.${document}`));
			});
			return staged.sha256;
		};
		const destroy = (document: string) =>
			recorder.record(tenant, async ({ trx, events: record }) => {
				await blobs.destroy(trx, tenant, document);
				await record(event(`destroyed.${document}`));
			});
		const target = fresh();
		const key = randomBytes(32);
		let time = Date.parse('2026-11-26T00:00:00.000Z');
		const backup = () => {
			time += 3_600_000;
			return backUp({ config, database, store, target, key, now: new Date(time) });
		};
		const close = async () => {
			await events.close();
			await tenants.close();
			await database.close();
		};
		return { config, database, tenant, store, blobs, put, destroy, target, key, backup, [Symbol.asyncDispose]: close };
	}

	/** Somewhere else, with nothing there yet. */
	async function elsewhere<Value>(
		{ target, key }: Pick<RestoreOptions, 'target' | 'key'>,
		change: Partial<RestoreOptions>,
		look: (scene: {
			report: Awaited<ReturnType<typeof restore>>;
			read: (document: string, sha256: string) => Promise<string>;
		}) => Promise<Value> | Value,
		settings?: DatabaseSettings,
	): Promise<Value> {
		const config = parseServiceConfig({ data: fresh() }, 'test');
		await using database = await ServiceDatabase.open(settings ?? (await freshDatabase()));
		const store = new FileStore(join(config.data, 'blobs'));
		const options = {
			config,
			database,
			store,
			target,
			key,
			at: undefined,
			anchors: [],
			signal: new AbortController().signal,
		};
		const report = await restore({ ...options, ...change, env: {} });
		const tenants = await openTenants(config, database, {});
		const [tenant] = [...tenants];
		if (tenant === undefined) throw new TypeError('there is a tenant');
		const read = async (document: string, sha256: string): Promise<string> => {
			const parts: Uint8Array[] = [];
			const blob = await new Blobs(store).open(database.main, tenant, document, sha256);
			for await (const part of blob.read()) parts.push(part);
			return Buffer.concat(parts).toString();
		};
		return await look({ report, read });
	}

	it('restores everything elsewhere, key files too, and proves chain and blobs', async () => {
		await using one = await service();
		const sha256 = await one.put('d1', Buffer.from('The lease'));
		await one.put('d2', randomBytes(5_000_000));
		expect(await one.backup()).toMatchObject({ copied: 2, kept: 0, missing: [] });
		await one.put('d3', Buffer.from('later'));
		expect(await one.backup()).toMatchObject({ copied: 1, kept: 2 });
		await elsewhere(one, {}, async ({ report, read }) => {
			expect(report).toMatchObject({ ok: true, destroyed: 0, blobs: { sound: 3, damaged: [] } });
			expect(report.chains).toMatchObject([{ tenant: 'main', checked: 3, ok: true }]);
			expect(await read('d1', sha256)).toBe('The lease');
		});
	});

	it('goes back to an earlier state', async () => {
		await using one = await service();
		await one.put('d1', Buffer.from('1'));
		const { at } = await one.backup();
		await one.put('d2', Buffer.from('2'));
		await one.backup();
		await elsewhere(one, { at }, ({ report }) => {
			expect(report).toMatchObject({ ok: true, blobs: { sound: 1 } });
			expect(report.chains).toMatchObject([{ checked: 1 }]);
		});
	});

	it('does not bring back what was destroyed, not even from a backup made before', async () => {
		await using one = await service();
		const secret = await one.put('d1', Buffer.from('to be forgotten'));
		await one.put('d2', Buffer.from('kept'));
		const { at } = await one.backup();
		await one.destroy('d1');
		await one.backup();
		await elsewhere(one, { at }, async ({ report, read }) => {
			expect(report).toMatchObject({ ok: true, destroyed: 1, blobs: { sound: 1, damaged: [] } });
			await expect(read('d1', secret)).rejects.toMatchObject({ code: 'blob-missing' });
		});
		// The old file of keys still has it: it goes after a month, long before the promise to delete ends.
		expect(backupFiles(one.target, 'keys')).toHaveLength(2);
		const now = new Date(at.getTime() + 31 * 86_400_000);
		expect(await expireBackups(one.target, { dataDays: 365, keyDays: 30, now })).toMatchObject({ keys: 2, data: 0 });
		await expect(elsewhere(one, { at }, () => {})).rejects.toMatchObject({ code: 'backup-missing' });
	});

	it('holds nothing that can be read without its key', async () => {
		await using one = await service();
		await one.put('d1', Buffer.from('The lease of the house in Elm Street'));
		await one.backup();
		const files = readdirSync(one.target, { recursive: true, encoding: 'utf8' }).map((name) => join(one.target, name));
		for (const file of files.filter((name) => statSync(name).isFile())) {
			expect(readFileSync(file).includes('Elm Street')).toBe(false);
			expect(statSync(file).mode & 0o077).toBe(0);
		}
		await expect(elsewhere({ ...one, key: randomBytes(32) }, {}, () => {})).rejects.toMatchObject({
			code: 'backup-key-wrong',
		});
	});

	it('is refused when it was cut off or changed, and says which documents are damaged', async () => {
		await using one = await service();
		const sha256 = await one.put('d1', Buffer.from('The lease'));
		await one.backup();
		const [data] = backupFiles(one.target, 'data');
		const copy = fresh();
		cpSync(one.target, copy, { recursive: true });
		const bytes = readFileSync(data?.path ?? '');
		writeFileSync(data?.path ?? '', bytes.subarray(0, bytes.length - 1));
		await expect(elsewhere(one, {}, () => {})).rejects.toMatchObject({
			code: expect.stringMatching(/backup-(damaged|key-wrong)/),
		});

		const folder = blobFolder(copy);
		const [object] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/'));
		const path = join(folder, object ?? '');
		const stored = readFileSync(path);
		stored.writeUInt8((stored[3] ?? 0) ^ 1, 3);
		writeFileSync(path, stored);
		await elsewhere({ ...one, target: copy }, {}, ({ report }) => {
			expect(report).toMatchObject({ ok: false, blobs: { sound: 0, damaged: [sha256] } });
		});
	});

	it('is not restored over what is there', async () => {
		await using one = await service();
		await one.backup();
		await expect(
			restore({ ...one, env: {}, at: undefined, anchors: [], signal: new AbortController().signal }),
		).rejects.toMatchObject({ code: 'not-empty' });
	});

	it('expires: old data go, and the objects that nothing names any more', async () => {
		await using one = await service();
		await one.put('d1', Buffer.from('1'));
		const { at } = await one.backup();
		await one.destroy('d1');
		await one.put('d2', Buffer.from('2'));
		await one.backup();
		const now = new Date(at.getTime() + 365 * 86_400_000 + 1);
		expect(await expireBackups(one.target, { dataDays: 365, keyDays: 30, now })).toEqual({
			data: 1,
			keys: 2,
			objects: 1,
		});
		expect(existsSync(join(one.target, 'blobs'))).toBe(true);
	});
});
