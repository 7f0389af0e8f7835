/**
 * The memory of a batch: what became of each file, on disk before the file itself appears. A run that breaks off, however
 * it does, is taken up again from here: nothing that was signed is signed again, and nothing is left half-made.
 *
 * SQLite, written ahead. One run at a time works with a journal.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Database, DatabaseError, openDatabase } from '../store/database.ts';
import type { GivenSignature, JournalKey, JournalLine, UnwrittenEntry, WrittenEntry } from './journalEntry.ts';
import { JournalError } from './journalError.ts';
import { isWritten, linesOf, prepareStatements, writtenOf } from './journalRows.ts';
import { journalMigrations } from './journalSchema.ts';
import { reconcile, sha256Of } from './reconcile.ts';

const flush = promisify(fsync);

interface Queued {
	/** Whether whoever waits wants it on disk. */
	readonly durable: boolean;
	readonly write: () => void;
	readonly done: () => void;
	readonly failed: (error: unknown) => void;
}

export class Journal {
	/** Part of the names under which this run writes: a run that takes the journal up finds what was left lying. */
	readonly mark = randomBytes(6).toString('hex');
	readonly #path: string;
	readonly #database: Database;
	readonly #statements: ReturnType<typeof prepareStatements>;
	readonly #transaction: (batch: readonly Queued[]) => void;
	/** Marks of the runs before. */
	readonly #earlier: readonly string[];
	/** Of the file that SQLite writes ahead, once there is one. */
	#ahead: number | undefined;
	#queue: Queued[] = [];
	#writing = false;

	private constructor(path: string, database: Database) {
		this.#path = path;
		this.#database = database;
		this.#statements = prepareStatements(database);
		this.#transaction = database.transaction((batch: readonly Queued[]) => {
			for (const { write } of batch) write();
		});
		this.#earlier = this.#statements.marks.all().map(({ mark }) => mark);
		this.#statements.begin.run({ mark: this.mark, at: new Date().toISOString() });
	}

	/**
	 * Opens the journal, or begins it, and reconciles it with the disk: an output that was written and not yet renamed when
	 * a run broke off is renamed now.
	 *
	 * @throws {JournalError} `journal-unreadable`, `journal-busy`, `journal-unwritable`.
	 */
	static open(path: string): Journal {
		try {
			const database = openDatabase(path, { migrations: journalMigrations });
			try {
				// A commit need not wait for the disk: what was written ahead is flushed by a thread, for many at once.
				database.pragma('synchronous = NORMAL');
				database.pragma('locking_mode = EXCLUSIVE');
				const journal = new Journal(path, database);
				for (const entry of journal.#statements.written.iterate()) reconcile(writtenOf(entry));
				return journal;
			} catch (error) {
				database.close();
				throw error;
			}
		} catch (error) {
			throw journalError(error, path);
		}
	}

	/** What an earlier run did with this file, where what it wrote is still there and the input is the same. */
	finished(file: string, out: string): WrittenEntry | undefined {
		const row = this.#statements.one.get(keyOf({ file, out }));
		if (row === undefined || !isWritten(row)) return undefined;
		const entry = writtenOf(row);
		const written = entry.state === 'stamped' ? entry.part : entry.out;
		if (sha256Of(written) !== entry.outputSha256) return undefined;
		// In place, the input is the output by now.
		return entry.file === entry.out || sha256Of(entry.file) === entry.inputSha256 ? entry : undefined;
	}

	/** The signature that a key gave for this file before a run broke off. */
	given(key: JournalKey): GivenSignature | undefined {
		const row = this.#statements.given.get(keyOf(key));
		return row && { ...row, signingTime: new Date(row.signingTime) };
	}

	/** Marks of the runs before: under which they may have left something lying. */
	get abandonedMarks(): readonly string[] {
		return this.#earlier;
	}

	/**
	 * Keeps what a key gave, so that it need not give it again. At once, since every moment counts when a run is killed; not
	 * flushed, since a power cut costs no more than a second signature.
	 */
	keepGiven(key: JournalKey, given: GivenSignature): void {
		try {
			this.#statements.keep.run({ ...keyOf(key), ...given, signingTime: given.signingTime.toISOString() });
		} catch {
			// The file itself will not be written down either, and says so.
		}
	}

	/**
	 * Writes an entry and flushes it; entries that come at the same time share one transaction and one flush.
	 *
	 * @throws {JournalError} `journal-unwritable`
	 */
	record(entry: WrittenEntry): Promise<void> {
		const row = {
			...keyOf(entry),
			part: resolve(entry.part),
			size: entry.size,
			replaces: entry.replaces,
			inputSha256: entry.inputSha256,
			outputSha256: entry.outputSha256,
			state: entry.state,
			level: entry.level,
			requested: entry.requested,
			field: entry.field,
			stampedAt: entry.stampedAt?.toISOString() ?? null,
			code: null,
			message: null,
			at: new Date().toISOString(),
		};
		return this.#inTurn(true, () => {
			this.#statements.put.run(row);
			this.#statements.forget.run({ file: row.file, out: row.out });
		});
	}

	/** Writes down why a file was not signed. Not waited for. */
	recordFailure(entry: UnwrittenEntry): void {
		const row = {
			...keyOf(entry),
			part: null,
			size: null,
			replaces: null,
			inputSha256: null,
			outputSha256: null,
			state: entry.state,
			level: null,
			requested: entry.requested,
			field: null,
			stampedAt: null,
			code: entry.code,
			message: entry.message,
			at: new Date().toISOString(),
		};
		this.#inTurn(false, () => this.#statements.put.run(row)).catch(() => undefined);
	}

	/** Every file, in the order it was first written down. */
	lines(): Generator<JournalLine> {
		return linesOf(this.#statements);
	}

	close(): void {
		this.#writeQueued();
		if (this.#ahead !== undefined) closeSync(this.#ahead);
		this.#database.close();
	}

	#inTurn(durable: boolean, write: () => void): Promise<void> {
		return new Promise((done, failed) => {
			this.#queue.push({ durable, write, done, failed });
			void this.#work();
		});
	}

	async #work(): Promise<void> {
		if (this.#writing) return;
		this.#writing = true;
		// What else comes in this turn of the event loop goes along.
		await Promise.resolve();
		while (this.#queue.length > 0) {
			const written = this.#writeQueued();
			try {
				if (written.some(({ durable }) => durable)) await this.#flush();
				for (const { done } of written) done();
			} catch (error) {
				for (const { failed } of written) failed(journalError(error, this.#path));
			}
		}
		this.#writing = false;
	}

	async #flush(): Promise<void> {
		this.#ahead ??= openSync(`${this.#path}-wal`, 'r+');
		await flush(this.#ahead);
	}

	/** @returns those that were written. */
	#writeQueued(): readonly Queued[] {
		const batch = this.#queue;
		this.#queue = [];
		try {
			this.#transaction(batch);
			return batch;
		} catch (error) {
			for (const { failed } of batch) failed(journalError(error, this.#path));
			return [];
		}
	}
}

/**
 * What a journal says of each file, for reading alone: nothing is reconciled, and no run begun.
 *
 * @throws {JournalError} `journal-unreadable`, `journal-busy`.
 */
export function* readJournal(path: string): Generator<JournalLine> {
	try {
		const database = openDatabase(path, { migrations: journalMigrations });
		try {
			yield* linesOf(prepareStatements(database));
		} finally {
			database.close();
		}
	} catch (error) {
		throw journalError(error, path);
	}
}

const keyOf = ({ file, out }: JournalKey): JournalKey => ({ file: resolve(file), out: resolve(out) });

function journalError(error: unknown, path: string): unknown {
	if (error instanceof DatabaseError) {
		return error.code === 'database-busy'
			? new JournalError('journal-busy', `another run works with the journal ${path}`, { subject: path, cause: error })
			: new JournalError('journal-unreadable', `${path} is not a journal of Paraph`, { subject: path, cause: error });
	}
	if (error instanceof Error && 'code' in error && (String(error.code).startsWith('SQLITE_') || 'syscall' in error)) {
		return new JournalError('journal-unwritable', `the journal ${path} cannot be written: ${error.message}`, {
			subject: path,
			cause: error,
		});
	}
	return error;
}
