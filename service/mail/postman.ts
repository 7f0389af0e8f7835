import { randomUUID } from 'node:crypto';
import { createTransport, type Transporter } from 'nodemailer';
import type { Clock } from '../../core/ports/clock.ts';
import type { Row } from '../db/schema.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Logger } from '../logging.ts';
import type { Tenants } from '../tenants.ts';
import { letter as letterSchema } from './letters.ts';
import { letterContext } from './outbox.ts';
import { writeLetter } from './writeLetter.ts';

/** How long one instance has for a letter that it took; then another may. */
const LEASE = 5 * 60_000;
/** Taken at a time. */
const TOGETHER = 20;
/** How long after each failure it is tried again; after the last of these every six hours. */
const WAITS = [1, 5, 15, 60, 180].map((minutes) => minutes * 60_000);
const LONGEST_WAIT = 6 * 3_600_000;
/** A letter that could not be delivered for so long is given up; it stays in the outbox as failed. */
const GIVEN_UP = 7 * 24 * 3_600_000;

export interface MailSettings {
	/** smtp:// or smtps://; without it letters wait. */
	readonly url: string | undefined;
	readonly user: string | undefined;
	readonly password: string | undefined;
	readonly from: string;
}

export interface PostmanParts {
	readonly main: Main;
	readonly tenants: Tenants;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly settings: MailSettings;
	readonly linkTo: (posting: string) => string;
}

/**
 * Sends what is in the outbox.
 *
 * A letter is claimed by a lease before it is sent and marked after the server has taken it. SMTP knows no commit: when an
 * instance dies between the two, nobody can know whether the server has it, and it is sent again, under the same Message-ID,
 * by which mailboxes recognise the second copy. Lost it is never.
 */
export class Postman {
	readonly #parts: PostmanParts;
	readonly #owner = randomUUID();
	readonly #transport: Transporter | undefined;
	#round: Promise<void> | undefined;

	constructor(parts: PostmanParts) {
		this.#parts = parts;
		this.#transport = transportFor(parts.settings);
	}

	/** Sends everything that is due; a call while one is under way joins the next. */
	async deliver(): Promise<void> {
		if (this.#transport === undefined) return;
		await this.#round;
		this.#round ??= this.#deliverAll(this.#transport).finally(() => {
			this.#round = undefined;
		});
		await this.#round;
	}

	async close(): Promise<void> {
		await this.#round?.catch(() => {});
		this.#transport?.close();
	}

	async #deliverAll(transport: Transporter): Promise<void> {
		for (;;) {
			const claimed = await this.#claim();
			if (claimed.length === 0) return;
			for (const row of claimed) await this.#send(transport, row);
		}
	}

	/** Letters that are due and nobody else has; each is ours until its lease ends. */
	async #claim(): Promise<readonly Row<'mail'>[]> {
		const { main, clock } = this.#parts;
		const now = clock.now().getTime();
		const due = await main
			.selectFrom('mail')
			.selectAll()
			.where('state', '=', 'waiting')
			.where('dueAt', '<=', now)
			.where('leaseUntil', '<=', now)
			.orderBy('dueAt')
			.limit(TOGETHER)
			.execute();
		const claimed: Row<'mail'>[] = [];
		for (const row of due) {
			const { numUpdatedRows } = await main
				.updateTable('mail')
				.set({ leaseUntil: now + LEASE, leaseOwner: this.#owner })
				.where('tenant', '=', row.tenant)
				.where('id', '=', row.id)
				.where('state', '=', 'waiting')
				.where('leaseUntil', '=', row.leaseUntil)
				.executeTakeFirst();
			if (numUpdatedRows === 1n) claimed.push(row);
		}
		return claimed;
	}

	async #send(transport: Transporter, row: Row<'mail'>): Promise<void> {
		const { tenants, settings, linkTo, logger } = this.#parts;
		const tenant = [...tenants].find(({ id }) => id === row.tenant);
		if (tenant === undefined) return;
		const written = writeLetter(
			letterSchema.parse(tenant.columns.unseal(row.factsSealed, letterContext(row.id))),
			linkTo,
		);
		try {
			await transport.sendMail({
				from: settings.from,
				to: written.to,
				subject: written.subject,
				text: written.text,
				messageId: row.messageId,
				headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': row.locale },
			});
		} catch (error) {
			await this.#failed(row, error);
			logger.warn({ mail: row.id, attempt: row.attempts + 1, reason: reasonOf(error) }, 'letter not delivered');
			return;
		}
		const sentAt = this.#parts.clock.now().getTime();
		await this.#mark(row, { state: 'sent', attempts: row.attempts + 1, sentAt, leaseUntil: 0, lastError: null });
	}

	async #failed(row: Row<'mail'>, error: unknown): Promise<void> {
		const now = this.#parts.clock.now().getTime();
		const isOver = now - row.createdAt > GIVEN_UP;
		await this.#mark(row, {
			state: isOver ? 'failed' : 'waiting',
			attempts: row.attempts + 1,
			dueAt: now + (WAITS[row.attempts] ?? LONGEST_WAIT),
			leaseUntil: 0,
			lastError: reasonOf(error),
		});
	}

	/** As long as the letter is ours. */
	async #mark(row: Row<'mail'>, values: Partial<Row<'mail'>>): Promise<void> {
		await this.#parts.main
			.updateTable('mail')
			.set({ ...values, leaseOwner: null })
			.where('tenant', '=', row.tenant)
			.where('id', '=', row.id)
			.where('leaseOwner', '=', this.#owner)
			.execute();
	}
}

function transportFor({ url, user, password }: MailSettings): Transporter | undefined {
	if (url === undefined) return undefined;
	const { protocol, hostname, port } = new URL(url);
	const secure = protocol === 'smtps:';
	const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
	return createTransport({
		host: hostname.replace(/^\[|\]$/g, ''),
		port: port === '' ? (secure ? 465 : 587) : Number(port),
		secure,
		// Letters name people and postings: off this machine they travel encrypted or not at all.
		requireTLS: !secure && !isLocal,
		ignoreTLS: !secure && isLocal,
		...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
		connectionTimeout: 30_000,
		greetingTimeout: 30_000,
		socketTimeout: 120_000,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
}

/** The server's code, without its words: they repeat the address. */
function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return 'unknown';
	if ('responseCode' in error && typeof error.responseCode === 'number') return `SMTP ${error.responseCode}`;
	return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
