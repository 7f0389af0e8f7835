import { createHash, randomUUID } from 'node:crypto';
import {
	accessSync,
	chmodSync,
	closeSync,
	constants,
	existsSync,
	fsync,
	linkSync,
	openSync,
	realpathSync,
	renameSync,
	statfsSync,
	statSync,
	unlinkSync,
	writeSync,
	writevSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SigningError } from './signingError.ts';

const flush = promisify(fsync);

/** What may be at the output's path already. */
export type Overwrite = 'never' | 'force' | 'in-place';

/**
 * A file that appears whole or not at all: written under another name beside it, flushed, then renamed.
 *
 * File calls are synchronous on purpose, all but the flush: handles of `fs/promises` cost a third of a batch's speed.
 */
export class OutputFile {
	readonly path: string;
	readonly partPath: string;
	readonly overwrite: Overwrite;
	#copying: Promise<void> | undefined;

	/** @param mark 12 hexadecimal digits in the name of the part: a run by which what it left can be found. */
	constructor(path: string, overwrite: Overwrite, mark = randomUUID().slice(-12)) {
		this.path = path;
		this.partPath = join(dirname(path), `.${shortened(basename(path))}.${mark}.part`);
		this.overwrite = overwrite;
	}

	/** One whose part is written already, and wants more. */
	static resume(path: string, overwrite: Overwrite, partPath: string): OutputFile {
		return Object.assign(new OutputFile(path, overwrite), { partPath });
	}

	/** Appends to a part that is there, and flushes. */
	async append(added: readonly Uint8Array[]): Promise<void> {
		const descriptor = openSync(this.partPath, 'a');
		try {
			writeAll(descriptor, added);
			await flush(descriptor);
		} finally {
			closeSync(descriptor);
		}
	}

	/** Begins to copy a large input, sharing its blocks where the file system can, and to flush the copy. */
	beginCopy(input: string): void {
		this.#copying = this.#copy(input);
		// Awaited when the rest is appended; until then a failure is nobody's unhandled rejection.
		this.#copying.catch(() => undefined);
	}

	async #copy(input: string): Promise<void> {
		await copyFile(input, this.partPath, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
		// The copy has the input's mode, and the input may be read-only.
		chmodSync(this.partPath, 0o666 & ~process.umask());
		// The disk writes while the input is still being hashed and signed: the last flush then has little to do.
		const descriptor = openSync(this.partPath, 'r+');
		await flush(descriptor).finally(() => closeSync(descriptor));
	}

	/** Writes the input (unless it is being copied) and what is added to it, and flushes. */
	async write(input: Uint8Array | undefined, added: readonly Uint8Array[]): Promise<void> {
		await this.#copying;
		const descriptor = openSync(this.partPath, this.#copying ? 'a' : 'wx');
		try {
			writeAll(descriptor, input === undefined ? added : [input, ...added]);
			await flush(descriptor);
		} finally {
			closeSync(descriptor);
		}
	}

	/** @throws {SigningError} `output-exists` when someone else made the file in the meantime. */
	commit(): void {
		if (this.overwrite === 'never') {
			this.#commitNew();
			return;
		}
		if (this.overwrite === 'in-place') chmodSync(this.partPath, statSync(this.path).mode & 0o777);
		renameSync(this.partPath, this.path);
	}

	/** Removes what was written; safe when nothing was. */
	async discard(): Promise<void> {
		await this.#copying?.catch(() => undefined);
		try {
			unlinkSync(this.partPath);
		} catch {
			// It was never made, or is renamed already.
		}
	}

	/** A link does not replace an existing file, which a rename would. */
	#commitNew(): void {
		try {
			linkSync(this.partPath, this.path);
		} catch (error) {
			if (existsSync(this.path)) throw outputExists(this.path);
			// A file system without hard links.
			if (!isSystemError(error)) throw error;
			renameSync(this.partPath, this.path);
			return;
		}
		unlinkSync(this.partPath);
	}
}

/**
 * Refuses, before anything is tried, an output that cannot be written.
 *
 * @throws {SigningError} `output-exists`, `output-is-input`, `disk-full`; system errors for folders missing or closed.
 */
export function checkOutput(input: string, output: string, overwrite: Overwrite, added: number): void {
	const folder = dirname(output);
	if (existsSync(output)) {
		if (overwrite !== 'in-place' && realpathSync(output) === realpathSync(input)) {
			throw new SigningError('output-is-input', `${output}: the output would replace the input`, { subject: output });
		}
		if (overwrite === 'never') throw outputExists(output);
	}
	accessSync(folder, constants.W_OK);
	const needed = statSync(input).size + added;
	const { bavail, bsize } = statfsSync(folder);
	if (bavail * bsize < needed) {
		throw new SigningError('disk-full', `${folder}: ${needed} bytes are needed, ${bavail * bsize} are free`, {
			subject: folder,
		});
	}
}

/** As long for every name: with mark and ending even the longest name still fits. */
const shortened = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16);

function outputExists(path: string): SigningError {
	return new SigningError('output-exists', `${path} exists already`, { subject: path });
}

function writeAll(descriptor: number, parts: readonly Uint8Array[]): void {
	const total = parts.reduce((sum, part) => sum + part.length, 0);
	let written = writevSync(descriptor, parts);
	if (written === total) return;
	// A short write: go on from where it stopped.
	for (const part of parts) {
		if (written >= part.length) {
			written -= part.length;
			continue;
		}
		for (let from = written; from < part.length; ) from += writeSync(descriptor, part, from);
		written = 0;
	}
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && 'syscall' in error;
}

/** Copies a file to a place that somebody chose, and was asked there whether to replace what it holds. */
export async function copyOutput(from: string, to: string): Promise<void> {
	await whole(to, 'force', (output) => {
		output.beginCopy(from);
		return output.write(undefined, []);
	});
}

/** Writes one file, whole. @throws {SigningError} `output-exists`, … */
export async function writeOutput(path: string, bytes: Uint8Array, overwrite: Overwrite): Promise<void> {
	await whole(path, overwrite, (output) => output.write(bytes, []));
}

/** Makes a file by what `write` writes: it is there when that succeeded, and otherwise nothing is. */
export async function whole(
	path: string,
	overwrite: Overwrite,
	write: (output: OutputFile) => Promise<void>,
): Promise<void> {
	const output = new OutputFile(path, overwrite);
	try {
		await write(output);
		output.commit();
	} finally {
		await output.discard();
	}
}
