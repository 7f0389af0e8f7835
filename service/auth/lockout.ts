import type { Clock } from '../../core/ports/clock.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import { AuthError } from './authError.ts';

/** Failures in a row after which an account or an address has to wait. */
export const FAILURES_ALLOWED = 5;
const WAIT = 15 * 60_000;
/** Who has not failed for so long begins anew. */
const FORGET = 60 * 60_000;

/** What a login is counted under; the address it comes from always, the account where it names one. */
export interface Attempt {
	readonly address: string;
	readonly account: string | undefined;
}

/** How things stand once a failure was counted. */
export interface AfterFailure {
	/** 0: this was the one that locks. */
	readonly triesLeft: number;
	/** Seconds; where it is locked. */
	readonly retryAfter?: number;
}

/** Counts failed logins, by account and by address: whoever failed five times waits a quarter of an hour. */
export class Lockout {
	readonly #main: Main;
	readonly #clock: Clock;

	constructor(main: Main, clock: Clock) {
		this.#main = main;
		this.#clock = clock;
	}

	/** @throws {AuthError} `locked-out` */
	async check(tenant: Tenant, attempt: Attempt): Promise<void> {
		const now = this.#clock.now().getTime();
		for (const { kind, subject } of subjectsOf(tenant, attempt)) {
			const row = await this.#main
				.selectFrom('lockout')
				.select('lockedUntil')
				.where('tenant', '=', tenant.id)
				.where('kind', '=', kind)
				.where('subject', '=', subject)
				.executeTakeFirst();
			if (row === undefined || row.lockedUntil <= now) continue;
			throw lockedOut(`Too many logins failed (${kind})`, Math.ceil((row.lockedUntil - now) / 1000));
		}
	}

	async failed(tenant: Tenant, attempt: Attempt): Promise<AfterFailure> {
		const now = this.#clock.now().getTime();
		let most = 0;
		for (const { kind, subject } of subjectsOf(tenant, attempt)) {
			const { failures } = await this.#main
				.insertInto('lockout')
				.values({ tenant: tenant.id, kind, subject, failures: 1, lastAt: now, lockedUntil: 0 })
				.onConflict((conflict) =>
					conflict.columns(['tenant', 'kind', 'subject']).doUpdateSet((eb) => ({
						failures: eb
							.case()
							.when('lockout.lastAt', '<', now - FORGET)
							.then(1)
							.else(eb('lockout.failures', '+', 1))
							.end(),
						lastAt: now,
					})),
				)
				.returning('failures')
				.executeTakeFirstOrThrow();
			most = Math.max(most, failures);
			if (failures < FAILURES_ALLOWED) continue;
			await this.#main
				.updateTable('lockout')
				.set({ lockedUntil: now + WAIT, failures: 0 })
				.where('tenant', '=', tenant.id)
				.where('kind', '=', kind)
				.where('subject', '=', subject)
				.execute();
		}
		const triesLeft = Math.max(0, FAILURES_ALLOWED - most);
		return triesLeft === 0 ? { triesLeft, retryAfter: WAIT / 1000 } : { triesLeft };
	}

	async succeeded(tenant: Tenant, attempt: Attempt): Promise<void> {
		for (const { kind, subject } of subjectsOf(tenant, attempt))
			await this.#main
				.deleteFrom('lockout')
				.where('tenant', '=', tenant.id)
				.where('kind', '=', kind)
				.where('subject', '=', subject)
				.execute();
	}
}

/** @param seconds until the next may be tried. */
export const lockedOut = (why: string, seconds: number): AuthError =>
	new AuthError('locked-out', `${why}; the next may be tried in ${Math.ceil(seconds / 60)} minutes.`, {
		retryAfter: seconds,
	});

const subjectsOf = ({ columns }: Tenant, { address, account }: Attempt) => [
	{ kind: 'address' as const, subject: columns.blindIndex('address', address) },
	...(account === undefined ? [] : [{ kind: 'account' as const, subject: columns.blindIndex('account', account) }]),
];
