import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../api/problems.ts';
import { LoginNeeded, type WebPages } from './webPages.ts';

/** What a page says when it cannot be shown; whoever is not logged in is sent to the login. */
export const pageErrors =
	(pages: WebPages) =>
	(error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
		if (error instanceof LoginNeeded) {
			void reply.redirect(`/login?to=${encodeURIComponent(error.returnTo)}`, 303);
			return;
		}
		const problem = problemOf(error);
		if (problem.status >= 500) request.log.error({ err: error }, 'page failed');
		// An id that is none, a posting that is nobody's: there is nothing here.
		if (problem.status === 404 || (problem.status === 400 && request.method === 'GET'))
			pages.nothingHere(request, reply);
		else pages.wentWrong(request, reply.code(problem.status), problem);
	};
