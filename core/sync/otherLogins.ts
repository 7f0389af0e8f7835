/** Logging in without a card: at an issuer of OpenID Connect in the browser, or by a code sent by mail. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Language } from '../postings/posting.ts';
import {
	begunLogin,
	type LoginMethods,
	loginMethods,
	oidcStarted,
	type Session,
	session,
} from '../postings/protocol/auth.ts';
import type { Connection } from './connection.ts';
import { ServiceError, unreadable } from './serviceError.ts';

/** Milliseconds between two questions whether the person is done in the browser. */
const INTERVAL = 1500;
/** Milliseconds; the service waits no longer either. */
const PATIENCE = 10 * 60_000;

/** @throws {NetworkError} {ServiceError} */
export const loginMethodsOf = (connection: Connection, signal?: AbortSignal): Promise<LoginMethods> =>
	connection.read({ method: 'GET', path: '/v1/auth/methods', signal }, loginMethods);

export interface BrowserLogin {
	/** One of {@link loginMethodsOf}. */
	readonly issuer: string;
	/** Shows the issuer's page; `code` stands on the service's own page behind it, and says that the login is this one. */
	readonly show: (url: string, code: string) => void;
	readonly signal?: AbortSignal | undefined;
	/** Milliseconds. */
	readonly interval?: number;
}

/**
 * Begins a login, shows its page, and waits until the person is done there.
 *
 * @throws {NetworkError} {ServiceError} `login-pending` when nobody was done in ten minutes; the signal's reason.
 */
export async function logInByBrowser(
	connection: Connection,
	{ issuer, show, signal, interval = INTERVAL }: BrowserLogin,
): Promise<Session> {
	const { url, login } = await connection.read(
		{ method: 'POST', path: '/v1/auth/oidc', json: { issuer }, signal },
		oidcStarted,
	);
	if (!/^https?:$/.test(new URL(url).protocol))
		throw unreadable(connection.service, `it names a page that no browser shows (${url})`);
	show(url, login.slice(-4).toUpperCase());
	const collect = { method: 'POST', path: '/v1/auth/oidc/session', json: { login }, signal } as const;
	for (const end = Date.now() + PATIENCE; ; await pause(interval, undefined, { signal })) {
		try {
			return await connection.read(collect, session);
		} catch (error) {
			signal?.throwIfAborted();
			const isPending = error instanceof ServiceError && error.code === 'login-pending';
			if (!isPending || Date.now() > end) throw error;
		}
	}
}

/** Has a code sent. @returns the login that the code is for. @throws {NetworkError} {ServiceError} */
export async function beginMailLogin(
	connection: Connection,
	to: { readonly email: string; readonly language: Language },
	signal?: AbortSignal,
): Promise<string> {
	const { login } = await connection.read({ method: 'POST', path: '/v1/auth/mail', json: to, signal }, begunLogin);
	return login;
}

/** @param code six digits; a wrong one ends this login. @throws {NetworkError} {ServiceError} `code-wrong`, … */
export const finishMailLogin = (
	connection: Connection,
	login: string,
	code: string,
	signal?: AbortSignal,
): Promise<Session> =>
	connection.read({ method: 'POST', path: '/v1/auth/mail/session', json: { login, code }, signal }, session);
