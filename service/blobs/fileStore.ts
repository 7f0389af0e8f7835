import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobError } from './blobError.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';

const READ = 1024 * 1024;
/** Beside the final name until all is written. */
const PART = '.part';

/** Objects as files below one folder, spread over 256 of them. */
export class FileStore implements ObjectStore {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
		mkdirSync(folder, { recursive: true, mode: 0o700 });
	}

	async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
		const path = this.#path(name);
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		const part = `${path}.${randomBytes(6).toString('hex')}${PART}`;
		try {
			const file = await open(part, 'wx', 0o600);
			try {
				for await (const chunk of bytes) await file.write(chunk);
				await file.sync();
			} finally {
				await file.close();
			}
			await rename(part, path);
			await syncFolder(dirname(path));
		} catch (error) {
			await rm(part, { force: true });
			throw error;
		}
	}

	async *get(name: string, start: number, end: number): AsyncIterable<Uint8Array> {
		const file = await open(this.#path(name), 'r').catch((cause: unknown) => {
			throw missing(name, cause);
		});
		try {
			for (let position = start; position < end; ) {
				const buffer = Buffer.allocUnsafe(Math.min(READ, end - position));
				const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
				if (bytesRead === 0) return;
				position += bytesRead;
				yield buffer.subarray(0, bytesRead);
			}
		} finally {
			await file.close();
		}
	}

	async size(name: string): Promise<number | undefined> {
		try {
			return (await stat(this.#path(name))).size;
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw error;
		}
	}

	async remove(name: string): Promise<void> {
		await rm(this.#path(name), { force: true });
	}

	async *list(): AsyncIterable<StoredObject> {
		for await (const group of await opendir(this.#folder)) {
			if (!group.isDirectory()) continue;
			for await (const file of await opendir(join(this.#folder, group.name))) {
				const path = join(this.#folder, group.name, file.name);
				const found = await stat(path).catch((error: unknown) => {
					if (!isMissing(error)) throw error;
				});
				if (found !== undefined) yield { name: file.name, modifiedAt: found.mtime };
			}
		}
	}

	close(): void {}

	#path(name: string): string {
		// Names are ours, but a folder must not be left by a slip either.
		if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) throw new TypeError(`'${name}' is no name of an object`);
		return join(this.#folder, name.slice(-2), name);
	}
}

/** A new name is on disk once its folder is; Windows has no such call, and needs none. */
async function syncFolder(path: string): Promise<void> {
	if (process.platform === 'win32') return;
	const folder = await open(path, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const missing = (name: string, cause: unknown): unknown =>
	isMissing(cause)
		? new BlobError('blob-missing', `The object ${name} is not in the store.`, {
				hint: 'Restore it from a backup: `paraph restore --help`.',
				subject: name,
				cause,
			})
		: cause;
