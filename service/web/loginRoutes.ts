/** Logging in on a page: at an issuer, or by a code sent by mail. Cards are for the application. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { email } from '../../core/postings/posting.ts';
import type { Session as SessionAnswer } from '../../core/postings/protocol/auth.ts';
import type { App } from '../api/app.ts';
import { originOf } from '../api/requestOrigin.ts';
import type { Authentication } from '../auth/authentication.ts';
import { bindingOf, browserBinding } from '../auth/oidcLogin.ts';
import type { Tenant } from '../keys/tenant.ts';
import { sessionCookie } from '../serviceGuardian.ts';
import { html } from './html.ts';
import { languageOf, pageTexts } from './language.ts';
import { codePage, confirmPage, loginPage } from './loginPages.ts';
import type { WebPages } from './webPages.ts';

const BINDING_COOKIE = 'paraph-login';

export interface LoginRouteParts {
	readonly authentication: Authentication;
	readonly pages: WebPages;
	readonly tenantOf: (request: FastifyRequest) => Tenant;
	readonly loginsPerMinute: number;
	/** The address of a path of this service, as people reach it. */
	readonly addressOf: (path: string) => string;
}

export function loginRoutes(app: App, parts: LoginRouteParts): void {
	const { authentication, pages, tenantOf, addressOf } = parts;
	const schema = { hide: true } as const;
	const page = { access: 'page' } as const;
	const limited = { access: 'page', rateLimit: { max: parts.loginsPerMinute, timeWindow: 60_000 } } as const;
	const to = z.string().max(500).default('/');

	const enter = (request: FastifyRequest, reply: FastifyReply, session: SessionAnswer, returnTo: string) =>
		reply
			.setCookie(sessionCookie(request.protocol === 'https'), session.token, {
				...pages.cookie(request),
				expires: new Date(session.expiresAt),
			})
			.redirect(pages.localPath(returnTo), 303);

	app.get(
		'/login',
		{
			config: page,
			schema: { ...schema, querystring: z.object({ to, level: z.coerce.number().int().min(1).max(4).optional() }) },
		},
		async (request, reply) => {
			const texts = pageTexts[languageOf(request)];
			const offer = { ...authentication.methods, returnTo: request.query.to, level: request.query.level };
			return pages.send(request, reply, texts.loginTitle, loginPage(texts, offer));
		},
	);

	app.get(
		'/login/oidc',
		{ config: limited, schema: { ...schema, querystring: z.object({ issuer: z.url(), to }) } },
		async (request, reply) => {
			const { issuer, to: returnTo } = request.query;
			const { cookie, binding } = browserBinding();
			const waiting = { kind: 'browser', binding, returnTo } as const;
			const url = await authentication.oidcBegin(tenantOf(request), issuer, waiting, languageOf(request));
			return reply.setCookie(BINDING_COOKIE, cookie, { ...pages.cookie(request), maxAge: 900 }).redirect(url, 303);
		},
	);

	app.get('/login/oidc/callback', { config: limited, schema }, async (request, reply) => {
		const cookie = request.cookies[BINDING_COOKIE];
		const binding = cookie === undefined ? undefined : bindingOf(cookie);
		const callback = new URL(addressOf(request.url));
		const outcome = await authentication.oidcFinish(tenantOf(request), callback, binding, originOf(request));
		reply.clearCookie(BINDING_COOKIE, { path: '/' });
		if (outcome.kind === 'browser') return enter(request, reply, outcome.session, outcome.returnTo);
		const texts = pageTexts[languageOf(request)];
		return pages.send(request, reply, texts.confirmTitle, confirmPage(texts, outcome));
	});

	app.post(
		'/login/oidc/confirm',
		{ config: limited, schema: { ...schema, body: z.object({ login: z.uuid(), confirmation: z.string().max(100) }) } },
		async (request, reply) => {
			pages.requireOwnForm(request);
			await authentication.oidcConfirm(tenantOf(request), request.body.login, request.body.confirmation);
			const texts = pageTexts[languageOf(request)];
			return pages.send(request, reply, texts.confirmTitle, html`<p class="good">${texts.confirmed}</p>`);
		},
	);

	app.post(
		'/login/mail',
		{ config: limited, schema: { ...schema, body: z.object({ email, to }) } },
		async (request, reply) => {
			pages.requireOwnForm(request);
			const { email: address, to: returnTo } = request.body;
			const chosen = languageOf(request);
			const { login } = await authentication.mailBegin(tenantOf(request), address, chosen, originOf(request));
			const texts = pageTexts[chosen];
			return pages.send(request, reply, texts.codeTitle, codePage(texts, { email: address, login, returnTo }));
		},
	);

	app.post(
		'/login/mail/code',
		{
			config: limited,
			schema: { ...schema, body: z.object({ login: z.uuid(), code: z.string().trim().max(10), to }) },
		},
		async (request, reply) => {
			pages.requireOwnForm(request);
			const { login, code, to: returnTo } = request.body;
			const session = await authentication.mailFinish(tenantOf(request), login, code, originOf(request));
			return enter(request, reply, session, returnTo);
		},
	);

	app.post('/logout', { config: page, schema }, async (request, reply) => {
		pages.requireOwnForm(request);
		if (request.session !== null) await authentication.logout(request.session);
		return reply.clearCookie(sessionCookie(request.protocol === 'https'), { path: '/' }).redirect('/login', 303);
	});
}
