import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Database } from './database.ts';

/** Bytes of one part: what is asked for, and encrypted, at once. */
export const PART_SIZE = 1024 * 1024;

interface BlobRow {
	readonly size: number;
	readonly complete: number;
}

/** Files by their SHA-256, in parts, so that a download that broke off goes on where it was. */
export class BlobTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** @returns its size in bytes, where all of it is here and was checked. */
	size(sha256: string): number | undefined {
		const row = this.#row(sha256);
		return row?.complete === 1 ? row.size : undefined;
	}

	/** Begins a blob, or goes on with one. @returns how many bytes are here already. */
	begin(sha256: string, size: number): number {
		const known = this.#row(sha256);
		if (known && known.size !== size) this.remove(sha256);
		this.#database
			.prepare('INSERT INTO blob (sha256, size, complete, usedAt) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING')
			.run(sha256, size, Date.now());
		return this.#held(sha256);
	}

	/** @param position of the first byte; what is there already is left as it is. */
	append(sha256: string, position: number, bytes: Uint8Array): void {
		const insert = this.#database.prepare(
			'INSERT INTO blobPart (sha256, position, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
		);
		for (let start = 0; start < bytes.length; start += PART_SIZE) {
			insert.run(sha256, position + start, bytes.subarray(start, start + PART_SIZE));
		}
	}

	/** @returns whether the bytes are those of the digest; where they are not, none is kept. */
	finish(sha256: string): boolean {
		const hash = createHash('sha256');
		for (const part of this.#parts(sha256)) hash.update(part);
		if (hash.digest('hex') !== sha256) {
			this.remove(sha256);
			return false;
		}
		this.#database.prepare('UPDATE blob SET complete = 1, usedAt = ? WHERE sha256 = ?').run(Date.now(), sha256);
		return true;
	}

	/** Takes bytes in. @returns their digest. */
	put(bytes: Uint8Array): string {
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		this.#take(sha256, bytes.length, () => this.append(sha256, 0, bytes));
		return sha256;
	}

	/** Takes a file in, from a byte on. @returns digest and size of what was taken. */
	putFile(path: string, from = 0): { readonly sha256: string; readonly size: number } {
		const { sha256, size } = digestOf(path, from);
		this.#take(sha256, size, () => {
			for (const [position, part] of partsOf(path, from)) this.append(sha256, position, part);
		});
		return { sha256, size };
	}

	/** @param length at most; fewer at the end. */
	read(sha256: string, offset: number, length: number): Buffer {
		const parts = this.#database
			.prepare<[string, number, number], { position: number; bytes: Buffer }>(
				'SELECT position, bytes FROM blobPart WHERE sha256 = ? AND position > ? AND position < ? ORDER BY position',
			)
			.all(sha256, offset - PART_SIZE, offset + length);
		const whole = parts.map(({ position, bytes }) =>
			bytes.subarray(Math.max(0, offset - position), Math.max(0, offset + length - position)),
		);
		return Buffer.concat(whole);
	}

	/** Writes a whole blob to a file that this user alone can read. */
	writeTo(sha256: string, path: string): void {
		const descriptor = openSync(path, 'w', 0o600);
		try {
			for (const part of this.#parts(sha256)) writeSync(descriptor, part);
		} finally {
			closeSync(descriptor);
		}
		this.#database.prepare('UPDATE blob SET usedAt = ? WHERE sha256 = ?').run(Date.now(), sha256);
	}

	remove(sha256: string): void {
		this.#database.prepare('DELETE FROM blob WHERE sha256 = ?').run(sha256);
	}

	/** Removes what was not used longest until all together is no larger. @param kept never removed. */
	shrink(maximumSize: number, kept: ReadonlySet<string>): void {
		const blobs = this.#database
			.prepare<[], { sha256: string; size: number }>('SELECT sha256, size FROM blob ORDER BY usedAt')
			.all();
		let total = blobs.reduce((sum, { size }) => sum + size, 0);
		for (const { sha256, size } of blobs) {
			if (total <= maximumSize) break;
			if (kept.has(sha256)) continue;
			this.remove(sha256);
			total -= size;
		}
	}

	#take(sha256: string, size: number, append: () => void): void {
		if (this.size(sha256) !== undefined) return;
		this.#database
			.transaction(() => {
				this.remove(sha256);
				this.begin(sha256, size);
				append();
				this.finish(sha256);
			})
			.immediate();
	}

	#row(sha256: string): BlobRow | undefined {
		return this.#database.prepare<[string], BlobRow>('SELECT size, complete FROM blob WHERE sha256 = ?').get(sha256);
	}

	#held(sha256: string): number {
		return Number(
			this.#database
				.prepare('SELECT coalesce(sum(length(bytes)), 0) FROM blobPart WHERE sha256 = ?')
				.pluck()
				.get(sha256),
		);
	}

	*#parts(sha256: string): Generator<Buffer> {
		const next = this.#database.prepare<[string, number], { position: number; bytes: Buffer }>(
			'SELECT position, bytes FROM blobPart WHERE sha256 = ? AND position >= ? ORDER BY position LIMIT 1',
		);
		for (let position = 0; ; ) {
			const part = next.get(sha256, position);
			if (!part) return;
			yield part.bytes;
			position = part.position + part.bytes.length;
		}
	}
}

function digestOf(path: string, from: number): { readonly sha256: string; readonly size: number } {
	const hash = createHash('sha256');
	let size = 0;
	for (const [, part] of partsOf(path, from)) {
		hash.update(part);
		size += part.length;
	}
	return { sha256: hash.digest('hex'), size };
}

/** Parts of a file with their positions, which count from where reading began. */
function* partsOf(path: string, from: number): Generator<readonly [number, Buffer]> {
	const descriptor = openSync(path, 'r');
	try {
		for (let position = 0; ; ) {
			const buffer = Buffer.allocUnsafe(PART_SIZE);
			const count = readSync(descriptor, buffer, 0, PART_SIZE, from + position);
			if (count === 0) return;
			yield [position, buffer.subarray(0, count)];
			position += count;
		}
	} finally {
		closeSync(descriptor);
	}
}
