import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sha256, toInstant } from '../../../core/postings/identifiers.ts';
import { email, language } from '../../../core/postings/posting.ts';
import * as protocol from '../../../core/postings/protocol/auth.ts';
import type { Authentication } from '../../auth/authentication.ts';
import type { SecondFactor } from '../../auth/secondFactor.ts';
import type { Tenant } from '../../keys/tenant.ts';
import { everybody, sessionOf } from '../access.ts';
import { ApiError } from '../apiError.ts';
import type { App } from '../app.ts';
import { originOf } from '../requestOrigin.ts';

export interface AuthRouteParts {
	readonly authentication: Authentication;
	readonly secondFactor: SecondFactor;
	readonly tenantOf: (request: FastifyRequest) => Tenant;
	readonly loginsPerMinute: number;
}

const nothing = z.null().describe('nothing');

/** `/v1/auth`: how a person shows who they are, and what they hold. */
export function authRoutes(
	app: App,
	{ authentication, secondFactor, tenantOf, loginsPerMinute }: AuthRouteParts,
): void {
	const tags = ['login'];
	const limited = { access: 'public', rateLimit: { max: loginsPerMinute, timeWindow: 60_000 } } as const;

	app.get(
		'/v1/auth/methods',
		{
			config: { access: 'public' },
			schema: { tags, summary: 'By what means people log in here', response: { 200: protocol.loginMethods } },
		},
		async () => authentication.methods,
	);

	app.post(
		'/v1/auth/challenges',
		{
			config: limited,
			schema: { tags, summary: 'A nonce to be signed by a card', response: { 200: protocol.challenge } },
		},
		async (request) => authentication.cardChallenge(tenantOf(request)),
	);

	app.post(
		'/v1/auth/card',
		{
			config: limited,
			schema: {
				tags,
				summary: 'Log in with the authentication certificate of a card',
				body: protocol.challengeAnswer,
				response: { 200: protocol.session },
			},
		},
		async (request) => authentication.cardLogin(tenantOf(request), request.body, originOf(request)),
	);

	app.post(
		'/v1/auth/oidc',
		{
			config: limited,
			schema: {
				tags,
				summary: 'Begin a login at an issuer of OpenID Connect',
				body: protocol.oidcStart,
				response: { 200: protocol.oidcStarted },
			},
		},
		async (request) => authentication.oidcBeginForApplication(tenantOf(request), request.body.issuer),
	);

	app.post(
		'/v1/auth/oidc/session',
		{
			config: { access: 'public' },
			schema: {
				tags,
				summary: 'The session of a login that was begun here; 409 while the person is not done in the browser',
				body: protocol.begunLogin,
				response: { 200: protocol.session },
			},
		},
		async (request) => authentication.oidcCollect(tenantOf(request), request.body.login, originOf(request)),
	);

	app.post(
		'/v1/auth/mail',
		{
			config: limited,
			schema: {
				tags,
				summary: 'Send a code to an address, for a login at level 1',
				body: z.object({ email, language: language.default('en') }),
				response: { 200: protocol.begunLogin },
			},
		},
		async (request) => {
			const { email: address, language: chosen } = request.body;
			return authentication.mailBegin(tenantOf(request), address, chosen, originOf(request));
		},
	);

	app.post(
		'/v1/auth/mail/session',
		{
			config: limited,
			schema: {
				tags,
				summary: 'Log in with the code of the mail',
				body: protocol.begunLogin.extend({ code: protocol.loginCode }),
				response: { 200: protocol.session },
			},
		},
		async (request) =>
			authentication.mailFinish(tenantOf(request), request.body.login, request.body.code, originOf(request)),
	);

	app.post(
		'/v1/auth/totp/enrol',
		{
			config: { access: 'login' },
			schema: {
				tags,
				summary: 'A secret for an authenticator; it counts once a code of it was given',
				response: { 200: protocol.newAuthenticator },
			},
		},
		async (request) => secondFactor.enrol(sessionOf(request)),
	);

	app.post(
		'/v1/auth/totp',
		{
			config: { ...limited, access: 'login' },
			schema: {
				tags,
				summary: 'The second factor: completes the login',
				body: protocol.totpAnswer,
				response: { 204: nothing },
			},
		},
		async (request, reply) => {
			await secondFactor.give(sessionOf(request), request.body.code);
			return reply.code(204).send(null);
		},
	);

	app.get(
		'/v1/auth/session',
		{
			config: { access: 'login' },
			schema: {
				tags,
				summary: 'Who is logged in, and until when',
				response: { 200: protocol.session.omit({ token: true }) },
			},
		},
		async (request) => {
			const session = sessionOf(request);
			const { user, level, identifiers } = session.person;
			const { name, email: address, language: chosen, role } = session;
			return {
				expiresAt: toInstant(session.expiresAt),
				secondFactor: !session.complete,
				authenticator: session.hasAuthenticator,
				account: { user, name, email: address, language: chosen, role, level, identifiers },
			};
		},
	);

	app.delete(
		'/v1/auth/session',
		{
			config: { access: 'login' },
			schema: { tags, summary: 'Log out', response: { 204: nothing } },
		},
		async (request, reply) => {
			await authentication.logout(sessionOf(request));
			return reply.code(204).send(null);
		},
	);

	app.patch(
		'/v1/account',
		{
			config: { access: everybody },
			schema: {
				tags,
				summary: 'Where letters go, and in which language',
				body: z.object({ email: email.optional(), language: language.optional() }),
				response: { 204: nothing },
			},
		},
		async (request, reply) => {
			await authentication.describe(sessionOf(request), request.body);
			return reply.code(204).send(null);
		},
	);

	app.get(
		'/v1/auth/credentials',
		{
			config: { access: everybody },
			schema: {
				tags,
				summary: 'The certificates that the person signs with',
				response: { 200: protocol.credentials },
			},
		},
		async (request) => ({ credentials: await authentication.credentials(sessionOf(request)) }),
	);

	app.post(
		'/v1/auth/credentials',
		{
			config: { ...limited, access: everybody },
			schema: {
				tags,
				summary: 'Enrol a certificate for signing, by a signature of its key over a challenge',
				body: protocol.challengeAnswer,
				response: { 200: protocol.credential },
			},
		},
		async (request) => authentication.enrolCertificate(sessionOf(request), request.body),
	);

	app.delete(
		'/v1/auth/credentials/:sha256',
		{
			config: { access: everybody },
			schema: { tags, summary: 'Give up a certificate', params: z.object({ sha256 }), response: { 204: nothing } },
		},
		async (request, reply) => {
			if (!(await authentication.revokeCertificate(sessionOf(request), request.params.sha256)))
				throw new ApiError('not-found', 'You have enrolled no such certificate.');
			return reply.code(204).send(null);
		},
	);
}
