import type { Database } from './database.ts';

/** The one account that this device belongs to. */
export interface StoredAccount {
	/** The service's address, without a path. */
	readonly service: string;
	/** JSON: who is logged in. */
	readonly person: string;
	/** Bearer token; undefined after it ended. */
	readonly session: string | undefined;
	/** How far the changes were read. */
	readonly cursor: string | undefined;
}

interface Row {
	readonly service: string;
	readonly person: string;
	readonly session: string | null;
	readonly cursor: string | null;
}

export class AccountTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	get(): StoredAccount | undefined {
		const row = this.#database.prepare<[], Row>('SELECT service, person, session, cursor FROM account').get();
		return row && { ...row, session: row.session ?? undefined, cursor: row.cursor ?? undefined };
	}

	/** Keeps the cursor where the account was there before. */
	set({ service, person, session }: Omit<StoredAccount, 'cursor'>): void {
		this.#database
			.prepare(
				`INSERT INTO account (id, service, person, session) VALUES (1, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET service = excluded.service, person = excluded.person, session = excluded.session`,
			)
			.run(service, person, session ?? null);
	}

	endSession(): void {
		this.#database.prepare('UPDATE account SET session = NULL').run();
	}

	setCursor(cursor: string): void {
		this.#database.prepare('UPDATE account SET cursor = ?').run(cursor);
	}
}
