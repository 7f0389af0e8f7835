import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { OpenDocument, PickedFile, Reply } from '../../preload/contract.ts';
import { builtFiles, withNonce } from '../builtFiles.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import { failureOf } from '../failure.ts';
import type { Dispatch } from '../handlers/dispatch.ts';
import { frameHeaders, windowHeaders } from '../securityHeaders.ts';
import { Downloads } from './downloads.ts';
import { EventStream } from './eventStream.ts';
import { cookieName, refuseHost, refuseStranger } from './guard.ts';
import { listenOnLoopback } from './listen.ts';
import { readJson, readText, saveBody } from './requestBody.ts';
import { Session } from './session.ts';
import { addressPage, addressScript, admittedPage, refusedPage } from './startPage.ts';

/** The longest question: a handful of PEM certificates. */
const LONGEST_QUESTION = 2 * 1024 * 1024;
/** A larger file is opened by the chooser, where it lies. */
const LARGEST_DROP = 4 * 1024 ** 3;

export interface LoopbackOptions {
	/** Built pages: `window`, `frame`, and the script `bridge`. */
	readonly built: { readonly window: string; readonly frame: string; readonly bridge: string };
	/** For files that are dropped. */
	readonly folder: PrivateFolder;
}

/** What the composition root adds once the host's addresses are known. */
export interface LoopbackAnswers {
	readonly dispatch: Dispatch;
	/** Opens a file that was dropped, now at this path. */
	readonly openDropped: (path: string) => Promise<OpenDocument>;
	/** Names a file that was picked, now at this path. */
	readonly pick: (path: string) => PickedFile;
	/** Where a file that is dropped into the batch is put, and how it is added. */
	readonly batch: { readonly placeDropped: (name: string) => string; readonly add: (path: string) => Promise<void> };
}

/**
 * The second host of the window: two HTTP servers on loopback, one for the window and its questions, one for the frame
 * in which pdf.js runs. The frame's is reached as `localhost`: another site than 127.0.0.1, so that the browser keeps
 * it in another process and sends it no cookie.
 */
export class LoopbackHost {
	/** `http://127.0.0.1:PORT` */
	readonly origin: string;
	/** `http://localhost:PORT` */
	readonly frameOrigin: string;
	readonly events = new EventStream();
	readonly downloads = new Downloads();
	readonly session = new Session();
	readonly #options: LoopbackOptions;
	readonly #servers: readonly Server[];
	readonly #window: ReturnType<typeof builtFiles>;
	readonly #frame: ReturnType<typeof builtFiles>;
	readonly #bridge: ReturnType<typeof builtFiles>;
	#answers: LoopbackAnswers | undefined;

	private constructor(options: LoopbackOptions, windowServer: Server, frameServers: readonly Server[]) {
		this.#options = options;
		this.#servers = [windowServer, ...frameServers];
		this.origin = `http://127.0.0.1:${portOf(windowServer)}`;
		this.frameOrigin = `http://localhost:${portOf(frameServers[0])}`;
		this.#window = builtFiles(options.built.window);
		this.#frame = builtFiles(options.built.frame);
		this.#bridge = builtFiles(options.built.bridge);
		windowServer.on('request', (request, response) => void this.#guarded(request, response));
		for (const server of frameServers) {
			server.on('request', (request, response) => this.#answerFrame(request, response));
		}
	}

	static async start(options: LoopbackOptions): Promise<LoopbackHost> {
		const servers: Server[] = [];
		const listen = async (...addresses: [string, ...string[]]) => {
			const listening = await listenOnLoopback(createServer, addresses);
			servers.push(...listening);
			return listening;
		};
		try {
			const [windowServer] = await listen('127.0.0.1');
			return new LoopbackHost(options, windowServer, await listen('127.0.0.1', '::1'));
		} catch (error) {
			// The pages are not built, or no port is free: what listens already would keep the process.
			for (const server of servers) server.close();
			throw error;
		}
	}

	/** From now on questions are answered. */
	serve(answers: LoopbackAnswers): void {
		this.#answers = answers;
	}

	/** An address for a person to bring to a browser, good once and for a minute. */
	oneTimeAddress(): string {
		return `${this.origin}/start#${this.session.issue()}`;
	}

	async close(): Promise<void> {
		this.events.close();
		await Promise.all(
			this.#servers.map((server) => {
				const closed = new Promise((resolve) => server.close(resolve));
				server.closeAllConnections();
				return closed;
			}),
		);
	}

	async #guarded(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			await this.#answer(request, response);
		} catch (error) {
			if (response.headersSent) response.destroy();
			else sendJson(response, { ok: false, error: failureOf(error) });
		}
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const nonce = randomBytes(16).toString('base64');
		setHeaders(response, windowHeaders(this.frameOrigin, nonce));
		const strangerHost = refuseHost(request, new URL(this.origin).host);
		if (strangerHost) return send(response, strangerHost.status, strangerHost.why);
		const { pathname, searchParams } = new URL(request.url ?? '/', this.origin);
		const asked = `${request.method} ${pathname}`;
		if (asked === 'GET /start') return send(response, 200, addressPage, 'text/html; charset=utf-8');
		if (asked === 'GET /start.js') return send(response, 200, addressScript, 'text/javascript; charset=utf-8');
		if (asked === 'POST /start') return this.#admit(request, response);

		// Browsers ask for it beside pages that name no picture, without a cookie.
		if (asked === 'GET /favicon.ico') return send(response, 204, '');

		const refusal = refuseStranger(request, this.session, this.origin);
		if (refusal?.why === 'no-cookie' && asked === 'GET /') {
			return send(response, 401, refusedPage, 'text/html; charset=utf-8');
		}
		if (refusal) return send(response, refusal.status, refusal.why);
		if (asked === 'GET /events') return this.events.add(response);
		if (request.method === 'POST' && pathname.startsWith('/ask/')) {
			return this.#ask(request, response, pathname.slice('/ask/'.length));
		}
		const name = searchParams.get('name') ?? '';
		if (asked === 'POST /open') {
			return this.#take(request, response, name, (path) => this.#ready().openDropped(path));
		}
		if (asked === 'POST /pick') {
			return this.#take(request, response, name, async (path) => this.#ready().pick(path));
		}
		if (asked === 'POST /add-to-batch') return this.#addToBatch(request, response, name);
		if (request.method === 'GET' && pathname.startsWith('/download/')) {
			return this.#download(response, pathname.slice('/download/'.length));
		}
		const file = request.method === 'GET' ? (this.#window.get(pathname) ?? this.#bridge.get(pathname)) : undefined;
		if (!file) return send(response, 404, 'not-found');
		const { type, bytes } = file();
		if (!type.startsWith('text/html')) return send(response, 200, bytes, type);
		const page = withNonce(bytes, nonce);
		send(response, 200, page.replace('<head>', '<head><script src="/loopback.js"></script>'), type);
	}

	/** A token for a cookie. The start page is a file, whose origin is `null`; the address page is ours. */
	async #admit(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { origin } = request.headers;
		if (origin !== 'null' && origin !== this.origin) return send(response, 403, 'wrong-origin');
		const body = new URLSearchParams(await readText(request, 1024));
		const cookie = this.session.exchange(body.get('token') ?? '');
		if (cookie === undefined) return send(response, 401, refusedPage, 'text/html; charset=utf-8');
		response.setHeader('set-cookie', `${cookieName(this.origin)}=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
		send(response, 200, admittedPage, 'text/html; charset=utf-8');
	}

	async #ask(request: IncomingMessage, response: ServerResponse, verb: string): Promise<void> {
		// A form of a stranger's page cannot have this type; Origin has told already, this is the second lock.
		if (request.headers['content-type'] !== 'application/json') return send(response, 415, 'wrong-content-type');
		const question = await readJson(request, LONGEST_QUESTION);
		const argument = typeof question === 'object' && question !== null ? Reflect.get(question, 'argument') : undefined;
		sendReply(response, await this.#ready().dispatch(verb, argument));
	}

	/** A file that was dropped or picked: streamed into our folder, then handed on. */
	async #take(
		request: IncomingMessage,
		response: ServerResponse,
		name: string,
		hand: (path: string) => Promise<unknown>,
	): Promise<void> {
		const path = await this.#options.folder.place(name);
		await saveBody(request, path, LARGEST_DROP);
		sendReply(response, { ok: true, value: await hand(path) });
	}

	async #addToBatch(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
		const { batch } = this.#ready();
		const path = batch.placeDropped(name);
		await saveBody(request, path, LARGEST_DROP);
		await batch.add(path);
		sendReply(response, { ok: true, value: null });
	}

	async #download(response: ServerResponse, id: string): Promise<void> {
		const download = this.downloads.take(id);
		if (!download) return send(response, 404, 'not-found');
		const { size } = await stat(download.path);
		response.writeHead(200, {
			'content-type': 'application/octet-stream',
			'content-length': size,
			'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(download.name)}`,
		});
		await pipeline(createReadStream(download.path), response);
	}

	#ready(): LoopbackAnswers {
		if (!this.#answers) throw new Error('the host was asked before it was told how to answer');
		return this.#answers;
	}

	/** The frame's files are the same for everybody and hold no secret: they need no cookie, and there is nothing else. */
	#answerFrame(request: IncomingMessage, response: ServerResponse): void {
		setHeaders(response, frameHeaders(this.origin));
		const strangerHost = refuseHost(request, new URL(this.frameOrigin).host);
		const { pathname } = new URL(request.url ?? '/', this.frameOrigin);
		const file = request.method === 'GET' ? this.#frame.get(pathname)?.() : undefined;
		if (strangerHost) send(response, strangerHost.status, strangerHost.why);
		else if (file) send(response, 200, file.bytes, file.type);
		else if (pathname === '/favicon.ico') send(response, 204, '');
		else send(response, 404, 'not-found');
	}
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function send(response: ServerResponse, status: number, body: string | Uint8Array, type = 'text/plain'): void {
	response.writeHead(status, { 'content-type': type });
	response.end(body);
}

function sendReply(response: ServerResponse, reply: Reply<unknown>): void {
	if (reply.ok && reply.value instanceof Uint8Array) {
		send(response, 200, reply.value, 'application/octet-stream');
	} else {
		sendJson(response, reply);
	}
}

/** Answers that failed are answers too: 200, and the reply says what happened. */
function sendJson(response: ServerResponse, reply: Reply<unknown>): void {
	send(response, 200, JSON.stringify(reply), 'application/json');
}

function portOf(server: Server | undefined): number {
	const address = server?.address();
	if (typeof address !== 'object' || !address) throw new TypeError('the server does not listen on a port');
	return address.port;
}
