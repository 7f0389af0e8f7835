import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { ParaphError } from '../ports/errors.ts';

export type Database = Sqlite.Database;

/** Brings a database from one version to the next; in one transaction with the others that are due. */
export type Migration = (database: Database) => void;

export interface DatabaseOptions {
	/** In order; `user_version` counts those that were applied. What was released is never changed, only added to. */
	readonly migrations: readonly Migration[];
	/** 32 bytes. With a key all is encrypted (SQLCipher 4: AES-256 in CBC mode, HMAC-SHA-512 a page). */
	readonly key?: Uint8Array | undefined;
}

export type DatabaseErrorCode = 'database-key-wrong' | 'database-unreadable' | 'database-newer' | 'database-busy';

/** A local database cannot be opened. */
export class DatabaseError extends ParaphError {
	readonly code: DatabaseErrorCode;

	constructor(
		code: DatabaseErrorCode,
		message: string,
		options: { hint: string; subject?: string | undefined; cause?: unknown },
	) {
		super(message, options);
		this.code = code;
	}
}

/** How long a writer waits for another process that writes, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens a local SQLite database, or begins it for this user alone, and brings it to the newest version.
 *
 * Several processes may have it open: the journal is written ahead (WAL), and a commit is on disk when it returns
 * (`synchronous = FULL`), also through a power cut.
 *
 * @throws {DatabaseError}
 */
export function openDatabase(path: string, { migrations, key }: DatabaseOptions): Database {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	// SQLite gives the files beside it (-wal, -shm) the permissions of the database.
	closeSync(openSync(path, 'a', 0o600));
	const database = new Sqlite(path, { timeout: BUSY_TIMEOUT });
	try {
		if (key) unlock(database, key);
		// The first read: only here does it show whether the key fits.
		database.pragma('journal_mode = WAL');
		database.pragma('synchronous = FULL');
		database.pragma('foreign_keys = ON');
		migrate(database, migrations, path);
		return database;
	} catch (error) {
		database.close();
		throw error instanceof ParaphError ? error : openingError(error, path, key !== undefined);
	}
}

function unlock(database: Database, key: Uint8Array): void {
	database.pragma("cipher = 'sqlcipher'");
	// A raw key: no derivation, which would only slow down what is random already.
	database.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
}

function migrate(database: Database, migrations: readonly Migration[], path: string): void {
	if (version(database) === migrations.length) return;
	const apply = database.transaction(() => {
		// Read again under the lock: another process may have been quicker.
		const from = version(database);
		if (from > migrations.length) {
			throw new DatabaseError('database-newer', `${path} was written by a newer version of Paraph.`, {
				hint: 'Install the newer version again; this one would damage what it does not know.',
				subject: path,
			});
		}
		for (const migration of migrations.slice(from)) migration(database);
		database.pragma(`user_version = ${migrations.length}`);
	});
	apply.immediate();
}

const version = (database: Database): number => Number(database.pragma('user_version', { simple: true }));

function openingError(error: unknown, path: string, encrypted: boolean): unknown {
	if (!(error instanceof Sqlite.SqliteError)) return error;
	if (error.code === 'SQLITE_NOTADB' && encrypted) {
		return new DatabaseError('database-key-wrong', `The key does not open ${path}.`, {
			hint: 'It was written with another key: restore that key, or move the file away to begin anew.',
			subject: path,
			cause: error,
		});
	}
	if (error.code === 'SQLITE_NOTADB' || error.code.startsWith('SQLITE_CORRUPT')) {
		return new DatabaseError('database-unreadable', `${path} is not a database of Paraph, or it is damaged.`, {
			hint: 'Name another file, or move this one away to begin anew.',
			subject: path,
			cause: error,
		});
	}
	if (error.code.startsWith('SQLITE_BUSY')) {
		return new DatabaseError('database-busy', `Another program has held ${path} for too long.`, {
			hint: 'End the other program, or wait for it, and try again.',
			subject: path,
			cause: error,
		});
	}
	return error;
}
