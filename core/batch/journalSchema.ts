import type { Migration } from '../store/database.ts';
import { JournalError } from './journalError.ts';

/** In order; what was released is only added to. */
export const journalMigrations: readonly Migration[] = [
	(database) => {
		const taken = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
		if (taken !== 0)
			throw new JournalError('journal-unreadable', `${database.name} is not a journal of Paraph`, {
				subject: database.name,
			});
		database.exec(`
			CREATE TABLE run (
				mark TEXT NOT NULL PRIMARY KEY,
				at TEXT NOT NULL
			) STRICT;
			CREATE TABLE file (
				file TEXT NOT NULL,
				out TEXT NOT NULL,
				part TEXT,
				size INTEGER,
				replaces TEXT,
				inputSha256 TEXT,
				outputSha256 TEXT,
				state TEXT NOT NULL CHECK (state IN ('stamped', 'signed', 'incomplete', 'failed', 'cancelled')),
				level TEXT,
				requested TEXT NOT NULL,
				field TEXT,
				stampedAt TEXT,
				code TEXT,
				message TEXT,
				at TEXT NOT NULL,
				UNIQUE (file, out),
				CHECK (state IN ('failed', 'cancelled') OR (
					part IS NOT NULL AND size IS NOT NULL AND replaces IS NOT NULL AND inputSha256 IS NOT NULL
					AND outputSha256 IS NOT NULL AND level IS NOT NULL AND field IS NOT NULL
				))
			) STRICT;
			CREATE TABLE given (
				file TEXT NOT NULL,
				out TEXT NOT NULL,
				signingTime TEXT NOT NULL,
				timestampRoom INTEGER NOT NULL,
				value BLOB NOT NULL,
				PRIMARY KEY (file, out)
			) STRICT, WITHOUT ROWID;
		`);
	},
];
