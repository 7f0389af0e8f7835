import type { Bridge, OpenDocument, Reply } from '../../../preload/contract.ts';
import { FrameLink } from '../documents/frameLink.ts';
import styles from './Pictures.module.css';

/** A page as a picture, and its size as displayed, in 1/72 inch. */
export interface PagePicture {
	readonly bitmap: ImageBitmap;
	readonly width: number;
	readonly height: number;
}

export interface PictureWanted {
	/** Names the picture in the cache. */
	readonly key: string;
	readonly page: number;
	readonly password: string | null;
	open(): Promise<Reply<OpenDocument>>;
}

/** Pictures side by side on a screen, and some more in each direction. */
const KEPT = 240;
const FRAMES = 2;
/** CSS pixels. */
const WIDTH = 176;
/** Milliseconds after which a page that does not get drawn is given up. */
const PATIENCE = 20_000;

/**
 * Draws pages of many documents small. Each document gets a frame of its own that is thrown away afterwards, so that
 * nothing of one file can reach the next; what was wanted last is drawn first, since that is what is in view.
 */
export class Pictures {
	readonly #bridge: Bridge;
	readonly #frameUrl: string;
	readonly #kept = new Map<string, Promise<PagePicture | null>>();
	readonly #waiting: { readonly wanted: PictureWanted; readonly settle: (picture: PagePicture | null) => void }[] = [];
	#busy = 0;

	constructor(bridge: Bridge, frameUrl: string) {
		this.#bridge = bridge;
		this.#frameUrl = frameUrl;
	}

	/** Null where it cannot be drawn. */
	of(wanted: PictureWanted): Promise<PagePicture | null> {
		const known = this.#kept.get(wanted.key);
		if (known) return known;
		const { promise, resolve } = Promise.withResolvers<PagePicture | null>();
		this.#kept.set(wanted.key, promise);
		this.#waiting.push({ wanted, settle: resolve });
		const [oldest] = this.#kept.keys();
		if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
		if (this.#busy < FRAMES) void this.#work();
		return promise;
	}

	/** Nobody looks any more: what is not begun is not drawn. */
	forget(key: string): void {
		const at = this.#waiting.findIndex(({ wanted }) => wanted.key === key);
		const [dropped] = at === -1 ? [] : this.#waiting.splice(at, 1);
		if (!dropped) return;
		this.#kept.delete(key);
		dropped.settle(null);
	}

	async #work(): Promise<void> {
		this.#busy += 1;
		for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) next.settle(await this.#draw(next.wanted));
		this.#busy -= 1;
	}

	async #draw({ page, password, open }: PictureWanted): Promise<PagePicture | null> {
		const opened = await open();
		if (!opened.ok) return null;
		const frame = document.createElement('iframe');
		try {
			return await this.#drawIn(frame, opened.value, page, password);
		} finally {
			frame.remove();
			void this.#bridge.documents.close({ handle: opened.value.handle });
		}
	}

	#drawIn(
		frame: HTMLIFrameElement,
		opened: OpenDocument,
		page: number,
		password: string | null,
	): Promise<PagePicture | null> {
		return new Promise((resolve) => {
			const settle = (picture: PagePicture | null) => {
				clearTimeout(givenUp);
				link?.close();
				resolve(picture);
			};
			let link: FrameLink | undefined;
			const givenUp = setTimeout(() => settle(null), PATIENCE);
			frame.className = styles.frame ?? '';
			frame.tabIndex = -1;
			frame.setAttribute('aria-hidden', 'true');
			frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
			frame.src = this.#frameUrl;
			frame.addEventListener('load', () => {
				link = new FrameLink(frame, this.#bridge, opened, {
					told(message) {
						if (message.kind === 'ready')
							link?.say({ kind: 'picture', size: opened.size, password, page, width: WIDTH });
						else if (message.kind === 'picture') settle(message);
						else if (message.kind === 'failed') settle(null);
					},
					readFailed: () => settle(null),
				});
			});
			document.body.append(frame);
		});
	}
}
