import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { PdfError } from './pdfError.ts';

/** Bytes that can be read anywhere without being loaded as a whole. */
export interface ByteSource {
	/** Bytes. */
	readonly size: number;

	/**
	 * The bytes from `offset`, `length` of them or fewer where the source ends; none past the end.
	 *
	 * The result may share memory with the source: copy before writing to it.
	 */
	read(offset: number, length: number): Uint8Array;

	/** Like `read`, but may give more than `minimum` where that costs nothing. */
	window(offset: number, minimum: number): Uint8Array;
}

/** A source in memory. */
export class BytesSource implements ByteSource {
	readonly #bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	get size(): number {
		return this.#bytes.length;
	}

	read(offset: number, length: number): Uint8Array {
		return this.#bytes.subarray(offset, offset + length);
	}

	window(offset: number, _minimum: number): Uint8Array {
		return this.#bytes.subarray(offset);
	}
}

/** Small documents arrive with one read; in a large one each visit to a new place costs some tens of microseconds. */
const BLOCK = 256 * 1024;
const BLOCKS_KEPT = 32;

/** A file on disk, read by blocks of which the last few are kept. */
export class FileSource implements ByteSource {
	readonly path: string;
	readonly size: number;
	readonly #descriptor: number;
	readonly #status: Stats;
	/** In order of use, the latest last. */
	readonly #blocks = new Map<number, Uint8Array>();
	#closed = false;

	private constructor(path: string, descriptor: number, status: Stats) {
		this.path = path;
		this.#descriptor = descriptor;
		this.#status = status;
		this.size = status.size;
	}

	/** @throws {PdfError} `file-unreadable` when there is no such file or it may not be read. */
	static open(path: string): FileSource {
		let descriptor: number;
		try {
			// A pipe that nobody writes to would be waited for.
			descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
		} catch (cause) {
			throw new PdfError('file-unreadable', `${path} cannot be opened`, { subject: path, cause });
		}
		const status = fstatSync(descriptor);
		if (!status.isFile()) {
			closeSync(descriptor);
			throw new PdfError('file-unreadable', `${path} is not a file`, { subject: path });
		}
		return new FileSource(path, descriptor, status);
	}

	read(offset: number, length: number): Uint8Array {
		const wanted = Math.max(0, Math.min(length, this.size - offset));
		const within = offset % BLOCK;
		if (within + wanted <= BLOCK) return this.#block(offset - within).subarray(within, within + wanted);
		return this.#fromDisk(offset, wanted);
	}

	window(offset: number, minimum: number): Uint8Array {
		if (offset >= this.size) return new Uint8Array(0);
		const within = offset % BLOCK;
		const block = this.#block(offset - within);
		if (within + minimum <= block.length || offset - within + block.length === this.size) return block.subarray(within);
		return this.#fromDisk(offset, Math.min(minimum, this.size - offset));
	}

	/** The whole file, read into the beginning of `target`, which must be long enough; gives that part of it. */
	readInto(target: Uint8Array): Uint8Array {
		return this.#fill(target.subarray(0, this.size), 0);
	}

	/** Whether the path still leads to the file that was opened, and nobody wrote to it since. */
	get isUntouched(): boolean {
		const now = statSync(this.path, { throwIfNoEntry: false });
		const { dev, ino, size, mtimeMs } = this.#status;
		return now?.dev === dev && now.ino === ino && now.size === size && now.mtimeMs === mtimeMs;
	}

	/** Safe to call twice. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#blocks.clear();
		closeSync(this.#descriptor);
	}

	[Symbol.dispose](): void {
		this.close();
	}

	#block(start: number): Uint8Array {
		const kept = this.#blocks.get(start);
		if (kept !== undefined) {
			this.#blocks.delete(start);
			this.#blocks.set(start, kept);
			return kept;
		}
		const block = this.#fromDisk(start, Math.max(0, Math.min(BLOCK, this.size - start)));
		this.#blocks.set(start, block);
		if (this.#blocks.size > BLOCKS_KEPT) {
			for (const oldest of this.#blocks.keys()) {
				this.#blocks.delete(oldest);
				break;
			}
		}
		return block;
	}

	#fromDisk(offset: number, length: number): Uint8Array {
		return this.#fill(new Uint8Array(length), offset);
	}

	#fill(bytes: Uint8Array, offset: number): Uint8Array {
		let filled = 0;
		while (filled < bytes.length) {
			const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, offset + filled);
			if (count === 0) {
				throw new PdfError('file-unreadable', `${this.path} became shorter while it was read`, { subject: this.path });
			}
			filled += count;
		}
		return bytes;
	}
}

/** The first `size` bytes of another source: a document as an earlier revision left it. */
export class PrefixSource implements ByteSource {
	readonly size: number;
	readonly #whole: ByteSource;

	constructor(whole: ByteSource, size: number) {
		this.#whole = whole;
		this.size = Math.min(size, whole.size);
	}

	read(offset: number, length: number): Uint8Array {
		return this.#whole.read(offset, Math.max(0, Math.min(length, this.size - offset)));
	}

	window(offset: number, minimum: number): Uint8Array {
		return this.#whole.window(offset, minimum).subarray(0, Math.max(0, this.size - offset));
	}
}

/** Another source and an update after it, before the two are one file. */
export class AppendedSource implements ByteSource {
	readonly #base: ByteSource;
	readonly #appended: Uint8Array;

	constructor(base: ByteSource, appended: Uint8Array) {
		this.#base = base;
		this.#appended = appended;
	}

	get size(): number {
		return this.#base.size + this.#appended.length;
	}

	read(offset: number, length: number): Uint8Array {
		const split = this.#base.size;
		if (offset >= split) return this.#appended.subarray(offset - split, offset - split + length);
		if (offset + length <= split) return this.#base.read(offset, length);
		const head = this.#base.read(offset, split - offset);
		const tail = this.#appended.subarray(0, length - head.length);
		const joined = new Uint8Array(head.length + tail.length);
		joined.set(head);
		joined.set(tail, head.length);
		return joined;
	}

	window(offset: number, minimum: number): Uint8Array {
		const split = this.#base.size;
		if (offset >= split) return this.#appended.subarray(offset - split);
		const head = this.#base.window(offset, minimum);
		return head.length >= minimum ? head : this.read(offset, minimum);
	}
}
