import { EventEmitter, once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Tenant } from '../keys/tenant.ts';
import type { MainTransaction, ServiceDatabase } from './serviceDatabase.ts';

/** Channel of PostgreSQL on which instances tell each other that a tenant has changes. */
const CHANNEL = 'paraph_change';
/** Milliseconds after which one who waits looks by himself: a notice may be lost with its connection. */
const LOOK_AGAIN = 2_000;

/** Takes the tenant's next number and records that a posting changed; the number is visible when the transaction is. */
export async function recordChange(
	trx: MainTransaction,
	tenant: Tenant,
	change: { readonly entity: string; readonly entityId: string; readonly version: number; readonly at: number },
): Promise<number> {
	const { changeSeq } = await trx
		.updateTable('tenant')
		.set(({ eb }) => ({ changeSeq: eb('changeSeq', '+', 1) }))
		.where('id', '=', tenant.id)
		.returning('changeSeq')
		.executeTakeFirstOrThrow();
	await trx
		.insertInto('change')
		.values({ tenant: tenant.id, seq: changeSeq, ...change })
		.execute();
	return changeSeq;
}

/** Wakes those who wait for a tenant's changes, in this instance and, over PostgreSQL, in the others. */
export class ChangeSignal {
	readonly #database: ServiceDatabase;
	readonly #emitter = new EventEmitter();
	#listener: pg.Client | undefined;
	#closed = false;

	constructor(database: ServiceDatabase) {
		this.#database = database;
		this.#emitter.setMaxListeners(0);
	}

	/** Begins to hear the other instances; SQLite has none. */
	async start(): Promise<void> {
		const { settings } = this.#database;
		if (settings.kind === 'sqlite') return;
		const client = new pg.Client(settings.url);
		client.on('notification', ({ payload }) => this.#emitter.emit(payload ?? ''));
		// Until it is back, those who wait look by themselves.
		client.on('error', () => {
			this.#listener = undefined;
			void this.#startAgain();
		});
		await client.connect();
		await client.query(`listen ${CHANNEL}`);
		this.#listener = client;
	}

	async #startAgain(): Promise<void> {
		while (!this.#closed && this.#listener === undefined) {
			await wait(1_000, undefined, { ref: false });
			await this.start().catch(() => {});
		}
	}

	/** Within the transaction: PostgreSQL tells the others when it commits. */
	async announce(trx: MainTransaction, tenant: Tenant): Promise<void> {
		if (this.#database.dialect === 'postgres') await sql`select pg_notify(${CHANNEL}, ${tenant.id})`.execute(trx);
	}

	/** After the commit, to those who wait here. */
	wake(tenant: Tenant): void {
		this.#emitter.emit(tenant.id);
	}

	/** Until something may have happened: a change, or enough time to look anyway. */
	async next(tenant: Tenant, milliseconds: number, signal: AbortSignal): Promise<void> {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(Math.min(milliseconds, LOOK_AGAIN)))]);
		await once(this.#emitter, tenant.id, { signal: limit }).catch(() => {});
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#listener?.end();
	}
}
