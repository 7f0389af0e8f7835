import type { Database } from './database.ts';

/** A posting as it was seen last. */
export interface StoredPosting {
	readonly id: string;
	readonly version: number;
	/** JSON. */
	readonly body: string;
}

export class PostingTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	all(): readonly StoredPosting[] {
		return this.#database.prepare<[], StoredPosting>('SELECT id, version, body FROM posting ORDER BY id').all();
	}

	get(id: string): StoredPosting | undefined {
		return this.#database
			.prepare<[string], StoredPosting>('SELECT id, version, body FROM posting WHERE id = ?')
			.get(id);
	}

	/** What is older than what is there is left aside: answers may overtake each other. */
	put({ id, version, body }: StoredPosting): void {
		this.#database
			.prepare(
				`INSERT INTO posting (id, version, body) VALUES (?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body
				WHERE excluded.version >= posting.version`,
			)
			.run(id, version, body);
	}

	remove(id: string): void {
		this.#database.prepare('DELETE FROM posting WHERE id = ?').run(id);
	}

	clear(): void {
		this.#database.prepare('DELETE FROM posting').run();
	}
}
