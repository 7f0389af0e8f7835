import type { Database } from './database.ts';

/** A command on its way to the service. */
export interface StoredOp {
	/** UUIDv7: the same for every attempt, so that it happens once. */
	readonly opId: string;
	/** The posting that it is about. */
	readonly entity: string;
	readonly baseVersion: number;
	readonly type: string;
	/** JSON. */
	readonly body: string;
	/** ISO 8601: when the person gave it. */
	readonly at: string;
	/** JSON: the blobs that must be there before it. */
	readonly uploads: string;
	/** JSON: why the service did not take it; it waits for the person, and what concerns the same posting behind it. */
	readonly trouble: string | undefined;
}

interface Row extends Omit<StoredOp, 'trouble'> {
	readonly trouble: string | null;
}

const columns = 'opId, entity, baseVersion, type, body, at, uploads, trouble';

/** Ordered: what was given first is sent first. */
export class OutboxTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	/** @param entity this posting's alone; all where it is left out. */
	all(entity?: string): readonly StoredOp[] {
		const rows =
			entity === undefined
				? this.#database.prepare<[], Row>(`SELECT ${columns} FROM outbox ORDER BY position`).all()
				: this.#database
						.prepare<[string], Row>(`SELECT ${columns} FROM outbox WHERE entity = ? ORDER BY position`)
						.all(entity);
		return rows.map(opOf);
	}

	get(opId: string): StoredOp | undefined {
		const row = this.#database.prepare<[string], Row>(`SELECT ${columns} FROM outbox WHERE opId = ?`).get(opId);
		return row && opOf(row);
	}

	add(op: Omit<StoredOp, 'trouble'>): void {
		this.#database
			.prepare('INSERT INTO outbox (opId, entity, baseVersion, type, body, at, uploads) VALUES (?, ?, ?, ?, ?, ?, ?)')
			.run(op.opId, op.entity, op.baseVersion, op.type, op.body, op.at, op.uploads);
	}

	setTrouble(opId: string, trouble: string): void {
		this.#database.prepare('UPDATE outbox SET trouble = ? WHERE opId = ?').run(trouble, opId);
	}

	/** Sends it again as a new command on what the posting is now: the old answer stands for the old `opId`. */
	replace(opId: string, next: Pick<StoredOp, 'opId' | 'baseVersion'>): void {
		this.#database
			.prepare('UPDATE outbox SET opId = ?, baseVersion = ?, trouble = NULL WHERE opId = ?')
			.run(next.opId, next.baseVersion, opId);
	}

	remove(opId: string): void {
		this.#database.prepare('DELETE FROM outbox WHERE opId = ?').run(opId);
	}
}

const opOf = ({ trouble, ...row }: Row): StoredOp => ({ ...row, trouble: trouble ?? undefined });
