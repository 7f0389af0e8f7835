import type { z } from 'zod';
import type { Fetcher, FetchMethod, FetchResponse } from '../ports/fetcher.ts';
import { problem } from '../postings/protocol/problem.ts';
import { loginNeeded, ServiceError, unreadable } from './serviceError.ts';

/** Milliseconds for an exchange that does not wait for anything. */
const TIMEOUT = 60_000;
/** Bytes: a snapshot of many postings is the largest answer. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

export interface Question {
	readonly method: FetchMethod;
	/** With its query, from the root of the service: `/v1/ops`. */
	readonly path: string;
	/** Sent as JSON. */
	readonly json?: unknown;
	/** Or as it is. */
	readonly body?: Uint8Array | undefined;
	readonly contentType?: string | undefined;
	readonly headers?: Readonly<Record<string, string>> | undefined;
	/** Milliseconds. */
	readonly timeout?: number | undefined;
	readonly maximumSize?: number | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Statuses besides 2xx that are answers and not failures. */
	readonly expected?: readonly number[] | undefined;
}

/** One service, as one person: every exchange goes through here. */
export class Connection {
	readonly #fetcher: Fetcher;
	/** Its address without a slash at the end. */
	readonly service: string;
	readonly #session: string | undefined;

	constructor(fetcher: Fetcher, service: string, session?: string) {
		this.#fetcher = fetcher;
		this.service = service.replace(/\/+$/, '');
		this.#session = session;
	}

	/**
	 * @throws {NetworkError} when there was no answer.
	 * @throws {ServiceError} when the answer is a refusal, with the service's own code.
	 */
	async ask(question: Question): Promise<FetchResponse> {
		const { method, path, json, headers, signal } = question;
		const response = await this.#fetcher.fetch({
			url: this.#addressOf(path),
			method,
			origin: 'configured',
			accept: 'application/json, application/problem+json, */*',
			headers,
			body: json === undefined ? question.body : Buffer.from(JSON.stringify(json)),
			contentType: json === undefined ? question.contentType : 'application/json',
			credentials: this.#session === undefined ? undefined : { bearer: this.#session },
			timeout: question.timeout ?? TIMEOUT,
			maximumSize: question.maximumSize ?? LARGEST_ANSWER,
			signal,
		});
		const isAnswer = response.status < 400 || question.expected?.includes(response.status);
		if (isAnswer) return response;
		throw this.#refusal(response);
	}

	/** The same, where the answer is JSON of this shape. @throws as {@link ask}. */
	async read<Schema extends z.ZodType>(question: Question, schema: Schema): Promise<z.output<Schema>> {
		return this.parse(question, await this.ask(question), schema);
	}

	/** An answer that {@link ask} gave, as JSON of this shape. @throws {ServiceError} `service-unreadable` */
	parse<Schema extends z.ZodType>(
		question: Pick<Question, 'method' | 'path'>,
		response: FetchResponse,
		schema: Schema,
	): z.output<Schema> {
		const parsed = schema.safeParse(this.#json(response));
		if (parsed.success) return parsed.data;
		const [issue] = parsed.error.issues;
		const what = `${question.method} ${question.path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
		throw unreadable(this.service, what, parsed.error);
	}

	/** An address that the service gave, in full. @throws {ServiceError} for one of another origin. */
	#addressOf(path: string): string {
		if (path.startsWith('/')) return this.service + path;
		if (new URL(path).origin === new URL(this.service).origin) return path;
		throw unreadable(this.service, `it names an address elsewhere (${path})`);
	}

	#refusal(response: FetchResponse): ServiceError {
		const said = problem.safeParse(isJson(response) ? this.#json(response) : undefined);
		if (said.success ? sessionEnded.has(said.data.code) : response.status === 401) return loginNeeded(this.service);
		if (!said.success) return unreadable(this.service, `status ${response.status}`);
		const { code, message, hint, triesLeft } = said.data;
		const { status, retryAfter } = response;
		const notBefore = retryAfter === undefined ? undefined : new Date(Date.now() + retryAfter * 1000);
		return new ServiceError(code, message, { hint, status, triesLeft, notBefore, subject: this.service });
	}

	#json(response: FetchResponse): unknown {
		try {
			return JSON.parse(Buffer.from(response.body).toString('utf8'));
		} catch (error) {
			throw unreadable(this.service, 'it is no JSON', error);
		}
	}
}

/**
 * Other codes with status 401 are about a login that did not succeed. Who has become an administrator since logs in again, with
 * the second factor.
 */
const sessionEnded: ReadonlySet<string> = new Set(['not-logged-in', 'session-expired', 'second-factor-needed']);

const isJson = ({ contentType }: FetchResponse): boolean => /[/+]json$/.test(contentType);
