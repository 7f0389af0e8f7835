import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../api/apiError.ts';
import type { Session } from '../auth/session.ts';
import { type Html, html } from './html.ts';
import { languageOf, pageTexts } from './language.ts';
import { page } from './pageFrame.ts';

/** Whoever asks for a page without a login is sent to the login. */
export class LoginNeeded extends Error {
	readonly returnTo: string;

	constructor(returnTo: string) {
		super('a login is needed');
		this.returnTo = returnTo;
	}
}

/** What pages have in common: who sees them, in which frame, and how forms prove that they are ours. */
export class WebPages {
	readonly #isTest: boolean;
	readonly #origin: () => string;

	constructor(parts: { readonly isTest: boolean; readonly origin: () => string }) {
		this.#isTest = parts.isTest;
		this.#origin = parts.origin;
	}

	/** @throws {LoginNeeded} @throws {ApiError} `second-factor-needed` */
	requireSession({ session }: FastifyRequest, returnTo: string): Session {
		if (session === null) throw new LoginNeeded(returnTo);
		if (!session.complete) throw new ApiError('second-factor-needed', 'Administrators log in in the application.');
		return session;
	}

	/** The same for what a form sends: it has to be one of ours. @throws {ApiError} `origin-forbidden` */
	requireForm(request: FastifyRequest): Session {
		this.requireOwnForm(request);
		return this.requireSession(request, '/');
	}

	/** A browser says where a form was; another site's counts for nothing. */
	requireOwnForm({ headers }: FastifyRequest): void {
		if (headers.origin === this.#origin()) return;
		throw new ApiError('origin-forbidden', 'This form was not on a page of this service.');
	}

	cookie(request: FastifyRequest) {
		return { path: '/', httpOnly: true, sameSite: 'lax', secure: request.protocol === 'https' } as const;
	}

	/** A path of ours, whatever was asked for: nobody is sent elsewhere from here. */
	localPath(asked: string): string {
		return /^\/(?![/\\])[\x21-\x7e]*$/.test(asked) ? asked : '/';
	}

	send(request: FastifyRequest, reply: FastifyReply, title: string, content: Html): FastifyReply {
		const frame = {
			language: languageOf(request),
			name: request.session?.name,
			isTest: this.#isTest,
			path: request.method === 'GET' ? request.url : '/',
		};
		return reply
			.type('text/html; charset=utf-8')
			.serializer(String)
			.send(page(title, content, frame).text);
	}

	nothingHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
		const texts = pageTexts[languageOf(request)];
		return this.send(request, reply.code(404), texts.nothingHere, html`<p>${texts.nothingHereHint}</p>`);
	}

	wentWrong(
		request: FastifyRequest,
		reply: FastifyReply,
		problem: { readonly message: string; readonly hint: string },
	): FastifyReply {
		const texts = pageTexts[languageOf(request)];
		const content = html`<p class="bad">${problem.message}</p><p>${problem.hint}</p><p><a href="/">${texts.back}</a></p>`;
		return this.send(request, reply, texts.wentWrong, content);
	}
}
