import { newUuid } from '../../core/postings/identifiers.ts';
import type { Metrics } from '../api/metrics.ts';
import type { Main, MainTransaction } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import type { Letter } from './letters.ts';

/** Puts a letter into the outbox, in the transaction of what it tells of: both happen or neither. */
export async function post(
	trx: MainTransaction,
	tenant: Tenant,
	letter: Letter,
	{ domain, now }: { readonly domain: string; readonly now: Date },
): Promise<void> {
	const id = newUuid(now);
	await trx
		.insertInto('mail')
		.values({
			tenant: tenant.id,
			id,
			kind: letter.kind,
			locale: letter.to.language,
			factsSealed: tenant.columns.seal(letter, letterContext(id)),
			// The same on every attempt: a server that has it already may drop the second.
			messageId: `<${id}@${domain}>`,
			state: 'waiting',
			attempts: 0,
			dueAt: now.getTime(),
			leaseUntil: 0,
			leaseOwner: null,
			lastError: null,
			createdAt: now.getTime(),
			sentAt: null,
		})
		.execute();
}

/** How many letters are in which state. */
export async function countLetters(main: Main, metrics: Metrics): Promise<void> {
	const counted = await main
		.selectFrom('mail')
		.select(({ fn }) => ['state', fn.countAll().as('letters')])
		.groupBy('state')
		.execute();
	for (const state of ['waiting', 'handed-over', 'sent', 'failed', 'unknown'] as const) {
		const letters = Number(counted.find((row) => row.state === state)?.letters ?? 0);
		metrics.gauge('paraph_letters', 'Letters in the outbox, by state.', letters, { state });
	}
}

export const letterContext = (id: string): string => `mail:facts:${id}`;
