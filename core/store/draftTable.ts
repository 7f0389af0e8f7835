import type { Database } from './database.ts';

/** A posting that somebody is still writing; nobody but this device knows it. */
export interface StoredDraft {
	readonly id: string;
	/** ISO 8601. */
	readonly changedAt: string;
	/** JSON. */
	readonly body: string;
}

export class DraftTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** Changed last, first. */
	all(): readonly StoredDraft[] {
		return this.#database
			.prepare<[], StoredDraft>('SELECT id, changedAt, body FROM draft ORDER BY changedAt DESC')
			.all();
	}

	get(id: string): StoredDraft | undefined {
		return this.#database.prepare<[string], StoredDraft>('SELECT id, changedAt, body FROM draft WHERE id = ?').get(id);
	}

	put({ id, changedAt, body }: StoredDraft): void {
		this.#database
			.prepare('INSERT OR REPLACE INTO draft (id, changedAt, body) VALUES (?, ?, ?)')
			.run(id, changedAt, body);
	}

	remove(id: string): void {
		this.#database.prepare('DELETE FROM draft WHERE id = ?').run(id);
	}
}
