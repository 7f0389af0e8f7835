import type { Clock } from '../core/ports/clock.ts';
import { type ChangeSignal, recordChange } from './db/changes.ts';
import type { MainTransaction, ServiceDatabase } from './db/serviceDatabase.ts';
import type { EventLog, NewEvent } from './events/eventLog.ts';
import type { Tenant } from './keys/tenant.ts';
import type { Letter } from './mail/letters.ts';
import { post } from './mail/outbox.ts';

/** One transaction, with everything that belongs to what is decided in it. All of it is kept, or none. */
export interface Recording {
	readonly trx: MainTransaction;
	/** The time of everything in it. */
	readonly now: Date;
	events(...events: readonly NewEvent[]): Promise<void>;
	/** Tells devices that a posting is another now. */
	change(posting: string, version: number): Promise<void>;
	letters(...letters: readonly Letter[]): Promise<void>;
}

/** How often a transaction is begun anew when PostgreSQL ended it for the sake of another. */
const ATTEMPTS = 5;
const retried: ReadonlySet<unknown> = new Set(['40001', '40P01']);

/** The one way in which the service changes what it knows: state, event, change and mail commit together. */
export class Recorder {
	readonly #database: ServiceDatabase;
	readonly #events: EventLog;
	readonly #signal: ChangeSignal;
	readonly #clock: Clock;
	readonly #domain: string;
	readonly #onMail: () => void;

	constructor(parts: {
		readonly database: ServiceDatabase;
		readonly events: EventLog;
		readonly signal: ChangeSignal;
		readonly clock: Clock;
		/** Of message ids. */
		readonly domain: string;
		/** Called when a letter was committed. */
		readonly onMail: () => void;
	}) {
		this.#database = parts.database;
		this.#events = parts.events;
		this.#signal = parts.signal;
		this.#clock = parts.clock;
		this.#domain = parts.domain;
		this.#onMail = parts.onMail;
	}

	/**
	 * Runs `act` in one transaction. It may run more than once, and must do nothing outside the database; on SQLite nobody
	 * else gets at the database meanwhile, so whatever takes time is done before.
	 */
	async record<Value>(tenant: Tenant, act: (recording: Recording) => Promise<Value>): Promise<Value> {
		for (let attempt = 1; ; attempt += 1) {
			try {
				return await this.#attempt(tenant, act);
			} catch (error) {
				const code = error instanceof Error && 'code' in error ? error.code : undefined;
				if (attempt === ATTEMPTS || !retried.has(code)) throw error;
			}
		}
	}

	async #attempt<Value>(tenant: Tenant, act: (recording: Recording) => Promise<Value>): Promise<Value> {
		const now = this.#clock.now();
		const done = { events: false, change: false, letters: false };
		const value = await this.#database.main.transaction().execute(async (trx) => {
			const result = await act({
				trx,
				now,
				events: async (...events) => {
					done.events = true;
					await this.#events.append(trx, tenant, events, now);
				},
				change: async (entityId, version) => {
					done.change = true;
					await recordChange(trx, tenant, { entity: 'posting', entityId, version, at: now.getTime() });
				},
				letters: async (...letters) => {
					done.letters = true;
					for (const letter of letters) await post(trx, tenant, letter, { domain: this.#domain, now });
				},
			});
			if (done.change) await this.#signal.announce(trx, tenant);
			return result;
		});
		if (done.change) this.#signal.wake(tenant);
		if (done.letters) this.#onMail();
		if (done.events) this.#events.settleSoon();
		return value;
	}
}
