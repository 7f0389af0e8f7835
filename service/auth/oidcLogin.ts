/** Login through an issuer of OpenID Connect: the code flow with PKCE, state and nonce, levels by acr. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as client from 'openid-client';
import { z } from 'zod';
import { type AssuranceLevel, language, semanticIdentifier } from '../../core/postings/posting.ts';
import { type OidcIssuerSettings, secret } from '../config/configuration.ts';
import type { Tenant } from '../keys/tenant.ts';
import { AuthError } from './authError.ts';
import type { Challenges } from './challenges.ts';
import type { Claims } from './people.ts';

const PATIENCE = 10 * 60_000;

const begun = z.object({
	issuer: z.string(),
	verifier: z.string(),
	nonce: z.string(),
	/** Who waits for the session: this browser, known by its cookie, or an application that asks for it. */
	waiting: z.discriminatedUnion('kind', [
		z.object({ kind: z.literal('browser'), binding: z.string(), returnTo: z.string() }),
		z.object({ kind: z.literal('application'), login: z.uuid() }),
	]),
});
export type WaitingLogin = z.infer<typeof begun>['waiting'];

export interface OidcLoginOptions {
	readonly issuers: readonly OidcIssuerSettings[];
	readonly challenges: Challenges;
	/** Where the issuer sends the browser back to. */
	readonly callback: () => string;
	readonly env: NodeJS.ProcessEnv;
}

/** One for the service; what an issuer says of itself is asked once an hour. */
export class OidcLogin {
	readonly #options: OidcLoginOptions;
	readonly #discovered = new Map<string, { readonly configuration: client.Configuration; readonly at: number }>();

	constructor(options: OidcLoginOptions) {
		this.#options = options;
	}

	get issuers(): readonly { readonly issuer: string; readonly name: string }[] {
		return this.#options.issuers.map(({ issuer, name }) => ({ issuer, name }));
	}

	/** @returns where to send the browser. @throws {AuthError} */
	async begin(tenant: Tenant, issuer: string, waiting: WaitingLogin, locale: string | undefined): Promise<string> {
		const settings = this.#settings(issuer);
		const configuration = await this.#discover(settings);
		const verifier = client.randomPKCECodeVerifier();
		const nonce = client.randomNonce();
		const state = randomUUID();
		await this.#options.challenges.begin(tenant, 'oidc', { issuer, verifier, nonce, waiting }, PATIENCE, state);
		const parameters = {
			redirect_uri: this.#options.callback(),
			scope: settings.scope,
			code_challenge: await client.calculatePKCECodeChallenge(verifier),
			code_challenge_method: 'S256',
			state,
			nonce,
			...(settings.acrValues.length > 0 ? { acr_values: settings.acrValues.join(' ') } : {}),
			...(locale === undefined ? {} : { ui_locales: locale }),
		};
		return client.buildAuthorizationUrl(configuration, parameters).href;
	}

	/**
	 * What the issuer says of whoever it sent back.
	 *
	 * @param callback the address that was asked for, with its query.
	 * @throws {AuthError}
	 */
	async finish(tenant: Tenant, callback: URL): Promise<{ readonly claims: Claims; readonly waiting: WaitingLogin }> {
		const state = callback.searchParams.get('state') ?? '';
		const facts = begun.safeParse(await this.#options.challenges.take(tenant, 'oidc', state));
		if (!facts.success) throw new AuthError('challenge-unknown', 'This login was not begun here, is over, or too old.');
		const { issuer, verifier, nonce, waiting } = facts.data;
		const settings = this.#settings(issuer);
		const configuration = await this.#discover(settings);
		const tokens = await client
			.authorizationCodeGrant(configuration, callback, {
				pkceCodeVerifier: verifier,
				expectedState: state,
				expectedNonce: nonce,
				idTokenExpected: true,
			})
			.catch((cause: unknown) => {
				throw new AuthError('login-failed', `${settings.name} did not confirm the login.`, { cause });
			});
		return { claims: claimsOf(tokens.claims(), settings), waiting };
	}

	#settings(issuer: string): OidcIssuerSettings {
		const found = this.#options.issuers.find((one) => one.issuer === issuer);
		if (found !== undefined) return found;
		throw new AuthError('login-not-offered', `Logins of ${issuer} are not accepted here.`);
	}

	async #discover(settings: OidcIssuerSettings): Promise<client.Configuration> {
		const known = this.#discovered.get(settings.issuer);
		if (known !== undefined && known.at > Date.now() - 3_600_000) return known.configuration;
		const url = new URL(settings.issuer);
		const authentication =
			settings.clientSecretEnv === undefined
				? client.None()
				: client.ClientSecretBasic(secret(settings.clientSecretEnv, this.#options.env));
		// Plain HTTP for an issuer on this machine alone: that is one for trying out.
		const execute = url.protocol === 'http:' && isOnLoopback(url) ? [client.allowInsecureRequests] : [];
		const configuration = await client
			.discovery(url, settings.clientId, undefined, authentication, { execute, timeout: 10 })
			.catch((cause: unknown) => {
				if (known !== undefined) return known.configuration;
				throw new AuthError('issuer-unreachable', `${settings.name} does not answer.`, { cause });
			});
		this.#discovered.set(settings.issuer, { configuration, at: Date.now() });
		return configuration;
	}
}

function claimsOf(token: client.IDToken | undefined, settings: OidcIssuerSettings): Claims {
	if (token === undefined) throw new AuthError('login-failed', `${settings.name} sent no ID token.`);
	const text = (name: string): string | undefined => {
		const value = token[name];
		return typeof value === 'string' && value !== '' ? value : undefined;
	};
	const email = token['email_verified'] === true ? text('email') : undefined;
	const identifier = settings.identifierClaim === undefined ? undefined : text(settings.identifierClaim);
	return {
		known: { kind: 'oidc', value: `${token.iss}|${token.sub}` },
		method: token.iss,
		level: levelOf(text('acr'), settings),
		emails: email === undefined ? [] : [email],
		identifiers: semanticIdentifier.safeParse(identifier).success && identifier !== undefined ? [identifier] : [],
		name: text('name') ?? email ?? text('preferred_username') ?? token.sub,
		language: language.safeParse(text('locale')?.slice(0, 2).replace('no', 'nb')).data,
		role: settings.role,
	};
}

const levelOf = (acr: string | undefined, { levels, defaultLevel }: OidcIssuerSettings): AssuranceLevel =>
	acr !== undefined && Object.hasOwn(levels, acr) ? (levels[acr] ?? defaultLevel) : defaultLevel;

const isOnLoopback = ({ hostname }: URL): boolean =>
	hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';

/** What a browser holds while its login is away at the issuer, and what is kept of it here. */
export function browserBinding(): { readonly cookie: string; readonly binding: string } {
	const cookie = randomBytes(32).toString('base64url');
	return { cookie, binding: bindingOf(cookie) };
}

export const bindingOf = (cookie: string): string => createHash('sha256').update(cookie, 'utf8').digest('hex');
