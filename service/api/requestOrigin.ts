import type { FastifyRequest } from 'fastify';
import type { Origin } from '../auth/sessions.ts';

/** From where a request comes, as proxies that are trusted say, and what the application calls itself. */
export const originOf = (request: FastifyRequest): Origin => ({
	address: request.ip,
	device: request.headers['user-agent']?.slice(0, 200) ?? null,
});
