import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Row } from '../db/schema.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';

type Kind = Row<'challenge'>['kind'];

/** Logins that have begun: what each must come back with, kept encrypted, and taken once. */
export class Challenges {
	readonly #main: Main;
	readonly #clock: Clock;

	constructor(main: Main, clock: Clock) {
		this.#main = main;
		this.#clock = clock;
	}

	/** @param milliseconds how long it may take. */
	async begin(
		tenant: Tenant,
		kind: Kind,
		facts: unknown,
		milliseconds: number,
		id: string = randomUUID(),
	): Promise<{ readonly id: string; readonly expiresAt: Date }> {
		const expiresAt = this.#clock.now().getTime() + milliseconds;
		const factsSealed = tenant.columns.seal(facts, contextOf(kind, id));
		await this.#main.insertInto('challenge').values({ id, tenant: tenant.id, kind, factsSealed, expiresAt }).execute();
		return { id, expiresAt: new Date(expiresAt) };
	}

	/** Its facts, and it is gone: whoever comes second gets undefined. */
	async take(tenant: Tenant, kind: Kind, id: string): Promise<unknown> {
		const row = await this.#main
			.deleteFrom('challenge')
			.where('id', '=', id)
			.where('tenant', '=', tenant.id)
			.where('kind', '=', kind)
			.returning(['factsSealed', 'expiresAt'])
			.executeTakeFirst();
		if (row === undefined || row.expiresAt <= this.#clock.now().getTime()) return undefined;
		return tenant.columns.unseal(row.factsSealed, contextOf(kind, id));
	}

	/** Its facts, while it stays. */
	async look(tenant: Tenant, kind: Kind, id: string): Promise<unknown> {
		const row = await this.#main
			.selectFrom('challenge')
			.select('factsSealed')
			.where('id', '=', id)
			.where('tenant', '=', tenant.id)
			.where('kind', '=', kind)
			.where('expiresAt', '>', this.#clock.now().getTime())
			.executeTakeFirst();
		return row && tenant.columns.unseal(row.factsSealed, contextOf(kind, id));
	}
}

const contextOf = (kind: Kind, id: string): string => `challenge:${kind}:${id}`;
