import type { Database, Migration } from './database.ts';

/** What a device keeps of one account at a service. Entities are JSON: the store keeps them, `core/sync` knows their shape. */
const accountAndPostings: Migration = (database: Database) => {
	database.exec(`
		CREATE TABLE account (
			id INTEGER PRIMARY KEY CHECK (id = 1),
			service TEXT NOT NULL,
			person TEXT NOT NULL,
			session TEXT,
			cursor TEXT
		) STRICT;

		CREATE TABLE posting (
			id TEXT PRIMARY KEY,
			version INTEGER NOT NULL,
			body TEXT NOT NULL
		) STRICT;

		CREATE TABLE outbox (
			position INTEGER PRIMARY KEY AUTOINCREMENT,
			opId TEXT NOT NULL UNIQUE,
			entity TEXT NOT NULL,
			baseVersion INTEGER NOT NULL,
			type TEXT NOT NULL,
			body TEXT NOT NULL,
			at TEXT NOT NULL,
			uploads TEXT NOT NULL,
			trouble TEXT
		) STRICT;

		CREATE TABLE blob (
			sha256 TEXT PRIMARY KEY,
			size INTEGER NOT NULL,
			complete INTEGER NOT NULL,
			usedAt INTEGER NOT NULL
		) STRICT;

		CREATE TABLE blobPart (
			sha256 TEXT NOT NULL REFERENCES blob ON DELETE CASCADE,
			position INTEGER NOT NULL,
			bytes BLOB NOT NULL,
			PRIMARY KEY (sha256, position)
		) STRICT;

		CREATE TABLE upload (
			sha256 TEXT PRIMARY KEY,
			address TEXT NOT NULL
		) STRICT;

		CREATE TABLE draft (
			id TEXT PRIMARY KEY,
			changedAt TEXT NOT NULL,
			body TEXT NOT NULL
		) STRICT;
	`);
};

/** Signatures that were made and lack something that the posting asks for. */
const keptSignatures: Migration = (database: Database) => {
	database.exec(`
		CREATE TABLE keptSignature (
			posting TEXT NOT NULL,
			signatory TEXT NOT NULL,
			document TEXT NOT NULL,
			base TEXT NOT NULL,
			baseSize INTEGER NOT NULL,
			signed TEXT NOT NULL,
			at TEXT NOT NULL,
			PRIMARY KEY (posting, signatory, document)
		) STRICT;
	`);
};

export const migrations: readonly Migration[] = [accountAndPostings, keptSignatures];
