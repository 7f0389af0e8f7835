/** One HTTP server on loopback, with a switch for each way a server lets its callers down, and a count of requests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Ways to fail below the protocol that is spoken. */
export type TransportFault =
	/** Nothing listens: connections are refused. */
	| 'down'
	/** The connection ends without an answer. */
	| 'hang-up'
	/** A captive portal: status 200 and a page. */
	| 'html'
	/** The answer's first half. */
	| 'truncated'
	/** Random octets under the right content type. */
	| 'rubbish'
	/** Status 200 and nothing. */
	| 'empty'
	/** 64 MiB and more to come. */
	| 'endless'
	/** Redirects to itself, for ever. */
	| 'redirect-loop'
	| { readonly slow: number }
	| { readonly status: number; readonly retryAfter?: number };

export interface Answer {
	readonly contentType: string;
	readonly body: Uint8Array;
	/** 200 where it is left out. */
	readonly status?: number;
}

/** A request as the service behind the server sees it. */
export interface Call {
	readonly method: string;
	/** Path without the query. */
	readonly path: string;
	readonly body: Uint8Array;
}

export class Service<F extends string = never> implements AsyncDisposable {
	readonly #answer: (call: Call, fault: F | undefined) => Answer;
	readonly #isOwnFault: (fault: TransportFault | F) => fault is F;
	#server: Server | undefined;
	#port: number;
	#fault: TransportFault | F | undefined;
	#remaining = Number.POSITIVE_INFINITY;
	#requests = 0;
	#credentials: string | undefined;

	/** @param ownFaults faults that `answer` itself knows how to make. */
	constructor(
		ownFaults: readonly F[],
		answer: (call: Call, fault: F | undefined) => Answer,
		options: { readonly port?: number | undefined } = {},
	) {
		this.#answer = answer;
		this.#isOwnFault = (fault): fault is F => ownFaults.some((own) => own === fault);
		this.#port = options.port ?? 0;
	}

	/** Without a slash at its end; stays the same while the service is down. */
	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	get port(): number {
		return this.#port;
	}

	/** How many requests arrived, faults or not. */
	get requests(): number {
		return this.#requests;
	}

	resetCounter(): void {
		this.#requests = 0;
	}

	/** From now on each request fails like this; after `times` requests the service is well again. */
	async fail(fault: TransportFault | F, options: { readonly times?: number } = {}): Promise<void> {
		this.#fault = fault;
		this.#remaining = options.times ?? Number.POSITIVE_INFINITY;
		if (fault === 'down') await this.#stop();
		else await this.start();
	}

	async heal(): Promise<void> {
		this.#fault = undefined;
		this.#remaining = Number.POSITIVE_INFINITY;
		await this.start();
	}

	/** From now on only requests with these basic credentials (`user:password`) are answered. */
	demandCredentials(credentials: string | undefined): void {
		this.#credentials = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
	}

	async start(): Promise<void> {
		if (this.#server !== undefined) return;
		const server = createServer((request, response) => {
			this.#handle(request, response).catch(() => response.destroy());
		});
		this.#server = server;
		server.listen(this.#port, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		if (isAddressInfo(address)) this.#port = address.port;
	}

	async close(): Promise<void> {
		await this.#stop();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#stop();
	}

	async #stop(): Promise<void> {
		const server = this.#server;
		this.#server = undefined;
		if (server === undefined) return;
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	}

	async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		this.#requests++;
		const call = await readCall(request);
		if (this.#credentials !== undefined && request.headers.authorization !== this.#credentials) {
			response.writeHead(401, { 'www-authenticate': 'Basic realm="demo"' }).end();
			return;
		}
		const fault = this.#takeFault();
		if (fault === undefined || this.#isOwnFault(fault)) {
			send(response, this.#answer(call, fault));
			return;
		}
		await sendFaulty(response, fault, () => this.#answer(call, undefined), call.path);
	}

	#takeFault(): TransportFault | F | undefined {
		const fault = this.#fault;
		if (fault !== undefined && --this.#remaining <= 0) this.#fault = undefined;
		return fault;
	}
}

async function readCall(request: IncomingMessage): Promise<Call> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
	return { method: request.method ?? 'GET', path: pathname, body: Buffer.concat(chunks) };
}

function send(response: ServerResponse, { status = 200, contentType, body }: Answer): void {
	response.writeHead(status, { 'content-type': contentType, 'content-length': body.length }).end(body);
}

const PORTAL = Buffer.from('<!doctype html><title>Welcome</title><p>Please accept the terms of this network.</p>');

async function sendFaulty(
	response: ServerResponse,
	fault: TransportFault,
	answer: () => Answer,
	path: string,
): Promise<void> {
	if (typeof fault === 'object') {
		if ('slow' in fault) {
			await delay(fault.slow, undefined, { ref: false });
			send(response, answer());
			return;
		}
		const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
		response.writeHead(fault.status, { 'content-type': 'text/plain', ...headers }).end('the demo was told to fail\n');
		return;
	}
	switch (fault) {
		case 'down':
		case 'hang-up':
			response.destroy();
			return;
		case 'html':
			send(response, { contentType: 'text/html; charset=utf-8', body: PORTAL });
			return;
		case 'truncated': {
			const { contentType, body } = answer();
			send(response, { contentType, body: body.subarray(0, body.length >> 1) });
			return;
		}
		case 'rubbish': {
			const { contentType } = answer();
			send(response, { contentType, body: Buffer.from('rubbish '.repeat(64)) });
			return;
		}
		case 'empty':
			send(response, { contentType: answer().contentType, body: Buffer.alloc(0) });
			return;
		case 'endless':
			await sendEndlessly(response, answer().contentType);
			return;
		case 'redirect-loop':
			response.writeHead(302, { location: path }).end();
	}
}

async function sendEndlessly(response: ServerResponse, contentType: string): Promise<void> {
	response.writeHead(200, { 'content-type': contentType });
	const block = Buffer.alloc(1 << 16);
	while (!response.destroyed)
		if (!response.write(block)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
	return typeof address === 'object' && address !== null;
}
