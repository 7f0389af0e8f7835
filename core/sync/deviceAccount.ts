import { z } from 'zod';
import { account, type Session, session } from '../postings/protocol/auth.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { Connection } from './connection.ts';
import { ServiceError } from './serviceError.ts';

export type Account = Session['account'];

/** The account that this device belongs to. */
export interface DeviceAccount {
	readonly service: string;
	readonly account: Account;
	/** Bearer token; undefined after it ended. */
	readonly session: string | undefined;
}

export function accountOf(store: LocalStore): DeviceAccount | undefined {
	const stored = store.account.get();
	if (!stored) return undefined;
	const person: unknown = JSON.parse(stored.person);
	return { service: stored.service, session: stored.session, account: z.parse(account, person) };
}

/** @throws {ServiceError} `no-account` */
export function requireAccount(store: LocalStore): DeviceAccount {
	const found = accountOf(store);
	if (found) return found;
	throw new ServiceError('no-account', 'This device belongs to no account yet.', {
		hint: 'Log in at your service with your card first.',
	});
}

/**
 * Takes a session that was just given. A device keeps one account: what another person, or another service, left here is
 * forgotten, unless commands of theirs are still waiting.
 *
 * @throws {ServiceError} `account-in-use`
 */
export function takeSession(store: LocalStore, service: string, session: Session): void {
	store.transaction(() => {
		const known = accountOf(store);
		const isSame = known?.service === service && known.account.user === session.account.user;
		if (known && !isSame) {
			if (store.outbox.all().length > 0) {
				throw new ServiceError('account-in-use', `What ${known.account.name} did here has not been sent yet.`, {
					hint: `Log in as ${known.account.name} to send it, or log out to give it up.`,
					subject: known.service,
				});
			}
			store.forget();
		}
		store.account.set({ service, person: JSON.stringify(session.account), session: session.token });
	});
}

/** What is left out stays as it is. */
export interface AccountDescription {
	readonly email?: string | undefined;
	readonly language?: Account['language'] | undefined;
}

/**
 * Tells the service where letters go, and in which language.
 *
 * @throws {NetworkError} {ServiceError}
 */
export async function describeAccount(
	connection: Connection,
	store: LocalStore,
	description: AccountDescription,
): Promise<void> {
	await connection.ask({ method: 'PATCH', path: '/v1/account', json: description });
	const now = await connection.read({ method: 'GET', path: '/v1/auth/session' }, session.pick({ account: true }));
	const known = requireAccount(store);
	store.account.set({ ...known, person: JSON.stringify(now.account) });
}
