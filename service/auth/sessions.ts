import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { AssuranceLevel } from '../../core/postings/posting.ts';
import { assuranceLevel } from '../../core/postings/posting.ts';
import type { Main, MainTransaction } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import { People } from './people.ts';
import type { Session } from './session.ts';

const HOUR = 3_600_000;
/** How often it is written down that a session was used. */
const NOTICE = 60_000;

export interface OpenedSession {
	/** Known to whoever logged in alone. */
	readonly token: string;
	readonly expiresAt: Date;
}

/** From where a request comes, and by what. */
export interface Origin {
	readonly address: string;
	readonly device: string | null;
}

/** Who is logged in. Tokens are random; the table has their digests. */
export class Sessions {
	readonly #main: Main;
	readonly #clock: Clock;
	readonly #hours: number;

	constructor(parts: { readonly main: Main; readonly clock: Clock; readonly hours: number }) {
		this.#main = parts.main;
		this.#clock = parts.clock;
		this.#hours = parts.hours;
	}

	async open(
		trx: MainTransaction,
		tenant: Tenant,
		login: { readonly person: string; readonly level: AssuranceLevel; readonly method: string },
	): Promise<OpenedSession> {
		const token = randomBytes(32).toString('base64url');
		const now = this.#clock.now().getTime();
		const expiresAt = now + this.#hours * HOUR;
		await trx
			.insertInto('session')
			.values({
				id: digestOf(token),
				tenant: tenant.id,
				...login,
				secondFactor: 0,
				createdAt: now,
				seenAt: now,
				expiresAt,
			})
			.execute();
		return { token, expiresAt: new Date(expiresAt) };
	}

	/** Undefined where the token opens nothing, is out of date, or its person was shut out. */
	async find(tenant: Tenant, token: string, origin: Origin): Promise<Session | undefined> {
		const now = this.#clock.now().getTime();
		const row = await this.#main
			.selectFrom('session')
			.selectAll()
			.where('id', '=', digestOf(token))
			.where('tenant', '=', tenant.id)
			.where('expiresAt', '>', now)
			.executeTakeFirst();
		if (row === undefined) return undefined;
		const people = new People(tenant);
		const known = await people.find(this.#main, row.person);
		if (known === undefined || !known.active) return undefined;
		if (row.seenAt < now - NOTICE)
			await this.#main.updateTable('session').set({ seenAt: now }).where('id', '=', row.id).execute();
		const level = assuranceLevel.parse(row.level);
		return {
			id: row.id,
			tenant,
			person: await people.actor(this.#main, row.person, level),
			name: known.facts.name,
			email: known.facts.email,
			role: known.role,
			language: known.facts.language,
			method: row.method,
			complete: known.role !== 'administrator' || row.secondFactor === 1,
			hasAuthenticator: known.hasAuthenticator,
			expiresAt: new Date(row.expiresAt),
			...origin,
		};
	}

	/** The second factor was given. */
	async complete(trx: MainTransaction, id: string): Promise<void> {
		await trx.updateTable('session').set({ secondFactor: 1 }).where('id', '=', id).execute();
	}

	async close(trx: MainTransaction, id: string): Promise<void> {
		await trx.deleteFrom('session').where('id', '=', id).execute();
	}
}

const digestOf = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');
