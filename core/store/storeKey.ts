import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Keystore, KeystoreError } from '../ports/keystore.ts';

/** Where the key of a store is. */
export type KeyPlace = 'keyring' | 'file';

export interface StoreKey {
	/** 32 bytes. */
	readonly key: Uint8Array;
	readonly place: KeyPlace;
	/** Made just now: the moment to say once that it is in a file. */
	readonly made: boolean;
}

/** What the key file says: the key's name in the keyring, or the key. */
type KeyNote = { readonly keyring: string } | { readonly key: string };

/**
 * The key of a local store, made on first use.
 *
 * A file that only this user can read says where the key is, so that every host finds the same one: in the keyring, or, on
 * a machine without one, in the file itself. It appears whole by a link, and whoever comes second takes what the first made.
 *
 * @param path the file.
 * @throws {KeystoreError} when the key is in a keyring that does not answer or has lost it.
 */
export async function storeKey(path: string, keystore: Keystore): Promise<StoreKey> {
	const made = !existsSync(path) && (await makeKey(path, keystore));
	const note = readNote(path);
	if ('key' in note) return { key: Buffer.from(note.key, 'base64'), place: 'file', made };
	const key = await keystore.get(note.keyring);
	if (key?.length === 32) return { key, place: 'keyring', made };
	throw new KeystoreError('store-key-missing', "The key of the local store is not in the system's keyring any more.", {
		hint: `Restore the keyring, or remove ${dirname(path)} to begin anew with what the service has.`,
		subject: path,
	});
}

/** @returns whether ours is the one that counts. */
async function makeKey(path: string, keystore: Keystore): Promise<boolean> {
	const key = randomBytes(32);
	const name = `store ${randomUUID()}`;
	const inKeyring = await keeps(keystore, name, key);
	const note: KeyNote = inKeyring ? { keyring: name } : { key: key.toString('base64') };
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const part = `${path}.${randomUUID()}`;
	writeFileSync(part, JSON.stringify(note), { mode: 0o600, flush: true });
	try {
		linkSync(part, path);
		return true;
	} catch (error) {
		if (!existsSync(path)) throw error;
		if (inKeyring) await keystore.remove(name);
		return false;
	} finally {
		rmSync(part, { force: true });
	}
}

/** A keyring is trusted with the key only when it gives it back. */
async function keeps(keystore: Keystore, name: string, key: Uint8Array): Promise<boolean> {
	try {
		await keystore.put(name, key);
		const back = await keystore.get(name);
		return back !== undefined && Buffer.from(back).equals(key);
	} catch (error) {
		if (error instanceof KeystoreError) return false;
		throw error;
	}
}

function readNote(path: string): KeyNote {
	const text = readFileSync(path, 'utf8');
	try {
		const { keyring, key }: Record<string, unknown> = JSON.parse(text);
		if (typeof keyring === 'string') return { keyring };
		if (typeof key === 'string' && Buffer.from(key, 'base64').length === 32) return { key };
	} catch {
		// Said below, as for any other text that is no note.
	}
	throw new KeystoreError('store-key-unreadable', `${path} does not say where the key of the local store is.`, {
		hint: `Restore the file, or remove ${dirname(path)} to begin anew with what the service has.`,
		subject: path,
	});
}
