import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DocumentError } from './documentError.ts';

/** What tells, without reading it, that a file is still the same. */
interface Identity {
	readonly device: bigint;
	readonly inode: bigint;
	readonly size: bigint;
	readonly modified: bigint;
	readonly changed: bigint;
}

/**
 * A file whose bytes are pinned by their SHA-256 from the moment it was opened.
 *
 * Reading compares the file's identity; where that differs the bytes decide, so that a touched or restored file stays
 * usable and any other is refused with `document-changed`.
 */
export class PinnedFile {
	readonly path: string;
	readonly size: number;
	/** Lower-case hex. */
	readonly sha256: string;
	readonly #file: FileHandle;
	#identity: Identity;

	private constructor(path: string, file: FileHandle, identity: Identity, sha256: string) {
		this.path = path;
		this.size = Number(identity.size);
		this.sha256 = sha256;
		this.#file = file;
		this.#identity = identity;
	}

	/** @throws {DocumentError} `not-a-file` for a folder or device; system errors for what cannot be read. */
	static async open(path: string): Promise<PinnedFile> {
		// A pipe would block the opening itself: looked at before, and again after.
		if (!(await stat(path)).isFile()) throw notAFile(path);
		const file = await open(path, 'r');
		try {
			if (!(await file.stat()).isFile()) throw notAFile(path);
			const before = await identityOf(path);
			const sha256 = await sha256Of(path);
			if (!same(before, await identityOf(path))) throw changed(path);
			return new PinnedFile(path, file, before, sha256);
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	get name(): string {
		return basename(this.path);
	}

	get folder(): string {
		return dirname(this.path);
	}

	/**
	 * @returns the bytes from `offset`, fewer than `length` at the end of the file.
	 * @throws {DocumentError} `document-changed`
	 */
	async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
		await this.refuseIfChanged();
		const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
		let filled = 0;
		while (filled < bytes.length) {
			const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, offset + filled);
			if (bytesRead === 0) throw changed(this.path);
			filled += bytesRead;
		}
		return bytes;
	}

	/** Quick where nothing touched the file. @throws {DocumentError} `document-changed` */
	async refuseIfChanged(): Promise<void> {
		const now = await identityOf(this.path).catch((cause: unknown) => {
			throw changed(this.path, cause);
		});
		if (same(now, this.#identity)) return;
		await this.refuseUnlessPinned();
		// The path may name another file of the same bytes now; the open one is then as good.
		this.#identity = now;
	}

	/** Reads the whole file anew: before something is signed. @throws {DocumentError} `document-changed` */
	async refuseUnlessPinned(): Promise<void> {
		const sha256 = await sha256Of(this.path).catch((cause: unknown) => {
			throw changed(this.path, cause);
		});
		if (sha256 !== this.sha256) throw changed(this.path);
	}

	async close(): Promise<void> {
		await this.#file.close();
	}
}

/** Lower-case hex of a file's bytes, or of its first `length` ones. */
export async function sha256Of(path: string, length?: number): Promise<string> {
	const hash = createHash('sha256');
	if (length === 0) return hash.digest('hex');
	const stream = createReadStream(path, {
		highWaterMark: 1024 * 1024,
		...(length !== undefined && { end: length - 1 }),
	});
	for await (const chunk of stream) hash.update(chunk);
	return hash.digest('hex');
}

async function identityOf(path: string): Promise<Identity> {
	const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
	return { device: dev, inode: ino, size, modified: mtimeNs, changed: ctimeNs };
}

function same(one: Identity, other: Identity): boolean {
	return (
		one.device === other.device &&
		one.inode === other.inode &&
		one.size === other.size &&
		one.modified === other.modified &&
		one.changed === other.changed
	);
}

function changed(path: string, cause?: unknown): DocumentError {
	return new DocumentError('document-changed', `${basename(path)} is no longer the file that was shown.`, {
		hint: 'Look at it again before you sign it.',
		subject: basename(path),
		cause,
	});
}

function notAFile(path: string): DocumentError {
	return new DocumentError('not-a-file', `${basename(path)} is not a file.`, {
		hint: 'Open a PDF file.',
		subject: basename(path),
	});
}
