import type { IncomingMessage } from 'node:http';
import type { Session } from './session.ts';

/** Why a request was turned away; told to nobody but the log of a test. */
export type Refusal = { readonly status: 400 | 401 | 403 | 405 | 415; readonly why: string };

/** `host:port` as the browser must name us: anything else came through a name that someone else chose (rebinding). */
export function refuseHost(request: IncomingMessage, host: string): Refusal | undefined {
	return request.headers.host === host ? undefined : { status: 403, why: 'wrong-host' };
}

/**
 * Who may ask for something beyond the start page: our own page, with the cookie.
 *
 * A posted question must name our origin; for the rest the browser says it was us (Fetch Metadata) or nothing at all.
 */
export function refuseStranger(request: IncomingMessage, session: Session, own: string): Refusal | undefined {
	const { origin } = request.headers;
	if (origin !== undefined && origin !== own) return { status: 403, why: 'wrong-origin' };
	if (request.method === 'POST' && origin === undefined) return { status: 403, why: 'no-origin' };
	const site = request.headers['sec-fetch-site'];
	if (site !== undefined && site !== 'same-origin' && site !== 'none') return { status: 403, why: 'cross-site' };
	if (!session.admits(cookieOf(request, own))) return { status: 401, why: 'no-cookie' };
	return undefined;
}

/** Cookies know no ports: the name does, so that two desks do not log each other out. */
export function cookieName(own: string): string {
	return `paraph-${new URL(own).port}`;
}

function cookieOf(request: IncomingMessage, own: string): string | undefined {
	const wanted = `${cookieName(own)}=`;
	return request.headers.cookie
		?.split('; ')
		.find((pair) => pair.startsWith(wanted))
		?.slice(wanted.length);
}
