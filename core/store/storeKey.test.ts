import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Keystore, KeystoreError } from '../ports/keystore.ts';
import { storeKey } from './storeKey.ts';

class KeyringInMemory implements Keystore {
	readonly kept = new Map<string, Uint8Array>();
	async get(name: string) {
		return this.kept.get(name);
	}
	async put(name: string, secret: Uint8Array) {
		this.kept.set(name, secret);
	}
	async remove(name: string) {
		this.kept.delete(name);
	}
}

const refuse = async () => {
	throw new KeystoreError('keystore-unavailable', 'no keyring', { hint: 'none' });
};
const noKeyring: Keystore = { get: refuse, put: refuse, remove: refuse };

describe('the key of the local store', () => {
	let folder: string;
	let path: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'paraph-key-'));
		path = join(folder, 'paraph', 'store.key');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it('is in the keyring where there is one, and the file only names it', async () => {
		const keyring = new KeyringInMemory();
		const made = await storeKey(path, keyring);
		expect(made).toMatchObject({ place: 'keyring', made: true });
		expect(readFileSync(path, 'utf8')).not.toContain(Buffer.from(made.key).toString('base64'));
		expect(await storeKey(path, keyring)).toEqual({ ...made, made: false });
	});

	it('is in a file of this user alone where there is no keyring, and says once that it was made', async () => {
		const made = await storeKey(path, noKeyring);
		expect(made).toMatchObject({ place: 'file', made: true });
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(await storeKey(path, noKeyring)).toEqual({ ...made, made: false });
	});

	it('stays in the file when a keyring comes later', async () => {
		const made = await storeKey(path, noKeyring);
		expect(await storeKey(path, new KeyringInMemory())).toEqual({ ...made, made: false });
	});

	it('is the same for all who begin at once', async () => {
		const keyring = new KeyringInMemory();
		const all = await Promise.all(Array.from({ length: 8 }, () => storeKey(path, keyring)));
		expect(new Set(all.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(1);
		expect(all.filter(({ made }) => made)).toHaveLength(1);
		expect(keyring.kept.size).toBe(1);
	});

	it.each([
		['forgot it', 'store-key-missing', new KeyringInMemory()],
		['does not answer', 'keystore-unavailable', noKeyring],
	])('is never made anew when the keyring %s', async (_, code, later) => {
		await storeKey(path, new KeyringInMemory());
		await expect(storeKey(path, later)).rejects.toMatchObject({ code });
	});

	it('is not guessed from a damaged file', async () => {
		await storeKey(path, noKeyring);
		writeFileSync(path, '{"key":"c2hvcnQ="}');
		await expect(storeKey(path, noKeyring)).rejects.toMatchObject({ code: 'store-key-unreadable' });
	});
});
