/**
 * OAuth 2.0 in the system's browser (RFC 8252): authorisation code with PKCE (RFC 7636), back by a redirect to loopback.
 * The person's password is typed where it belongs and never seen here.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { CscClient } from './cscClient.ts';
import { refusalError } from './cscError.ts';
import type { CscService } from './service.ts';

/** This application, as the authorisation server knows it. */
export interface OAuthClient {
	readonly id: string;
	/** Where the server has given one; it is no secret in a desktop application. */
	readonly secret: string | undefined;
	/** Shows a page to the person. */
	openBrowser(url: string): Promise<void>;
	/** Told when that page is waited for no longer, however it ended. */
	readonly ended?: (() => void) | undefined;
}

export interface OAuthToken {
	readonly accessToken: string;
	/** Seconds. */
	readonly expiresIn: number;
}

export interface BrowserRequest {
	readonly scope: 'service' | 'credential';
	/** What the API adds to RFC 6749: `credentialID`, `numSignatures`, … */
	readonly parameters: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal | undefined;
	/** Milliseconds that the person has. */
	readonly patience?: number | undefined;
}

const defaultPatience = 5 * 60_000;
/** v2 §8.4.4. */
const defaultLifetime = 3600;
const redirectPath = '/paraph';

/**
 * Sends the person to the authorisation server and comes back with a token.
 *
 * @throws {TokenError} `authorisation-refused` when the person or the server says no, or the answer is not to our
 * question; `remote-unreadable`; {NetworkError}; an AbortError.
 */
export async function authorizeInBrowser(
	service: CscService,
	oauth: OAuthClient,
	request: BrowserRequest,
): Promise<OAuthToken> {
	const { client } = service;
	const endpoints = await endpointsOf(service, request.signal);
	const state = randomBytes(24).toString('base64url');
	const verifier = randomBytes(48).toString('base64url');
	const redirect = new LoopbackRedirect(client.service, state);
	try {
		const redirectUri = await redirect.listen();
		const page = new URL(endpoints.authorize);
		const parameters = {
			response_type: 'code',
			client_id: oauth.id,
			redirect_uri: redirectUri,
			scope: request.scope,
			code_challenge: createHash('sha256').update(verifier).digest('base64url'),
			code_challenge_method: 'S256',
			state,
			...request.parameters,
		};
		for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
		await oauth.openBrowser(page.href);
		const code = await redirect.code(request.patience ?? defaultPatience, request.signal);
		const form = {
			grant_type: 'authorization_code',
			code,
			redirect_uri: redirectUri,
			code_verifier: verifier,
			client_id: oauth.id,
			...(oauth.secret === undefined ? {} : { client_secret: oauth.secret }),
		};
		const { answer } = await client.postForm('oauth2/token', endpoints.token, form, { signal: request.signal });
		return {
			accessToken: answer.text('access_token'),
			expiresIn: answer.optionalNumber('expires_in') ?? defaultLifetime,
		};
	} finally {
		redirect.close();
		oauth.ended?.();
	}
}

interface Endpoints {
	readonly authorize: string;
	readonly token: string;
}

/** `oauth2` is the base of the API's own paths (v2 §11.1), `oauth2Issuer` is asked for its metadata (RFC 8414 §3). */
async function endpointsOf(service: CscService, signal: AbortSignal | undefined): Promise<Endpoints> {
	const { client, oauth2, oauth2Issuer } = service;
	if (oauth2Issuer !== undefined && oauth2 === undefined) {
		const issuer = new URL(checked(oauth2Issuer, client));
		const path = issuer.pathname === '/' ? '' : issuer.pathname.replace(/\/+$/, '');
		const metadata = new URL(`/.well-known/oauth-authorization-server${path}`, issuer);
		const { answer } = await client.get('oauth2 metadata', metadata.href, { signal });
		return {
			authorize: checked(answer.text('authorization_endpoint'), client),
			token: checked(answer.text('token_endpoint'), client),
		};
	}
	const base = checked(oauth2 ?? client.base, client).replace(/\/+$/, '');
	const root = base.endsWith('/oauth2') ? base : `${base}/oauth2`;
	return { authorize: `${root}/authorize`, token: `${root}/token` };
}

/** Nothing but a web page is opened, whatever the service says. */
function checked(address: string, client: CscClient): string {
	const url = URL.parse(address);
	const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && client.base.startsWith('http:'));
	if (url && isSafe) return url.href;
	throw new TokenError('remote-unreadable', `${client.service} names '${address}' as its authorisation server.`, {
		hint: 'Ask the provider of the signing service: an https address is wanted.',
		subject: client.service,
	});
}

/** Listens on loopback for the one redirect that carries our state. */
class LoopbackRedirect {
	readonly #service: string;
	readonly #state: string;
	readonly #server: Server;
	readonly #answered = Promise.withResolvers<string>();

	constructor(service: string, state: string) {
		this.#service = service;
		this.#state = state;
		this.#server = createServer((request, response) => this.#receive(request, response));
		// Nobody may be waiting yet when the answer comes.
		this.#answered.promise.catch(() => {});
	}

	/** @returns the address to come back to: a port of the moment, as RFC 8252 §7.3 has it. */
	async listen(): Promise<string> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		const address = this.#server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		return `http://127.0.0.1:${port}${redirectPath}`;
	}

	async code(patience: number, signal: AbortSignal | undefined): Promise<string> {
		const { promise, reject } = this.#answered;
		const late = setTimeout(() => reject(this.#refused('nothing came back from the browser')), patience);
		const abort = (): void => reject(signal?.reason);
		signal?.addEventListener('abort', abort, { once: true });
		if (signal?.aborted) abort();
		try {
			return await promise;
		} finally {
			clearTimeout(late);
			signal?.removeEventListener('abort', abort);
		}
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}

	#receive(request: IncomingMessage, response: ServerResponse): void {
		const url = new URL(request.url ?? '/', 'http://127.0.0.1');
		if (request.method !== 'GET' || url.pathname !== redirectPath) {
			response.writeHead(404).end();
			return;
		}
		const outcome = this.#read(url.searchParams);
		const isCode = typeof outcome === 'string';
		const page = isCode ? 'Authorised. You can close this page.' : 'Not authorised. You can close this page.';
		response.writeHead(isCode ? 200 : 400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
		response.end(page);
		if (isCode) this.#answered.resolve(outcome);
		else this.#answered.reject(outcome);
	}

	/** A code that does not carry our state was asked for by somebody else (RFC 6749 §10.12). */
	#read(parameters: URLSearchParams): string | Error {
		if (parameters.get('state') !== this.#state) return this.#refused('the answer was not to our question');
		const error = parameters.get('error');
		if (error !== null) {
			const description = parameters.get('error_description') ?? '';
			return refusalError(this.#service, { method: 'oauth2/authorize', status: 401, error, description });
		}
		return parameters.get('code') || this.#refused('no code came back');
	}

	#refused(why: string): TokenError {
		return new TokenError('authorisation-refused', `${this.#service} was not authorised: ${why}.`, {
			hint: 'Run the command again, and finish in the browser window that opens.',
			subject: this.#service,
		});
	}
}
