import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Server } from '../../test/kit/s3Server.ts';
import { FileStore } from './fileStore.ts';
import type { ObjectStore } from './objectStore.ts';
import { S3Store } from './s3Store.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-objects-'));
let server: S3Server;
beforeAll(async () => {
	server = await S3Server.start();
});
afterAll(async () => {
	await server?.stop();
	rmSync(folder, { recursive: true, force: true });
});

async function* from(bytes: Uint8Array, piece = 1_000_000): AsyncIterable<Uint8Array> {
	for (let position = 0; position < bytes.length; position += piece) yield bytes.subarray(position, position + piece);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of source) parts.push(part);
	return Buffer.concat(parts);
}

describe.each<[string, () => ObjectStore]>([
	['a folder', () => new FileStore(join(folder, randomBytes(4).toString('hex')))],
	['a bucket', () => new S3Store(server.settings(`${randomBytes(4).toString('hex')}/`))],
])('objects in %s', (_, open) => {
	it.each([0, 1, 5_000_000, 40_000_000])('come back as they were, %i bytes', async (length) => {
		const store = open();
		const bytes = randomBytes(length);
		await store.put('one', from(bytes));
		expect(await store.size('one')).toBe(length);
		expect((await collect(store.get('one', 0, length))).equals(bytes)).toBe(true);
		if (length > 10) expect((await collect(store.get('one', 3, 9))).equals(bytes.subarray(3, 9))).toBe(true);
		store.close();
	});

	it('are listed, and gone when removed', async () => {
		const store = open();
		await store.put('one', from(Buffer.from('1')));
		await store.put('two', from(Buffer.from('2')));
		const names = async () => {
			const listed: string[] = [];
			for await (const { name, modifiedAt } of store.list()) {
				expect(modifiedAt).toBeInstanceOf(Date);
				listed.push(name);
			}
			return listed.sort();
		};
		expect(await names()).toEqual(['one', 'two']);
		await store.remove('one');
		await store.remove('one');
		expect(await names()).toEqual(['two']);
		expect(await store.size('one')).toBeUndefined();
		await expect(collect(store.get('one', 0, 1))).rejects.toMatchObject({ code: 'blob-missing' });
		store.close();
	});

	it('leave nothing behind when the source fails', async () => {
		const store = open();
		async function* failing(): AsyncIterable<Uint8Array> {
			yield randomBytes(20_000_000);
			yield randomBytes(20_000_000);
			throw new Error('the client went away');
		}
		await expect(store.put('half', failing())).rejects.toThrow('went away');
		expect(await store.size('half')).toBeUndefined();
		const left: string[] = [];
		for await (const { name } of store.list()) left.push(name);
		expect(left).toEqual([]);
		store.close();
	});
});

it('does not leave its folder', async () => {
	const store = new FileStore(join(folder, 'inner'));
	for (const name of ['../out', '..', 'a/b', '.hidden'])
		await expect(store.put(name, from(Buffer.from('x')))).rejects.toThrow('no name');
	expect(readdirSync(join(folder, 'inner'))).toEqual([]);
});
