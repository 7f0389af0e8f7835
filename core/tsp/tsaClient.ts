/** Asks timestamp authorities, one after another until one gives a timestamp that holds (RFC 3161, HTTP as in §3.4). */
import { CertificateReader } from '../pki/certificateReader.ts';
import type { Clock } from '../ports/clock.ts';
import {
	type Fetcher,
	type FetchRequest,
	type FetchResponse,
	NetworkError,
	type NetworkErrorCode,
} from '../ports/fetcher.ts';
import { checkAnswer } from './checkAnswer.ts';
import { TimestampError, type TimestampErrorCode } from './errors.ts';
import { buildTimestampRequest, type MessageImprint } from './request.ts';
import { RequestLine } from './requestLine.ts';
import type { TimestampToken } from './timestampToken.ts';
import { MemoryTokenSizes, roomForToken, type TokenSizes } from './tokenSizes.ts';

/** One authority and what belongs to it alone. */
export interface TimestampAuthority {
	readonly url: string;
	readonly credentials?: { readonly user: string; readonly password: string } | undefined;
	readonly clientCertificate?: { readonly pkcs12: Uint8Array; readonly password: string } | undefined;
	/** Policy to ask for, dotted decimal. */
	readonly policy?: string | undefined;
	/** Requests a second at most. */
	readonly rate?: number | undefined;
	/** Milliseconds for one exchange; 15 s unless told. */
	readonly timeout?: number | undefined;
}

/** Said while nothing can be done but wait, so that a person sees why. */
export interface TimestampWait {
	readonly url: string;
	readonly reason: 'rate' | 'asked-to-wait';
	readonly milliseconds: number;
}

export interface TsaClientOptions {
	/** In the order to be tried. */
	readonly authorities: readonly TimestampAuthority[];
	readonly fetcher: Fetcher;
	readonly clock: Clock;
	/** What earlier runs learnt; without it, what this client does. */
	readonly sizes?: TokenSizes | undefined;
	readonly onWait?: ((wait: TimestampWait) => void) | undefined;
	/** Milliseconds to wait for one authority in all before the next is tried; 60 s unless told. */
	readonly patience?: number | undefined;
	/**
	 * Whether the authority that signed a token is trusted. One that is goes before one that is not; a sound token of the
	 * latter is taken where there is no other, for who trusts whom may change. Without it every authority is taken.
	 */
	readonly isTrusted?: ((token: TimestampToken) => Promise<boolean>) | undefined;
	/** Waits; tests hand in one that does not. */
	readonly sleep?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

export interface ReceivedTimestamp {
	readonly token: TimestampToken;
	readonly url: string;
	/** Why authorities earlier in the list gave none, or none that is trusted. */
	readonly failed: readonly TimestampError[];
	/** Whether the authority is trusted, as far as anybody can say. */
	readonly trusted: boolean;
}

const TIMEOUT = 15_000;
const PATIENCE = 60_000;
/** Tokens are some kilobytes; those with a CRL inside reach a few hundred. */
const MAXIMUM_ANSWER = 4 * 1024 * 1024;

export class TsaClient {
	readonly #options: TsaClientOptions;
	readonly #sizes: TokenSizes;
	/** When the next request may go out, by address: milliseconds of the clock. */
	readonly #nextRequest = new Map<string, number>();
	readonly #lines = new Map<string, RequestLine>();
	readonly #certificates = new CertificateReader();

	constructor(options: TsaClientOptions) {
		this.#options = options;
		this.#sizes = options.sizes ?? new MemoryTokenSizes();
	}

	/** Of the authorities, in the order they are tried. */
	get addresses(): readonly string[] {
		return this.#options.authorities.map(({ url }) => url);
	}

	/** Requests a second that the first authority allows; undefined where nobody says. */
	get rate(): number | undefined {
		return this.#options.authorities[0]?.rate;
	}

	/** Octets to keep for a token that is still to come. */
	get tokenRoom(): number {
		return roomForToken(this.#sizes, this.addresses);
	}

	/**
	 * A timestamp over the digest, from the first authority that gives one.
	 *
	 * @throws {TimestampError} the first authority's fault; `attempts` has each one's.
	 */
	async timestamp(imprint: MessageImprint, signal?: AbortSignal): Promise<ReceivedTimestamp> {
		const failed: TimestampError[] = [];
		let untrusted: Pick<ReceivedTimestamp, 'token' | 'url'> | undefined;
		for (const authority of this.#options.authorities) {
			const { url } = authority;
			try {
				const token = await this.#ask(authority, imprint, signal);
				this.#sizes.note(url, token.der.length);
				if ((await this.#options.isTrusted?.(token)) ?? true) return { token, url, failed, trusted: true };
				untrusted ??= { token, url };
				const message = `${url} signs with a certificate that nobody here trusts`;
				failed.push(new TimestampError('tsa-untrusted', message, { subject: url }));
			} catch (error) {
				if (!(error instanceof TimestampError) || error.code === 'tsa-cancelled') throw error;
				failed.push(error);
			}
		}
		if (untrusted !== undefined) return { ...untrusted, failed, trusted: false };
		throw allFailed(failed);
	}

	/**
	 * Whether any authority answers at all, found out without spending a timestamp: any HTTP answer will do.
	 *
	 * @throws {TimestampError} when none can be reached.
	 */
	async probe(signal?: AbortSignal): Promise<void> {
		const failed: TimestampError[] = [];
		for (const authority of this.#options.authorities) {
			try {
				await this.#exchange(authority, undefined, signal);
				return;
			} catch (error) {
				if (!(error instanceof TimestampError) || error.code === 'tsa-cancelled') throw error;
				failed.push(error);
			}
		}
		throw allFailed(failed);
	}

	async #ask(
		authority: TimestampAuthority,
		imprint: MessageImprint,
		signal: AbortSignal | undefined,
	): Promise<TimestampToken> {
		const request = buildTimestampRequest(imprint, authority.policy);
		const response = await this.#exchangePatiently(authority, request.der, signal);
		return checkAnswer(request, response, authority.url, this.#certificates);
	}

	/** Obeys the configured rate, 429 and 503, and `Retry-After`, within the patience set. */
	async #exchangePatiently(
		authority: TimestampAuthority,
		body: Uint8Array,
		signal: AbortSignal | undefined,
	): Promise<FetchResponse> {
		const patience = this.#options.patience ?? PATIENCE;
		const line = this.#lineOf(authority);
		let waited = 0;
		for (let attempt = 0; ; attempt++) {
			const response = await this.#exchangeInLine(line, authority, body, attempt > 0, signal);
			if (!isTooOften(response)) return response;
			// Without Retry-After the pause doubles from one second.
			const pause = response.retryAfter === undefined ? 1000 * 2 ** attempt : Math.max(response.retryAfter, 0.1) * 1000;
			if (waited + pause > patience)
				throw new TimestampError(
					'tsa-busy',
					`${authority.url} asks to wait ${Math.ceil(pause / 1000)} s, longer than allowed`,
					{ subject: authority.url, status: response.status },
				);
			waited += pause;
			line.close(pause);
			await this.#wait({ url: authority.url, reason: 'asked-to-wait', milliseconds: pause }, signal);
		}
	}

	async #exchangeInLine(
		line: RequestLine,
		authority: TimestampAuthority,
		body: Uint8Array,
		again: boolean,
		signal: AbortSignal | undefined,
	): Promise<FetchResponse> {
		await line.enter(again);
		let served = false;
		try {
			if (signal?.aborted) throw cancelled(authority.url);
			// Whoever was sent away has told of it; the others wait as long.
			if (line.pause > 0) await this.#sleep(line.pause, authority.url, signal);
			await this.#keepRate(authority, signal);
			const response = await this.#exchange(authority, body, signal);
			served = !isTooOften(response);
			return response;
		} finally {
			line.leave(served);
		}
	}

	#lineOf({ url }: TimestampAuthority): RequestLine {
		const line = this.#lines.get(url) ?? new RequestLine(() => this.#options.clock.now().getTime());
		this.#lines.set(url, line);
		return line;
	}

	async #keepRate(authority: TimestampAuthority, signal: AbortSignal | undefined): Promise<void> {
		if (authority.rate === undefined || authority.rate <= 0) return;
		const now = this.#options.clock.now().getTime();
		const slot = Math.max(now, this.#nextRequest.get(authority.url) ?? 0);
		this.#nextRequest.set(authority.url, slot + 1000 / authority.rate);
		if (slot > now) await this.#wait({ url: authority.url, reason: 'rate', milliseconds: slot - now }, signal);
	}

	async #wait(wait: TimestampWait, signal: AbortSignal | undefined): Promise<void> {
		this.#options.onWait?.(wait);
		await this.#sleep(wait.milliseconds, wait.url, signal);
	}

	async #sleep(milliseconds: number, url: string, signal: AbortSignal | undefined): Promise<void> {
		await (this.#options.sleep ?? sleep)(milliseconds, signal);
		if (signal?.aborted) throw cancelled(url);
	}

	/** Tries once more when the connection breaks off: one kept open from before is often closed by the other side. */
	async #exchange(
		authority: TimestampAuthority,
		body: Uint8Array | undefined,
		signal: AbortSignal | undefined,
	): Promise<FetchResponse> {
		for (let attempt = 0; ; attempt++) {
			try {
				return await this.#options.fetcher.fetch(requestTo(authority, body, signal));
			} catch (error) {
				if (!(error instanceof NetworkError)) throw error;
				if (error.code !== 'wrong-content' || attempt > 0) throw ofNetworkError(error, authority.url);
			}
		}
	}
}

const isTooOften = ({ status, retryAfter }: FetchResponse): boolean =>
	status === 429 || (status === 503 && retryAfter !== undefined);

function requestTo(
	authority: TimestampAuthority,
	body: Uint8Array | undefined,
	signal: AbortSignal | undefined,
): FetchRequest {
	return {
		url: authority.url,
		method: body ? 'POST' : 'GET',
		origin: 'configured',
		body,
		contentType: body && 'application/timestamp-query',
		accept: 'application/timestamp-reply',
		credentials: authority.credentials,
		clientCertificate: authority.clientCertificate,
		timeout: authority.timeout ?? TIMEOUT,
		maximumSize: MAXIMUM_ANSWER,
		signal,
	};
}

const codes: Record<NetworkErrorCode, TimestampErrorCode> = {
	offline: 'tsa-offline',
	'address-refused': 'tsa-unreachable',
	unreachable: 'tsa-unreachable',
	timeout: 'tsa-timeout',
	'too-large': 'tsa-not-a-timestamp',
	tls: 'tsa-tls',
	'redirect-refused': 'tsa-not-a-timestamp',
	'http-status': 'tsa-http-status',
	'wrong-content': 'tsa-truncated',
	cancelled: 'tsa-cancelled',
};

function ofNetworkError(error: NetworkError, url: string): TimestampError {
	if (error.code === 'cancelled') return cancelled(url);
	return new TimestampError(codes[error.code], `no timestamp from ${url}: ${error.message}`, {
		subject: url,
		cause: error,
		status: error.status,
	});
}

const cancelled = (url: string): TimestampError =>
	new TimestampError('tsa-cancelled', 'the request for a timestamp was cancelled', { subject: url });

function allFailed(failed: readonly TimestampError[]): TimestampError {
	const [first, ...others] = failed;
	if (first === undefined) return new TimestampError('tsa-missing', 'no timestamp authority is configured');
	if (others.length === 0) return first;
	const messages = failed.map((error) => error.message).join('; ');
	return new TimestampError(first.code, messages, {
		subject: first.subject,
		cause: first,
		status: first.status,
		failInfo: first.failInfo,
		attempts: failed,
	});
}

/** Waits, or less if the signal aborts. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, milliseconds);
		signal?.addEventListener('abort', done);
		if (signal?.aborted) done();
	});
}
