import { randomUUID } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { Clock } from '../../core/ports/clock.ts';
import type { Row } from '../db/schema.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Logger } from '../logging.ts';
import type { Tenants } from '../tenants.ts';
import { isSentAgain, isTooLate, type Letter, letter as letterSchema } from './letters.ts';
import { letterContext } from './outbox.ts';
import { isRefusal, type MailSettings, PATIENCE, reasonOf, sendMessage } from './smtp.ts';
import { writeLetter } from './writeLetter.ts';

/** How long one instance has for the letters that it took; then another may. */
const LEASE = 5 * 60_000;
/** How long it has once the final dot is on its way: longer than it waits for the answer. */
const LEASE_AT_THE_END = PATIENCE + 5 * 60_000;
/** How long the service waits for a mail server when it is to stop. */
const LAST_PATIENCE = 20_000;
/** Taken at a time. */
const TOGETHER = 20;
/** How long after each failure it is tried again; after the last of these every six hours. */
const WAITS = [1, 5, 15, 60, 180].map((minutes) => minutes * 60_000);
const LONGEST_WAIT = 6 * 3_600_000;
/** A letter that could not be delivered for so long is given up; it stays in the outbox as failed. */
const GIVEN_UP = 7 * 24 * 3_600_000;

export interface PostmanParts {
	readonly main: Main;
	readonly tenants: Tenants;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly settings: MailSettings;
	readonly linkTo: (posting: string) => string;
}

type Mail = Row<'mail'>;

/** A letter, and until when nobody else has it. */
interface Claim {
	readonly row: Mail;
	readonly until: number;
}

/**
 * Sends what is in the outbox.
 *
 * A letter is claimed by a lease before it is sent, marked as handed over before the dot that makes the server take it, and as
 * sent after its answer. SMTP knows no commit: where the answer never came, nobody can know whether the server has the letter.
 * {@link isSentAgain} says which are sent again then, as the very same message, by which mailboxes recognise the second copy.
 */
export class Postman {
	readonly #parts: PostmanParts;
	readonly #owner = randomUUID();
	readonly #stopping = new AbortController();
	#round: Promise<void> | undefined;

	constructor(parts: PostmanParts) {
		this.#parts = parts;
	}

	/** Sends everything that is due; a call while one is under way joins the next. */
	async deliver(): Promise<void> {
		const { settings } = this.#parts;
		const { url } = settings;
		if (url === undefined) return;
		await this.#round;
		this.#round ??= this.#deliverAll({ ...settings, url }).finally(() => {
			this.#round = undefined;
		});
		await this.#round;
	}

	/** Sends what it can within some seconds; the rest waits for the next start. */
	async close(): Promise<void> {
		const timer = setTimeout(() => this.#stopping.abort(), LAST_PATIENCE);
		await this.#round?.catch(() => {});
		clearTimeout(timer);
	}

	async #deliverAll(server: MailSettings & { readonly url: string }): Promise<void> {
		while (!this.#stopping.signal.aborted) {
			const claims = await this.#claim();
			if (claims.length === 0) return;
			for (const claim of claims) {
				if (this.#stopping.signal.aborted) await this.#mark(claim.row, { leaseUntil: 0 });
				else await this.#send(server, claim);
			}
		}
	}

	/** Letters that are due and nobody else has; each is ours until its lease ends. */
	async #claim(): Promise<readonly Claim[]> {
		const { main, clock } = this.#parts;
		const now = clock.now().getTime();
		const until = now + LEASE;
		const due = await main
			.selectFrom('mail')
			.selectAll()
			.where('state', 'in', ['waiting', 'handed-over'])
			.where('dueAt', '<=', now)
			.where('leaseUntil', '<=', now)
			.orderBy('dueAt')
			.limit(TOGETHER)
			.execute();
		const claims: Claim[] = [];
		for (const row of due) {
			const { numUpdatedRows } = await main
				.updateTable('mail')
				.set({ leaseUntil: until, leaseOwner: this.#owner })
				.where('tenant', '=', row.tenant)
				.where('id', '=', row.id)
				.where('state', '=', row.state)
				.where('leaseUntil', '=', row.leaseUntil)
				.executeTakeFirst();
			if (numUpdatedRows === 1n) claims.push({ row, until });
		}
		return claims;
	}

	async #send(server: MailSettings & { readonly url: string }, { row, until }: Claim): Promise<void> {
		const { tenants, logger, clock } = this.#parts;
		const tenant = [...tenants].find(({ id }) => id === row.tenant);
		// Those before it have taken long, and somebody else may have it by now.
		if (tenant === undefined || clock.now().getTime() >= until) return;
		const letter = letterSchema.parse(tenant.columns.unseal(row.factsSealed, letterContext(row.id)));
		if (row.state === 'handed-over') {
			const again = isSentAgain[letter.kind];
			logger.warn({ mail: row.id, kind: letter.kind, again }, 'nobody knows whether the mail server has this letter');
			if (!again) return this.#mark(row, { state: 'unknown', leaseUntil: 0 });
		}
		if (isTooLate(letter, row.createdAt, clock.now()))
			return this.#mark(row, { state: 'failed', leaseUntil: 0, lastError: 'too-late' });
		const attempt = { handedOver: false, lost: false };
		try {
			await sendMessage(server, this.#messageOf(row, letter), async () => {
				attempt.handedOver = await this.#handOver(row);
				attempt.lost = !attempt.handedOver;
				if (attempt.lost) throw new Error('somebody else has this letter');
			});
		} catch (error) {
			if (attempt.lost) return;
			// Without an answer to the dot the server may have taken it all the same.
			await this.#failed(row, error, attempt.handedOver && !isRefusal(error) ? 'handed-over' : 'waiting');
			logger.warn({ mail: row.id, attempt: row.attempts + 1, reason: reasonOf(error) }, 'letter not delivered');
			return;
		}
		const sentAt = clock.now().getTime();
		await this.#mark(row, { state: 'sent', attempts: row.attempts + 1, sentAt, leaseUntil: 0, lastError: null });
	}

	/** The very same on every attempt: mailboxes know a second copy by its id, some only where the date is the same too. */
	#messageOf(row: Mail, letter: Letter): SendMailOptions {
		const { settings, linkTo } = this.#parts;
		return {
			...writeLetter(letter, linkTo),
			from: settings.from,
			messageId: row.messageId,
			date: new Date(row.createdAt),
			headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': row.locale },
			signal: this.#stopping.signal,
		};
	}

	/** @returns false where somebody else has the letter by now. */
	async #handOver(row: Mail): Promise<boolean> {
		const { main, clock } = this.#parts;
		const { numUpdatedRows } = await main
			.updateTable('mail')
			.set({ state: 'handed-over', leaseUntil: clock.now().getTime() + LEASE_AT_THE_END })
			.where('tenant', '=', row.tenant)
			.where('id', '=', row.id)
			.where('leaseOwner', '=', this.#owner)
			.executeTakeFirst();
		return numUpdatedRows === 1n;
	}

	/** @param state how it waits for the next attempt. */
	async #failed(row: Mail, error: unknown, state: 'waiting' | 'handed-over'): Promise<void> {
		const now = this.#parts.clock.now().getTime();
		const isOver = now - row.createdAt > GIVEN_UP;
		await this.#mark(row, {
			state: isOver ? 'failed' : state,
			attempts: row.attempts + 1,
			dueAt: now + (WAITS[row.attempts] ?? LONGEST_WAIT),
			leaseUntil: 0,
			lastError: reasonOf(error),
		});
	}

	/** As long as the letter is ours. */
	async #mark(row: Mail, values: Partial<Mail>): Promise<void> {
		await this.#parts.main
			.updateTable('mail')
			.set({ ...values, leaseOwner: null })
			.where('tenant', '=', row.tenant)
			.where('id', '=', row.id)
			.where('leaseOwner', '=', this.#owner)
			.execute();
	}
}
