/** Tells when a card comes or goes, or a reader: every driver is asked twice a second, in a process that never has a PIN. */
import { setTimeout as wait } from 'node:timers/promises';
import { type DriverOptions, modulesOf, startModule } from './driverOptions.ts';

/** Milliseconds between two looks: a card appears within a second. */
const interval = 500;
/** Milliseconds before a driver that failed is tried again; each time twice as long. */
const firstPause = 1_000;
const longestPause = 60_000;

export class TokenWatcher {
	readonly #options: DriverOptions;
	readonly #onChange: () => void;
	readonly #controller = new AbortController();
	readonly #watching: Promise<unknown>;

	/**
	 * Begins to watch.
	 *
	 * @param onChange something is different: list the tokens anew. Not called for what is there at the beginning.
	 */
	constructor(options: DriverOptions, onChange: () => void) {
		this.#options = options;
		this.#onChange = onChange;
		this.#watching = Promise.all(modulesOf(options).map((path) => this.#watch(path)));
	}

	/** Ends the drivers' processes. */
	async close(): Promise<void> {
		this.#controller.abort();
		await this.#watching;
	}

	async #watch(path: string): Promise<void> {
		const { signal } = this.#controller;
		let known: string | undefined;
		let pause = firstPause;
		while (!signal.aborted) {
			try {
				const port = await startModule(path, this.#options, signal);
				try {
					for (;;) {
						const seen = JSON.stringify(await port.call('presence', {}, path, { signal }));
						if (known !== undefined && seen !== known) this.#onChange();
						known = seen;
						pause = firstPause;
						await wait(interval, undefined, { signal });
					}
				} finally {
					await port.close();
				}
			} catch {
				// Whatever a driver does, it is tried again later; listing the tokens says what is wrong with it.
				await wait(pause, undefined, { signal }).catch(() => {});
				pause = Math.min(2 * pause, longestPause);
			}
		}
	}
}
