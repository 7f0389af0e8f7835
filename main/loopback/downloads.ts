import { randomBytes } from 'node:crypto';

export interface Download {
	readonly path: string;
	readonly name: string;
}

/** Files a person asked to keep, each to be fetched once by an address that cannot be guessed. */
export class Downloads {
	readonly #waiting = new Map<string, Download>();

	/** @returns the address, on the window's own origin. */
	offer(download: Download): string {
		const id = randomBytes(16).toString('base64url');
		this.#waiting.set(id, download);
		return `/download/${id}`;
	}

	take(id: string): Download | undefined {
		const download = this.#waiting.get(id);
		this.#waiting.delete(id);
		return download;
	}
}
