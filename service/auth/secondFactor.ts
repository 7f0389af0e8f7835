import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.ts';
import type { Tenant } from '../keys/tenant.ts';
import type { Recorder } from '../recorder.ts';
import { AuthError } from './authError.ts';
import { administrationEvent, authEvent, failureEvent } from './authEvents.ts';
import { type Lockout, lockedOut } from './lockout.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import { base32, matchingStep, newTotpSecret, totpUri } from './totp.ts';

const sealedSecret = z.object({ secret: z.base64(), confirmed: z.boolean() });

/** The second factor of administrators: a code of their authenticator, each good for one login. */
export class SecondFactor {
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	readonly #sessions: Sessions;
	readonly #lockout: Lockout;

	constructor(parts: {
		readonly recorder: Recorder;
		readonly clock: Clock;
		readonly sessions: Sessions;
		readonly lockout: Lockout;
	}) {
		this.#recorder = parts.recorder;
		this.#clock = parts.clock;
		this.#sessions = parts.sessions;
		this.#lockout = parts.lockout;
	}

	/**
	 * A new secret for somebody who has none that was ever used. It counts once a code of it was given.
	 *
	 * @throws {AuthError} `totp-enrolled`
	 */
	async enrol(session: Session): Promise<{ readonly secret: string; readonly uri: string }> {
		const { tenant, person } = session;
		const secret = newTotpSecret();
		await this.#recorder.record(tenant, async ({ trx, events }) => {
			const row = await trx
				.selectFrom('person')
				.select('totpSealed')
				.where('tenant', '=', tenant.id)
				.where('id', '=', person.user)
				.executeTakeFirstOrThrow();
			if (row.totpSealed !== null && this.#open(tenant, person.user, row.totpSealed).confirmed)
				throw new AuthError('totp-enrolled', 'An authenticator is enrolled already.');
			await trx
				.updateTable('person')
				.set({ totpSealed: this.#seal(tenant, person.user, secret, false), totpStep: 0 })
				.where('tenant', '=', tenant.id)
				.where('id', '=', person.user)
				.execute();
			await events(authEvent('totp.enrolled', session));
		});
		return { secret: base32(secret), uri: totpUri(secret, 'Paraph', session.email ?? session.name) };
	}

	/** Completes the login. @throws {AuthError} `totp-wrong` with what remains before the lockout; `totp-not-enrolled`, `locked-out` */
	async give(session: Session, code: string): Promise<void> {
		const { tenant, person, address } = session;
		const attempt = { address, account: person.user };
		await this.#lockout.check(tenant, attempt);
		const right = await this.#recorder.record(tenant, async ({ trx, events }) => {
			const row = await trx
				.selectFrom('person')
				.select(['totpSealed', 'totpStep'])
				.where('tenant', '=', tenant.id)
				.where('id', '=', person.user)
				.executeTakeFirstOrThrow();
			if (row.totpSealed === null) throw new AuthError('totp-not-enrolled', 'No authenticator is enrolled.');
			const { secret } = this.#open(tenant, person.user, row.totpSealed);
			const step = matchingStep(secret, code, this.#clock.now(), row.totpStep);
			if (step === undefined) return false;
			// The row as it was: of two that come with one code, one finds it used.
			const { numUpdatedRows } = await trx
				.updateTable('person')
				.set({ totpStep: step, totpSealed: this.#seal(tenant, person.user, secret, true) })
				.where('tenant', '=', tenant.id)
				.where('id', '=', person.user)
				.where('totpStep', '=', row.totpStep)
				.executeTakeFirst();
			if (numUpdatedRows === 0n) return false;
			await this.#sessions.complete(trx, session.id);
			await events(authEvent('login.second-factor', session));
			return true;
		});
		if (right) return this.#lockout.succeeded(tenant, attempt);
		const after = await this.#lockout.failed(tenant, attempt);
		await this.#recorder.record(tenant, ({ events }) => events(failureEvent(after, 'totp', 'totp-wrong', session)));
		const { triesLeft, retryAfter } = after;
		if (retryAfter !== undefined) throw lockedOut('Too many codes were wrong', retryAfter);
		throw new AuthError(
			'totp-wrong',
			`This is not the code that the authenticator shows now, or it was used; tries left: ${triesLeft}.`,
			after,
		);
	}

	/** For somebody who lost theirs, by another administrator: they enrol a new one at their next login. */
	async reset(by: Session, person: string): Promise<void> {
		await this.#recorder.record(by.tenant, async ({ trx, events }) => {
			const { numUpdatedRows } = await trx
				.updateTable('person')
				.set({ totpSealed: null, totpStep: 0 })
				.where('tenant', '=', by.tenant.id)
				.where('id', '=', person)
				.executeTakeFirst();
			if (numUpdatedRows === 0n) throw new AuthError('person-unknown', 'There is no such person.');
			await trx.deleteFrom('session').where('tenant', '=', by.tenant.id).where('person', '=', person).execute();
			await events(administrationEvent('totp.reset', by, person));
		});
	}

	#seal(tenant: Tenant, person: string, secret: Uint8Array, confirmed: boolean): Buffer {
		return tenant.columns.seal({ secret: Buffer.from(secret).toString('base64'), confirmed }, contextOf(person));
	}

	#open(tenant: Tenant, person: string, sealed: Uint8Array): { readonly secret: Buffer; readonly confirmed: boolean } {
		const { secret, confirmed } = sealedSecret.parse(tenant.columns.unseal(sealed, contextOf(person)));
		return { secret: Buffer.from(secret, 'base64'), confirmed };
	}
}

const contextOf = (person: string): string => `person:totp:${person}`;
