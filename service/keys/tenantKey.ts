import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Keystore } from '../../core/ports/keystore.ts';
import { KeyError } from './keyError.ts';
import { KEY_LENGTH, randomKey, seal, unseal } from './seal.ts';

/** The key at the top, wherever it lives: it wraps the other keys and never shows itself. */
export interface TenantKey {
	/** @param context binds the result to what it is for. */
	wrap(key: Uint8Array, context: string): Promise<Buffer>;
	/** @throws {KeyError} `sealed-damaged` */
	unwrap(wrapped: Uint8Array, context: string): Promise<Buffer>;
	close(): Promise<void>;
}

/** A tenant's key in memory, from a file or the system's keystore. */
export class KeyInMemory implements TenantKey {
	readonly #key: Uint8Array;

	/** @param key 32 bytes. */
	constructor(key: Uint8Array) {
		this.#key = key;
	}

	async wrap(key: Uint8Array, context: string): Promise<Buffer> {
		return seal(this.#key, key, context);
	}

	async unwrap(wrapped: Uint8Array, context: string): Promise<Buffer> {
		return unseal(this.#key, wrapped, context);
	}

	async close(): Promise<void> {
		this.#key.fill(0);
	}
}

/**
 * The key in a file that its owner alone may read; made where there is none.
 *
 * @throws {KeyError}
 */
export function openKeyFile(path: string): KeyInMemory {
	if (!existsSync(path)) writeKeyFile(path, randomKey());
	return new KeyInMemory(readKeyFile(path));
}

/** The key in the system's keystore; made where there is none. @throws {KeystoreError} */
export async function openKeystoreKey(keystore: Keystore, name: string): Promise<KeyInMemory> {
	const known = await keystore.get(name);
	if (known !== undefined) return new KeyInMemory(known);
	const key = randomKey();
	await keystore.put(name, key);
	return new KeyInMemory(key);
}

/** @throws {KeyError} where others may read it, or it is no key. */
export function readKeyFile(path: string): Uint8Array {
	const subject = path;
	if (!existsSync(path))
		throw new KeyError('tenant-key-missing', `${path}: there is no key file.`, {
			hint: 'Put the key file back; without it nothing of this tenant can be read.',
			subject,
		});
	if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
		throw new KeyError('tenant-key-unreadable', `${path}: others than its owner may read this key.`, {
			hint: `Run \`chmod 600 ${path}\`, and consider who may have read it.`,
			subject,
		});
	const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
	if (key.length !== KEY_LENGTH)
		throw new KeyError('tenant-key-unreadable', `${path}: this is no key of ${KEY_LENGTH} bytes in base64.`, {
			hint: 'Put the right file in its place.',
			subject,
		});
	return key;
}

/** Never over one that is there: what it wrapped would be lost. */
export function writeKeyFile(path: string, key: Uint8Array): void {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const file = openSync(path, 'wx', 0o600);
	try {
		writeSync(file, `${Buffer.from(key).toString('base64')}\n`);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
}
