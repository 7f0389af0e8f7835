import type { Database } from './database.ts';

/** Where the service takes the rest of a blob whose upload has begun. */
export class UploadTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	address(sha256: string): string | undefined {
		return this.#database.prepare<[string], string>('SELECT address FROM upload WHERE sha256 = ?').pluck().get(sha256);
	}

	begun(sha256: string, address: string): void {
		this.#database.prepare('INSERT OR REPLACE INTO upload (sha256, address) VALUES (?, ?)').run(sha256, address);
	}

	ended(sha256: string): void {
		this.#database.prepare('DELETE FROM upload WHERE sha256 = ?').run(sha256);
	}
}
