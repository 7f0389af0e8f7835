import { type ChainedEvent, type ChainHead, chainEvent, type EventFacts } from '../../core/evidence/event.ts';
import type { EventTable } from '../db/schema.ts';
import type { MainTransaction, ServiceDatabase } from '../db/serviceDatabase.ts';
import type { Columns } from '../keys/columns.ts';
import type { Tenant } from '../keys/tenant.ts';

/** What somebody does that is to be recorded; tenant and time are added here. */
export type NewEvent = Omit<EventFacts, 'tenant' | 'at'>;

export interface EventQuery {
	/** The first number. */
	readonly from: number;
	readonly limit: number;
	/** Only those about it. */
	readonly entity?: string | undefined;
}

/** Milliseconds for which events are gathered before they are moved: each move is a commit in either store. */
const GATHERED = 50;
/** How many events one transaction moves. */
const MOVED_TOGETHER = 500;

/**
 * The chain of events of each tenant. An event becomes part of the chain in the transaction of what it records; from
 * there it is moved to the event store, which is apart and only ever added to.
 */
export class EventLog {
	readonly #database: ServiceDatabase;
	#moving: Promise<void> | undefined;
	#soon: NodeJS.Timeout | undefined;

	constructor(database: ServiceDatabase) {
		this.#database = database;
	}

	/** Moves in a moment, together with what others record until then. */
	settleSoon(): void {
		this.#soon ??= setTimeout(() => {
			this.#soon = undefined;
			// What is not moved now is moved with the next, or when somebody reads.
			void this.settle().catch(() => {});
		}, GATHERED);
	}

	/** Moves what is left. */
	async close(): Promise<void> {
		clearTimeout(this.#soon);
		this.#soon = undefined;
		await this.settle();
	}

	/** Adds to the tenant's chain; others who write to it wait until this transaction ends. */
	async append(trx: MainTransaction, tenant: Tenant, events: readonly NewEvent[], now: Date): Promise<void> {
		if (events.length === 0) return;
		const { eventSeq, eventHash } = await trx
			.updateTable('tenant')
			.set(({ eb }) => ({ eventSeq: eb('eventSeq', '+', events.length) }))
			.where('id', '=', tenant.id)
			.returning(['eventSeq', 'eventHash'])
			.executeTakeFirstOrThrow();
		let head: ChainHead = { seq: eventSeq - events.length, hash: eventHash };
		const rows = events.map((facts) => {
			const event = chainEvent(head, { ...facts, tenant: tenant.id, at: now.toISOString() });
			head = event;
			return rowOf(tenant, event, facts, now);
		});
		await trx.updateTable('tenant').set({ eventHash: head.hash }).where('id', '=', tenant.id).execute();
		await trx.insertInto('pendingEvent').values(rows).execute();
	}

	/** Moves what committed transactions recorded to the event store. Many at once are one. */
	async settle(): Promise<void> {
		// Whoever asks while a move is under way may have committed too late for it: one more follows.
		const before = this.#moving;
		if (before !== undefined) await before;
		this.#moving ??= this.#move().finally(() => {
			this.#moving = undefined;
		});
		await this.#moving;
	}

	/** Written there before it is deleted here: after a crash in between it is written again, and is there already. */
	async #move(): Promise<void> {
		for (;;) {
			const rows = await this.#database.main
				.selectFrom('pendingEvent')
				.selectAll()
				.orderBy('tenant')
				.orderBy('seq')
				.limit(MOVED_TOGETHER)
				.execute();
			if (rows.length === 0) return;
			await this.#database.events
				.insertInto('event')
				.values(rows)
				.onConflict((conflict) => conflict.doNothing())
				.execute();
			for (const tenant of new Set(rows.map((row) => row.tenant))) {
				const own = rows.filter((row) => row.tenant === tenant).map(({ seq }) => seq);
				await this.#database.main
					.deleteFrom('pendingEvent')
					.where('tenant', '=', tenant)
					.where('seq', 'in', own)
					.execute();
			}
		}
	}

	/** In their order. */
	async read(tenant: Tenant, { from, limit, entity }: EventQuery): Promise<readonly ChainedEvent[]> {
		await this.settle();
		let query = this.#database.events
			.selectFrom('event')
			.selectAll()
			.where('tenant', '=', tenant.id)
			.where('seq', '>=', from);
		if (entity !== undefined) query = query.where('entityId', '=', entity);
		const rows = await query.orderBy('seq').limit(limit).execute();
		return rows.map((row) => chainedEvent(row, tenant.columns));
	}

	/** All from a number on, page by page. */
	async *walk(tenant: Tenant, from: number): AsyncIterable<ChainedEvent> {
		for (let next = from; ; ) {
			const page = await this.read(tenant, { from: next, limit: 1000 });
			yield* page;
			const last = page.at(-1);
			if (last === undefined) return;
			next = last.seq + 1;
		}
	}

	/** Where the chain stands according to the database that events are written from. */
	async head(tenant: Tenant): Promise<ChainHead> {
		const { eventSeq, eventHash } = await this.#database.main
			.selectFrom('tenant')
			.select(['eventSeq', 'eventHash'])
			.where('id', '=', tenant.id)
			.executeTakeFirstOrThrow();
		return { seq: eventSeq, hash: eventHash };
	}
}

function rowOf(tenant: Tenant, event: ChainedEvent, facts: NewEvent, now: Date): EventTable {
	const { seq, hash, prevHash, body, openings } = event;
	return {
		tenant: tenant.id,
		seq,
		at: now.getTime(),
		category: facts.category,
		entityId: facts.entity?.id ?? null,
		prevHash,
		hash,
		body,
		personalSealed: Object.keys(openings).length > 0 ? tenant.columns.seal(openings, personalContext(seq)) : null,
	};
}

function chainedEvent(row: EventTable, columns: Columns): ChainedEvent {
	const { seq, hash, prevHash, body, personalSealed } = row;
	// Sealed by `rowOf`, and unchanged since: that is what opening it has proved.
	const openings =
		personalSealed === null ? {} : (columns.unseal(personalSealed, personalContext(seq)) as ChainedEvent['openings']);
	return { seq, hash, prevHash, body, openings };
}

const personalContext = (seq: number): string => `event:personal:${seq}`;
