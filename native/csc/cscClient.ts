/** One call of the Cloud Signature Consortium's API: JSON over HTTP (v1.0.4 §7, v2 §7). */
import { type Fetcher, type FetchRequest, type FetchResponse, NetworkError } from '../../core/ports/fetcher.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { Answer } from './answer.ts';
import { refusalError, unreadableAnswer } from './cscError.ts';

export type Credentials = NonNullable<FetchRequest['credentials']>;

export interface CallOptions {
	readonly credentials?: Credentials | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Milliseconds. */
	readonly timeout?: number | undefined;
}

export interface CallResult {
	/** 200, or 202 while the service still waits for the person; 204 where there is nothing to say. */
	readonly status: number;
	readonly answer: Answer;
}

const defaultTimeout = 30_000;
/** A list of a hundred credentials with their chains is far below. */
const maximumSize = 4 << 20;

export class CscClient {
	/** Such as `https://service.example/csc/v2`, without a slash at the end. */
	readonly base: string;
	/** What the service is called in messages. */
	readonly service: string;
	readonly #fetcher: Fetcher;

	constructor(base: string, fetcher: Fetcher) {
		this.base = base;
		this.service = new URL(base).host;
		this.#fetcher = fetcher;
	}

	/**
	 * Calls a method of the API.
	 *
	 * @throws {NetworkError} when there is no answer; {TokenError} when the service refuses, or answers unreadably.
	 */
	async call(method: string, input: object, options: CallOptions = {}): Promise<CallResult> {
		const url = `${this.base}/${method}`;
		return this.#post(method, url, 'application/json', JSON.stringify(input), options);
	}

	/** Posts a form to an endpoint of OAuth 2.0 (RFC 6749 §4.1.3). @throws as {@link call}. */
	async postForm(
		method: string,
		url: string,
		form: Readonly<Record<string, string>>,
		options: CallOptions = {},
	): Promise<CallResult> {
		const body = new URLSearchParams(form).toString();
		return this.#post(method, url, 'application/x-www-form-urlencoded', body, options);
	}

	/** Reads a document of the service or its authorisation server. @throws as {@link call}. */
	async get(method: string, url: string, options: CallOptions = {}): Promise<CallResult> {
		return this.#exchange(method, { url, method: 'GET' }, options);
	}

	#post(method: string, url: string, contentType: string, body: string, options: CallOptions): Promise<CallResult> {
		return this.#exchange(method, { url, method: 'POST', contentType, body: Buffer.from(body, 'utf8') }, options);
	}

	async #exchange(
		method: string,
		request: Pick<FetchRequest, 'url' | 'method' | 'body' | 'contentType'>,
		{ credentials, signal, timeout = defaultTimeout }: CallOptions,
	): Promise<CallResult> {
		const response = await this.#fetcher.fetch({
			...request,
			origin: 'configured',
			accept: 'application/json',
			credentials,
			timeout,
			maximumSize,
			signal,
		});
		const from = { service: this.service, method };
		if (response.status >= 300) {
			const said = this.#refusalOf(response, from);
			throw refusalError(this.service, { method, status: response.status, ...said });
		}
		const value: unknown = response.status === 204 ? {} : parse(response.body);
		if (value === undefined) throw unreadableAnswer(this.service, method, 'no JSON');
		return { status: response.status, answer: new Answer(value, from) };
	}

	/** An error without the API's words is told by its status alone. */
	#refusalOf(
		{ body }: FetchResponse,
		from: { readonly service: string; readonly method: string },
	): { readonly error: string; readonly description: string } {
		try {
			const answer = new Answer(parse(body), from);
			return {
				error: answer.optionalText('error') ?? '',
				description: answer.optionalText('error_description') ?? answer.optionalText('errorDescription') ?? '',
			};
		} catch (error) {
			if (error instanceof TokenError) return { error: '', description: '' };
			throw error;
		}
	}
}

/** Whether there is nothing at this address, rather than a service that refuses. */
export const isNotThere = (error: unknown): boolean =>
	error instanceof TokenError
		? error.code === 'remote-refused' || error.code === 'remote-unreadable'
		: error instanceof NetworkError && error.code === 'wrong-content';

function parse(body: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
	} catch {
		return undefined;
	}
}
