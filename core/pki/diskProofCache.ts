import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ProofCache, ProofKind } from './proofCache.ts';

/** Where the caches of this user's programs are: XDG, `~/Library/Caches`, `%LOCALAPPDATA%`. */
export function proofCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
	const home = env['HOME'] || homedir();
	if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Paraph', 'proofs');
	if (platform === 'darwin') return join(home, 'Library', 'Caches', 'Paraph', 'proofs');
	return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'paraph', 'proofs');
}

interface Kept {
	readonly path: string;
	readonly size: number;
	readonly used: number;
}

/**
 * Keeps proofs in a folder, one file each, named by the digest of its key; written beside and renamed, so that several
 * processes may share it. Bounded: after a write that takes it over its size, what was not used longest goes.
 */
export class DiskProofCache implements ProofCache {
	readonly #folder: string;
	readonly #maximumSize: number;

	/** @param folder made on the first write, for this user alone: it tells whose signatures were looked at. */
	constructor(folder: string, options: { readonly maximumSize?: number } = {}) {
		this.#folder = folder;
		this.#maximumSize = options.maximumSize ?? 256 * 1024 * 1024;
	}

	async get(kind: ProofKind, key: string): Promise<Uint8Array | undefined> {
		const path = this.#path(kind, key);
		try {
			const bytes = await readFile(path);
			const now = new Date();
			await utimes(path, now, now);
			return bytes;
		} catch {
			// Absent, taken away meanwhile, or not ours to read: fetched anew.
			return undefined;
		}
	}

	async put(kind: ProofKind, key: string, bytes: Uint8Array): Promise<void> {
		if (bytes.length > this.#maximumSize) return;
		const part = join(this.#folder, `${randomUUID()}.part`);
		try {
			await mkdir(this.#folder, { recursive: true, mode: 0o700 });
			await writeFile(part, bytes, { mode: 0o600 });
			await rename(part, this.#path(kind, key));
			await this.#shrink();
		} catch {
			// A full or read-only disk: nothing is kept, and nobody is the worse for it.
			await rm(part, { force: true }).catch(() => {});
		}
	}

	#path(kind: ProofKind, key: string): string {
		return join(this.#folder, `${kind}-${createHash('sha256').update(key).digest('hex')}`);
	}

	async #shrink(): Promise<void> {
		const files = (await Promise.all((await readdir(this.#folder)).map((name) => this.#look(name)))).filter(
			(file) => file !== undefined,
		);
		let size = files.reduce((sum, file) => sum + file.size, 0);
		for (const file of files.sort((a, b) => a.used - b.used)) {
			if (size <= this.#maximumSize) break;
			await rm(file.path, { force: true });
			size -= file.size;
		}
	}

	async #look(name: string): Promise<Kept | undefined> {
		const path = join(this.#folder, name);
		const found = await stat(path).catch(() => undefined);
		return found && { path, size: found.size, used: found.mtimeMs };
	}
}
