/** The memory of a batch: what became of each file, on disk before the file itself appears. */
import { createHash } from 'node:crypto';
import {
	closeSync,
	existsSync,
	fsync,
	openSync,
	readFileSync,
	readSync,
	renameSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Level } from '../pades/level.ts';
import { ParaphError } from '../ports/errors.ts';

const flush = promisify(fsync);

/** One line of the journal. */
export interface JournalEntry {
	readonly file: string;
	readonly out: string;
	/** Under which name the output was written before it was renamed. */
	readonly part: string;
	readonly inputSha256: string;
	readonly outputSha256: string;
	readonly state: 'signed' | 'incomplete';
	readonly level: Level;
	readonly requested: Level;
	readonly field: string;
}

/** The journal cannot be read. */
export class JournalError extends ParaphError {
	readonly code = 'journal-unreadable';

	constructor(path: string) {
		super(`${path} is not a journal of Paraph`, {
			hint: 'Name another file for the journal, or remove this one to start anew.',
			subject: path,
		});
	}
}

interface Queued {
	readonly line: string;
	readonly done: () => void;
	readonly failed: (error: unknown) => void;
}

export class Journal {
	readonly #descriptor: number;
	readonly #entries: Map<string, JournalEntry>;
	#queue: Queued[] = [];
	#writing = false;

	private constructor(descriptor: number, entries: Map<string, JournalEntry>) {
		this.#descriptor = descriptor;
		this.#entries = entries;
	}

	/**
	 * Opens the journal, or begins it, and reconciles it with the disk: an output that was written and not yet renamed when
	 * a run broke off is renamed now.
	 *
	 * @throws {JournalError}.
	 */
	static open(path: string): Journal {
		const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
		const entries = readEntries(text, path);
		for (const entry of entries.values()) reconcile(entry);
		const descriptor = openSync(path, 'a', 0o600);
		// A last line that a crash cut short ends here, so that the next one stands by itself.
		if (text !== '' && !text.endsWith('\n')) writeSync(descriptor, '\n');
		return new Journal(descriptor, entries);
	}

	/** What an earlier run did with this file, where its output is still what was written then. */
	finished(file: string, out: string): JournalEntry | undefined {
		const entry = this.#entries.get(resolve(file));
		if (!entry || resolve(entry.out) !== resolve(out) || !existsSync(entry.out)) return undefined;
		return sha256Of(entry.out) === entry.outputSha256 && sha256Of(entry.file) === entry.inputSha256 ? entry : undefined;
	}

	/** Writes an entry and flushes it; entries that come at the same time share one flush. */
	record(entry: JournalEntry): Promise<void> {
		const absolute = { ...entry, file: resolve(entry.file), out: resolve(entry.out), part: resolve(entry.part) };
		this.#entries.set(absolute.file, absolute);
		return new Promise((done, failed) => {
			this.#queue.push({ line: `${JSON.stringify(absolute)}\n`, done, failed });
			void this.#write();
		});
	}

	close(): void {
		closeSync(this.#descriptor);
	}

	async #write(): Promise<void> {
		if (this.#writing) return;
		this.#writing = true;
		while (this.#queue.length > 0) {
			const batch = this.#queue;
			this.#queue = [];
			try {
				writeSync(this.#descriptor, batch.map(({ line }) => line).join(''));
				await flush(this.#descriptor);
				for (const { done } of batch) done();
			} catch (error) {
				for (const { failed } of batch) failed(error);
			}
		}
		this.#writing = false;
	}
}

/** The last entry of each file counts; a line that a crash cut short is no entry. */
function readEntries(text: string, path: string): Map<string, JournalEntry> {
	const entries = new Map<string, JournalEntry>();
	for (const line of text.split('\n')) {
		if (line === '') continue;
		// Every entry begins alike: anything else was never written by this program.
		if (!'{"file":'.startsWith(line.slice(0, 8))) throw new JournalError(path);
		const entry = parseEntry(line);
		if (entry) entries.set(entry.file, entry);
	}
	return entries;
}

function parseEntry(line: string): JournalEntry | undefined {
	try {
		const value: unknown = JSON.parse(line);
		const entry: Partial<JournalEntry> = typeof value === 'object' && value !== null ? value : {};
		const { file, out, part, inputSha256, outputSha256, state, level, requested, field } = entry;
		if (
			!file ||
			!out ||
			!part ||
			!inputSha256 ||
			!outputSha256 ||
			!state ||
			!level ||
			!requested ||
			field === undefined
		)
			return undefined;
		return { file, out, part, inputSha256, outputSha256, state, level, requested, field };
	} catch {
		return undefined;
	}
}

function reconcile({ part, out, outputSha256 }: JournalEntry): void {
	if (!existsSync(part)) return;
	// Only what is whole is renamed, and nothing that someone else put there is replaced.
	if (!existsSync(out) && sha256Of(part) === outputSha256) renameSync(part, out);
	else unlinkSync(part);
}

function sha256Of(path: string): string | undefined {
	if (!existsSync(path)) return undefined;
	const hash = createHash('sha256');
	const buffer = Buffer.allocUnsafe(1024 * 1024);
	const descriptor = openSync(path, 'r');
	try {
		for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
			hash.update(buffer.subarray(0, count));
		}
	} finally {
		closeSync(descriptor);
	}
	return hash.digest('hex');
}
