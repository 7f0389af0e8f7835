import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeystoreError } from '../ports/keystore.ts';
import { PART_SIZE } from './blobTable.ts';
import { type LocalStore, openLocalStore } from './localStore.ts';

/** A machine without a keyring. */
const refuse = async () => {
	throw new KeystoreError('keystore-unavailable', 'no keyring', { hint: 'none' });
};
const reopen = async () => {
	({ store } = await openLocalStore(folder, { get: refuse, put: refuse, remove: refuse }));
};
const op = (opId: string, entity = 'p1') => ({
	opId,
	entity,
	baseVersion: 1,
	type: 'cancel',
	body: '{}',
	at: '2026-11-01T12:00:00Z',
	uploads: '[]',
});
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let store: LocalStore;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-store-'));
	await reopen();
});
afterEach(() => {
	store.close();
	rmSync(folder, { recursive: true, force: true });
});

describe('the outbox', () => {
	it('keeps the order in which things were asked for, also through a restart', async () => {
		for (const id of ['c', 'a', 'b']) store.outbox.add(op(id));
		store.close();
		await reopen();
		expect(store.outbox.all().map(({ opId }) => opId)).toEqual(['c', 'a', 'b']);
	});

	it('takes each command once', () => {
		store.outbox.add(op('a'));
		expect(() => store.outbox.add(op('a'))).toThrow('UNIQUE');
	});

	it('keeps the place of a command that is sent anew', () => {
		for (const id of ['a', 'b']) store.outbox.add(op(id));
		store.outbox.setTrouble('a', '{"code":"conflict"}');
		store.outbox.replace('a', { opId: 'c', baseVersion: 7 });
		expect(store.outbox.all()).toMatchObject([{ opId: 'c', baseVersion: 7, trouble: undefined }, { opId: 'b' }]);
	});
});

describe('what was seen of a posting', () => {
	it('is not replaced by what is older', () => {
		store.postings.put({ id: 'p1', version: 5, body: '"new"' });
		store.postings.put({ id: 'p1', version: 4, body: '"old"' });
		expect(store.postings.get('p1')?.body).toBe('"new"');
	});
});

describe('an account', () => {
	it('keeps its cursor when somebody logs in again, and is forgotten whole', () => {
		store.account.set({ service: 'https://a.example', person: '{}', session: 's1' });
		store.account.setCursor('17');
		store.account.endSession();
		store.account.set({ service: 'https://a.example', person: '{}', session: 's2' });
		expect(store.account.get()).toMatchObject({ session: 's2', cursor: '17' });
		store.outbox.add(op('a'));
		store.blobs.put(randomBytes(10));
		store.forget();
		expect(store.account.get()).toBeUndefined();
		expect(store.outbox.all()).toEqual([]);
	});
});

describe('a blob', () => {
	it('is read at any place as it was written', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 2 * PART_SIZE + 77 }),
				fc.integer({ min: 0, max: 2 * PART_SIZE + 100 }),
				fc.integer({ min: 1, max: PART_SIZE + 10 }),
				(size, offset, length) => {
					const bytes = randomBytes(size);
					const name = store.blobs.put(bytes);
					expect(store.blobs.read(name, offset, length).equals(bytes.subarray(offset, offset + length))).toBe(true);
				},
			),
			{ numRuns: 10 },
		);
	});

	it('goes on where its download broke off', async () => {
		const bytes = randomBytes(PART_SIZE + 5);
		const name = sha256(bytes);
		expect(store.blobs.begin(name, bytes.length)).toBe(0);
		store.blobs.append(name, 0, bytes.subarray(0, 1000));
		store.close();
		await reopen();
		expect(store.blobs.size(name)).toBeUndefined();
		expect(store.blobs.begin(name, bytes.length)).toBe(1000);
		store.blobs.append(name, 1000, bytes.subarray(1000));
		expect(store.blobs.finish(name)).toBe(true);
		store.blobs.writeTo(name, join(folder, 'out'));
		expect(readFileSync(join(folder, 'out')).equals(bytes)).toBe(true);
	});

	it('is thrown away when its bytes are others', () => {
		const name = sha256(Buffer.from('this'));
		store.blobs.begin(name, 4);
		store.blobs.append(name, 0, Buffer.from('that'));
		expect(store.blobs.finish(name)).toBe(false);
		expect(store.blobs.begin(name, 4)).toBe(0);
	});

	it('may be what a file has from a byte on', () => {
		const bytes = randomBytes(3000);
		writeFileSync(join(folder, 'in'), bytes);
		expect(store.blobs.putFile(join(folder, 'in'), 1000)).toEqual({ sha256: sha256(bytes.subarray(1000)), size: 2000 });
		expect(store.blobs.read(sha256(bytes.subarray(1000)), 0, 5000).equals(bytes.subarray(1000))).toBe(true);
	});

	it('gives way when there are too many, but not where it is still wanted', () => {
		const wanted = store.blobs.put(randomBytes(100));
		const other = store.blobs.put(randomBytes(100));
		store.blobs.shrink(100, new Set([wanted]));
		expect(store.blobs.size(wanted)).toBe(100);
		expect(store.blobs.size(other)).toBeUndefined();
	});
});
