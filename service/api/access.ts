/** Who may ask which route: each says so itself, and one that does not say cannot be registered. */
import type { FastifyRequest } from 'fastify';
import type { TenantRole } from '../../core/postings/protocol/auth.ts';
import type { Session } from '../auth/session.ts';
import { ApiError } from './apiError.ts';
import type { App } from './app.ts';

export type Access =
	/** Anybody: it tells nothing of anybody. */
	| 'public'
	/** A page for people: it sends those who are not logged in to the login itself, and shows nothing of anybody before. */
	| 'page'
	/** Whoever collects metrics: this machine, or with the token of the configuration. */
	| 'metrics'
	/** Whoever is logged in, even before the second factor. */
	| 'login'
	/** Whoever is logged in and in one of these roles; what they are to a posting is for the posting to say. */
	| readonly TenantRole[];

export const everybody: Access = ['guest', 'member', 'auditor', 'administrator'];

declare module 'fastify' {
	interface FastifyContextConfig {
		access?: Access;
	}
	interface FastifyRequest {
		/** Set by {@link guard} where the route wants one. */
		session: Session | null;
	}
}

export interface Guardian {
	/** Who sent this, by token or cookie; undefined where nobody is logged in. @throws {AuthError} */
	identify(request: FastifyRequest): Promise<Session | undefined>;
	isCollector(request: FastifyRequest): boolean;
}

/** A route, and who may ask it. */
export interface GuardedRoute {
	readonly method: string;
	readonly url: string;
	readonly access: Access;
}

/**
 * Denies by default: checks each request against its route's {@link Access}.
 *
 * @returns the routes, as they are registered from here on.
 */
export function guard(app: App, guardian: Guardian): readonly GuardedRoute[] {
	const routes: GuardedRoute[] = [];
	app.decorateRequest('session', null);
	app.addHook('onRoute', ({ config, url, method }) => {
		const { access } = config ?? {};
		if (access === undefined) throw new TypeError(`${method} ${url} does not say who may ask it`);
		for (const one of [method].flat()) routes.push({ method: one, url, access });
	});
	app.addHook('onRequest', async (request) => {
		const { access } = request.routeOptions.config;
		if (access === 'public' || request.is404) return;
		if (access === 'metrics') {
			if (guardian.isCollector(request)) return;
			throw new ApiError('not-logged-in', 'Metrics are not for everybody.');
		}
		const session = await guardian.identify(request);
		if (access === 'page') {
			request.session = session ?? null;
			return;
		}
		if (session === undefined || access === undefined)
			throw new ApiError('not-logged-in', 'This is for people who are logged in.');
		request.session = session;
		if (access === 'login') return;
		if (!session.complete) throw new ApiError('second-factor-needed', 'This login lacks its second factor.');
		if (!access.includes(session.role))
			throw new ApiError('role-forbids', `This is not for the role '${session.role}'.`);
	});
	return routes;
}

/** The session of a route that wants one. */
export function sessionOf(request: FastifyRequest): Session {
	if (request.session !== null) return request.session;
	throw new TypeError('this route asks for no login');
}
