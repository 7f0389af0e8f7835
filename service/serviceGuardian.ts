import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Guardian } from './api/access.ts';
import { originOf } from './api/requestOrigin.ts';
import type { Authentication } from './auth/authentication.ts';
import type { Session } from './auth/session.ts';
import { isLoopback } from './config/configuration.ts';
import type { Tenants } from './tenants.ts';

/** Browsers send it to this host over https alone, and to no other path's script, for there is none. */
export const sessionCookie = (isSecure: boolean): string => (isSecure ? '__Host-paraph' : 'paraph');

/** Who sends a request: applications by a bearer token, the service's own pages by their cookie. */
export class ServiceGuardian implements Guardian {
	readonly #authentication: Authentication;
	readonly #tenants: Tenants;
	readonly #metricsToken: string | undefined;

	constructor(parts: {
		readonly authentication: Authentication;
		readonly tenants: Tenants;
		readonly metricsToken: string | undefined;
	}) {
		this.#authentication = parts.authentication;
		this.#tenants = parts.tenants;
		this.#metricsToken = parts.metricsToken;
	}

	async identify(request: FastifyRequest): Promise<Session | undefined> {
		// A cookie is good for pages alone: what a foreign page makes a browser send to the API opens nothing.
		const isPage = !request.routeOptions.url?.startsWith('/v1/');
		const token =
			bearerOf(request) ?? (isPage ? request.cookies[sessionCookie(request.protocol === 'https')] : undefined);
		return token === undefined
			? undefined
			: this.#authentication.identify(this.#tenants.of(request), token, originOf(request));
	}

	isCollector(request: FastifyRequest): boolean {
		if (this.#metricsToken === undefined) return isLoopback(request.ip.replace(/^::ffff:/, ''));
		return isSame(bearerOf(request) ?? '', this.#metricsToken);
	}
}

const bearerOf = ({ headers }: FastifyRequest): string | undefined =>
	/^Bearer ([\w.~+/-]{1,500}=*)$/i.exec(headers.authorization ?? '')?.[1];

const isSame = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b));
const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
