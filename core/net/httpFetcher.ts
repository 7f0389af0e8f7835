import type { Dispatcher } from 'undici';
import {
	type Fetcher,
	type FetchMethod,
	type FetchRequest,
	type FetchResponse,
	NetworkError,
} from '../ports/fetcher.ts';
import { checkedUrl, checkLiteralHost, lookupPublic } from './addressRules.ts';
import { asNetworkError } from './networkFaults.ts';
import { notAsked } from './offlineFetcher.ts';
import { parseRetryAfter } from './retryAfter.ts';

const maximumRedirects = 3;

export interface HttpFetcherOptions {
	/** `network.allowLocal`: addresses written by strangers may be private, link-local or loopback ones. */
	readonly allowLocal?: boolean;
	/** `http://[user:password@]host:port`; configured by the user, so it may be anywhere. */
	readonly proxy?: string | undefined;
	/** Asks these alone, redirects included; for work that is offline but for services on this machine. */
	readonly only?: ((url: URL) => boolean) | undefined;
}

/**
 * HTTP by undici, within the rules for addresses (docs/decisions/network.md). Connections are kept for the next request;
 * idle ones do not keep the process alive.
 */
export class HttpFetcher implements Fetcher {
	readonly #allowLocal: boolean;
	readonly #proxy: string | undefined;
	readonly #only: HttpFetcherOptions['only'];
	/** Made on first use: one for trusted addresses, one for strangers'. */
	readonly #dispatchers = new Map<boolean, Dispatcher>();

	constructor(options: HttpFetcherOptions = {}) {
		this.#allowLocal = options.allowLocal ?? false;
		this.#proxy = options.proxy;
		this.#only = options.only;
	}

	/** @throws {NetworkError} */
	async fetch(request: FetchRequest): Promise<FetchResponse> {
		const timeout = AbortSignal.timeout(request.timeout);
		const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
		try {
			return await this.#follow(request, signal);
		} catch (error) {
			throw asNetworkError(error, request, timeout.aborted);
		}
	}

	/** Ends idle connections. */
	async close(): Promise<void> {
		const dispatchers = [...this.#dispatchers.values()];
		this.#dispatchers.clear();
		await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
	}

	async #follow(request: FetchRequest, signal: AbortSignal): Promise<FetchResponse> {
		const first = checkedUrl(request.url);
		let url = first;
		let { method } = request;
		for (let redirects = 0; ; redirects++) {
			if (this.#only && !this.#only(url)) throw notAsked(url.href);
			const trusted = this.#allowLocal || (request.origin !== 'stranger' && url.hostname === first.hostname);
			const answer = await this.#exchange(request, method, url, { trusted, own: url.origin === first.origin, signal });
			if (answer.location === undefined) return answer.response;
			const next = checkedUrl(answer.location, url);
			if (redirects === maximumRedirects)
				throw redirectRefused(url, `it redirects more than ${maximumRedirects} times`);
			if (url.protocol === 'https:' && next.protocol === 'http:')
				throw redirectRefused(url, 'it redirects from https to http');
			if (answer.response.status === 303) method = 'GET';
			url = next;
		}
	}

	/** @param how.own whether this is the address asked for, which alone may see credentials. */
	async #exchange(
		request: FetchRequest,
		method: FetchMethod,
		url: URL,
		how: { readonly trusted: boolean; readonly own: boolean; readonly signal: AbortSignal },
	): Promise<{ readonly response: FetchResponse; readonly location: string | undefined }> {
		if (!how.trusted) checkLiteralHost(url);
		const withCertificate = how.own && request.clientCertificate !== undefined;
		const dispatcher = withCertificate
			? await this.#makeDispatcher(how.trusted, request.clientCertificate)
			: await this.#dispatcher(how.trusted);
		try {
			const answer = await dispatcher.request({
				origin: url.origin,
				path: url.pathname + url.search,
				method,
				headers: headersOf(request, method, how.own),
				body: hasBody(method) ? (request.body ?? new Uint8Array()) : null,
				signal: how.signal,
				headersTimeout: request.timeout,
				bodyTimeout: request.timeout,
			});
			const location = isRedirect(answer.statusCode) ? textOf(answer.headers['location']) : undefined;
			const body = await readBody(answer.body, request);
			const response = {
				status: answer.statusCode,
				contentType: textOf(answer.headers['content-type'])?.split(';')[0]?.trim().toLowerCase() ?? '',
				body,
				headers: firstValues(answer.headers),
				retryAfter: parseRetryAfter(textOf(answer.headers['retry-after']), new Date()),
				url: url.href,
			};
			return { response, location };
		} finally {
			if (withCertificate) await dispatcher.close();
		}
	}

	async #dispatcher(trusted: boolean): Promise<Dispatcher> {
		const known = this.#dispatchers.get(trusted);
		if (known !== undefined) return known;
		const made = await this.#makeDispatcher(trusted, undefined);
		// Another request may have made one meanwhile.
		const dispatcher = this.#dispatchers.get(trusted) ?? made;
		this.#dispatchers.set(trusted, dispatcher);
		return dispatcher;
	}

	async #makeDispatcher(trusted: boolean, certificate: FetchRequest['clientCertificate']): Promise<Dispatcher> {
		const { Agent, ProxyAgent } = await import('undici');
		const tls =
			certificate === undefined ? {} : { pfx: Buffer.from(certificate.pkcs12), passphrase: certificate.password };
		// Behind a proxy the proxy resolves names, and its rules apply; literal addresses are refused here all the same.
		if (this.#proxy !== undefined) return new ProxyAgent({ uri: this.#proxy, requestTls: tls });
		return new Agent({ connect: trusted ? tls : { ...tls, lookup: lookupPublic } });
	}
}

function headersOf(request: FetchRequest, method: FetchMethod, own: boolean): Record<string, string> {
	const { accept, contentType, credentials, headers } = request;
	return {
		...(own && headers),
		'user-agent': 'Paraph',
		'accept-encoding': 'identity',
		...(accept === undefined ? {} : { accept }),
		...(contentType === undefined || !hasBody(method) ? {} : { 'content-type': contentType }),
		...(credentials === undefined || !own ? {} : { authorization: authorizationOf(credentials) }),
	};
}

const hasBody = (method: FetchMethod): boolean => method === 'POST' || method === 'PATCH';

function firstValues(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
	const firsts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textOf(value)] as const);
	return Object.fromEntries(firsts.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** RFC 7617, RFC 6750 §2.1. */
function authorizationOf(credentials: NonNullable<FetchRequest['credentials']>): string {
	if ('bearer' in credentials) return `Bearer ${credentials.bearer}`;
	return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

/** Reads up to the limit, and gives up while it streams when there is more. */
async function readBody(body: AsyncIterable<Uint8Array>, request: FetchRequest): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of body) {
		length += part.length;
		if (length > request.maximumSize)
			throw new NetworkError('too-large', `${request.url} sends more than ${request.maximumSize} bytes`, {
				hint: 'Such an answer is nothing that could be used; ask whoever runs the service.',
				subject: request.url,
			});
		parts.push(part);
	}
	return Buffer.concat(parts, length);
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

const textOf = (header: string | string[] | undefined): string | undefined =>
	Array.isArray(header) ? header[0] : header;

const redirectRefused = (url: URL, why: string): NetworkError =>
	new NetworkError('redirect-refused', `${url.href} is not followed: ${why}`, {
		hint: 'Ask whoever runs the service for the address it has now.',
		subject: url.href,
	});
