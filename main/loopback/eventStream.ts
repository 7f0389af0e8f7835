import type { ServerResponse } from 'node:http';
import type { Events } from '../../preload/contract.ts';

/** Seconds between two signs of life: proxies and browsers give up on a stream that is silent for long. */
const HEARTBEAT = 20;

/** The windows that listen, and what they are told (server-sent events, WHATWG HTML §9.2). */
export class EventStream {
	readonly #listeners = new Set<ServerResponse>();
	readonly #heartbeat = setInterval(() => this.#send(':\n\n'), HEARTBEAT * 1000).unref();

	add(response: ServerResponse): void {
		response.writeHead(200, { 'content-type': 'text/event-stream' });
		// The browser comes back after this many milliseconds when the connection breaks.
		response.write('retry: 1000\n\n');
		this.#listeners.add(response);
		response.on('close', () => this.#listeners.delete(response));
	}

	tell<Name extends keyof Events>(name: Name, value: Events[Name]): void {
		this.#send(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
	}

	close(): void {
		clearInterval(this.#heartbeat);
		for (const response of this.#listeners) response.end();
	}

	#send(text: string): void {
		for (const response of this.#listeners) response.write(text);
	}
}
