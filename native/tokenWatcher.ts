/** Tells when a card comes or goes, or a reader: every driver is asked again and again, in a process that never has a PIN. */
import { setTimeout as wait } from 'node:timers/promises';
import { type DriverOptions, modulesOf, startModule } from './driverOptions.ts';

/** Milliseconds between two looks: what readers notice is known here within a second. */
const interval = 200;
/** Milliseconds after which a driver that does not answer is reading a card that has just come. */
const recognition = 150;
/** Milliseconds before a driver that failed is tried again; each time twice as long. */
const firstPause = 1_000;
const longestPause = 60_000;

export interface TokenListener {
	/** Something is different: list the tokens anew. Not called for what is there at the beginning. */
	changed(): void;
	/** A driver has begun to read a card that it did not know, which may take it seconds, or is done with it. */
	reading?(isReading: boolean): void;
}

/**
 * C_WaitForSlotEvent would do the same with fewer questions, where a driver has it; but it returns only when the driver
 * has read the new card, and until then nothing could be shown.
 */
export class TokenWatcher {
	readonly #options: DriverOptions;
	readonly #listener: TokenListener;
	readonly #reading = new Set<string>();
	readonly #controller = new AbortController();
	readonly #watching: Promise<unknown>;

	/** When every driver was asked once: from then on a change is told. */
	readonly begun: Promise<unknown>;

	/** Begins to watch. */
	constructor(options: DriverOptions, listener: TokenListener) {
		this.#options = options;
		this.#listener = listener;
		const watches = modulesOf(options).map((path) => {
			const first = Promise.withResolvers<void>();
			return { first: first.promise, watching: this.#watch(path, first.resolve) };
		});
		this.begun = Promise.all(watches.map(({ first }) => first));
		this.#watching = Promise.all(watches.map(({ watching }) => watching));
	}

	/** Ends the drivers' processes. */
	async close(): Promise<void> {
		this.#controller.abort();
		await this.#watching;
	}

	/** @param asked told when the driver has answered, or failed, for the first time. */
	async #watch(path: string, asked: () => void): Promise<void> {
		const { signal } = this.#controller;
		let known: string | undefined;
		let pause = firstPause;
		while (!signal.aborted) {
			try {
				const port = await startModule(path, this.#options, signal);
				try {
					for (;;) {
						const slow = known === undefined ? undefined : setTimeout(() => this.#reads(path, true), recognition);
						const seen = JSON.stringify(
							await port.call('presence', {}, path, { signal }).finally(() => {
								clearTimeout(slow);
								this.#reads(path, false);
							}),
						);
						if (known !== undefined && seen !== known) this.#listener.changed();
						known = seen;
						asked();
						pause = firstPause;
						await wait(interval, undefined, { signal });
					}
				} finally {
					await port.close();
				}
			} catch {
				asked();
				// Whatever a driver does, it is tried again later; listing the tokens says what is wrong with it.
				await wait(pause, undefined, { signal }).catch(() => {});
				pause = Math.min(2 * pause, longestPause);
			}
		}
	}

	#reads(path: string, isReading: boolean): void {
		const before = this.#reading.size > 0;
		if (isReading) this.#reading.add(path);
		else this.#reading.delete(path);
		if (before !== this.#reading.size > 0) this.#listener.reading?.(isReading);
	}
}
