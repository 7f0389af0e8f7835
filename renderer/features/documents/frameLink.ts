import type { Bridge, DocumentHandle, Failure, OpenDocument } from '../../../preload/contract.ts';
import { LONGEST_READ } from '../../../preload/contract.ts';
import { type FromFrame, fromFrame } from '../../frame/fromFrame.ts';
import { HANDSHAKE, type ToFrame } from '../../frame/protocol.ts';

export interface FrameListener {
	told(message: FromFrame): void;
	/** The bytes that the frame asked for could not be read, e.g. because the file was changed on disk. */
	readFailed(failure: Failure): void;
}

/**
 * The window's end of the port to the frame that draws a document. It answers the frame's questions for bytes of this
 * one document, and passes on what else the frame says after it was checked.
 */
export class FrameLink {
	readonly #port: MessagePort;
	readonly #bridge: Bridge;
	readonly #handle: DocumentHandle;
	readonly #size: number;
	readonly #listener: FrameListener;

	/** @param frame its page must have been loaded. */
	constructor(frame: HTMLIFrameElement, bridge: Bridge, document: OpenDocument, listener: FrameListener) {
		const { port1, port2 } = new MessageChannel();
		this.#port = port1;
		this.#bridge = bridge;
		this.#handle = document.handle;
		this.#size = document.size;
		this.#listener = listener;
		port1.onmessage = (event) => this.#hear(event.data);
		frame.contentWindow?.postMessage(HANDSHAKE, new URL(frame.src).origin, [port2]);
	}

	say(message: ToFrame): void {
		this.#port.postMessage(message);
	}

	close(): void {
		this.#port.close();
	}

	#hear(data: unknown): void {
		const parsed = fromFrame.safeParse(data);
		// A frame that says anything else was taken over by the document it draws: it is not listened to.
		if (!parsed.success) return;
		if (parsed.data.kind === 'range' && parsed.data.begin < Math.min(parsed.data.end, this.#size))
			void this.#answer(parsed.data.begin, parsed.data.end);
		else if (parsed.data.kind !== 'range') this.#listener.told(parsed.data);
	}

	/** pdf.js takes a range in one piece; the host gives at most `LONGEST_READ` at a time. */
	async #answer(begin: number, end: number): Promise<void> {
		const bytes = new Uint8Array(Math.min(end, this.#size) - begin);
		for (let at = 0; at < bytes.length; at += LONGEST_READ) {
			const length = Math.min(LONGEST_READ, bytes.length - at);
			const reply = await this.#bridge.documents.read({ handle: this.#handle, offset: begin + at, length });
			if (!reply.ok) return this.#listener.readFailed(reply.error);
			bytes.set(reply.value, at);
		}
		this.#port.postMessage({ kind: 'bytes', begin, bytes } satisfies ToFrame, [bytes.buffer]);
	}
}
