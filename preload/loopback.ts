/** The same bridge in a browser, over the loopback host: questions are posted, events come as an event stream. */
import { bridgeOver } from './bridge.ts';
import type { Failure, OpenDocument, PickedFile, Reply } from './contract.ts';

const events = new EventSource('/events');

/** The host's answer: JSON, or bare bytes for what is read from a document. */
async function reply<Answer>(exchange: Promise<Response>): Promise<Reply<Answer>> {
	let response: Response;
	try {
		response = await exchange;
	} catch {
		return { ok: false, error: hostGone };
	}
	if (response.headers.get('content-type') === 'application/octet-stream') {
		return { ok: true, value: new Uint8Array(await response.arrayBuffer()) as Answer };
	}
	return response.json() as Promise<Reply<Answer>>;
}

/** Streams a file to the host. */
const post = (path: string, file: File): Promise<Response> =>
	fetch(`${path}?name=${encodeURIComponent(file.name)}`, {
		method: 'POST',
		headers: { 'content-type': 'application/octet-stream' },
		body: file,
	});

const hostGone: Failure = {
	code: 'host-gone',
	message: 'Paraph has ended or does not answer.',
	hint: 'Start it again with `paraph desk`.',
	subject: null,
	details: {},
};

const bridge = bridgeOver({
	ask: (verb, argument) =>
		reply(
			fetch(`/ask/${verb}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ argument }),
			}),
		),
	open: (file) => reply<OpenDocument>(post('/open', file)),
	addToBatch: (file) => reply<null>(post('/add-to-batch', file)),
	pick: (file) => reply<PickedFile>(post('/pick', file)),
	on(name, listener) {
		const told = (event: Event) => {
			if (event instanceof MessageEvent) listener(JSON.parse(String(event.data)));
		};
		events.addEventListener(name, told);
		return () => events.removeEventListener(name, told);
	},
});

Object.defineProperty(globalThis, 'paraph', { value: Object.freeze(bridge), enumerable: true });
