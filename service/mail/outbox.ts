import { newUuid } from '../../core/postings/identifiers.ts';
import type { MainTransaction } from '../db/serviceDatabase.ts';
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

export const letterContext = (id: string): string => `mail:facts:${id}`;
