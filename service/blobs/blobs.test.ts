import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { ServiceDatabase } from '../db/serviceDatabase.ts';
import { openTenant } from '../keys/tenant.ts';
import { KeyInMemory } from '../keys/tenantKey.ts';
import { Blobs } from './blobs.ts';
import { FileStore } from './fileStore.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* from(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of source) parts.push(part);
	return Buffer.concat(parts);
}

onEachDatabase('revisions at rest', (fresh) => {
	async function setUp() {
		const database = await ServiceDatabase.open(await fresh());
		const tenantKey = randomBytes(32);
		const tenant = await openTenant(database, 't', new KeyInMemory(Buffer.from(tenantKey)));
		const blobs = new Blobs(new FileStore(join(folder, randomBytes(4).toString('hex'))));
		const store = async (document: string, bytes: Uint8Array) => {
			const key = await tenant.documentKeys.obtain(database.main, document);
			const staged = await blobs.stage(tenant, key, from(bytes), bytes.length);
			await database.main.transaction().execute((trx) => blobs.keep(trx, staged));
			return staged;
		};
		return { database, tenant, tenantKey, blobs, store, [Symbol.asyncDispose]: () => database.close() };
	}

	it('come back by their digest, whole and in part', async () => {
		await using scene = await setUp();
		const bytes = randomBytes(5_000_000);
		const { sha256 } = await scene.store('d1', bytes);
		expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
		const blob = await scene.blobs.open(scene.database.main, scene.tenant, 'd1', sha256);
		expect((await collect(blob.read())).equals(bytes)).toBe(true);
		expect(
			(await collect(blob.read({ start: 4_194_300, end: 4_194_310 }))).equals(bytes.subarray(4_194_300, 4_194_310)),
		).toBe(true);
	});

	it('lie in the store as noise', async () => {
		await using scene = await setUp();
		const bytes = Buffer.from('The lease of the house in Elm Street');
		const { row } = await scene.store('d1', bytes);
		const stored = await collect(scene.blobs.store.get(row.object, 0, 1_000));
		expect(stored.includes('Elm Street')).toBe(false);
	});

	it('are the document’s alone, even where two have the same bytes', async () => {
		await using scene = await setUp();
		const bytes = randomBytes(1000);
		const { sha256 } = await scene.store('d1', bytes);
		await scene.store('d2', bytes);
		expect([...(await scene.blobs.documentsWith(scene.database.main, scene.tenant, sha256))].sort()).toEqual([
			'd1',
			'd2',
		]);
		await scene.database.main.transaction().execute((trx) => scene.blobs.destroy(trx, scene.tenant, 'd1'));
		const other = await scene.blobs.open(scene.database.main, scene.tenant, 'd2', sha256);
		expect((await collect(other.read())).equals(bytes)).toBe(true);
		await expect(scene.blobs.open(scene.database.main, scene.tenant, 'd1', sha256)).rejects.toMatchObject({
			code: 'blob-missing',
		});
	});

	it('cannot be read once the document’s key is destroyed, though row and object are still there', async () => {
		await using scene = await setUp();
		const { sha256 } = await scene.store('d1', randomBytes(1000));
		await scene.database.main.transaction().execute((trx) => scene.tenant.documentKeys.destroy(trx, 'd1'));
		await expect(scene.blobs.open(scene.database.main, scene.tenant, 'd1', sha256)).rejects.toMatchObject({
			code: 'key-destroyed',
		});
	});

	it('are opened by the same tenant key after a restart, and by no other', async () => {
		await using scene = await setUp();
		const { sha256 } = await scene.store('d1', Buffer.from('kept'));
		const again = await openTenant(scene.database, 't', new KeyInMemory(Buffer.from(scene.tenantKey)));
		const blob = await scene.blobs.open(scene.database.main, again, 'd1', sha256);
		expect((await collect(blob.read())).toString()).toBe('kept');
		await expect(openTenant(scene.database, 't', new KeyInMemory(randomBytes(32)))).rejects.toMatchObject({
			code: 'tenant-key-wrong',
		});
	});

	it('have one key a document, however many ask for it at once', async () => {
		await using scene = await setUp();
		const keys = await Promise.all(
			Array.from({ length: 8 }, () => scene.tenant.documentKeys.obtain(scene.database.main, 'd1')),
		);
		const sealed = keys[0]?.seal(Buffer.from('x'), 'test') ?? Buffer.alloc(0);
		for (const key of keys) expect(key.unseal(sealed, 'test').toString()).toBe('x');
	});
});
