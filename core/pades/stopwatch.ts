/** Where the time of one file went, in milliseconds. */
export interface Durations {
	readonly total: number;
	readonly hash: number;
	readonly token: number;
	readonly tsa: number;
	readonly revocation: number;
}

export type Phase = Exclude<keyof Durations, 'total'>;

/** Adds up the time of each phase of one file's way. */
export class Stopwatch {
	readonly #begun = performance.now();
	readonly #spent: Record<Phase, number> = { hash: 0, token: 0, tsa: 0, revocation: 0 };

	async during<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
		const begun = performance.now();
		try {
			return await work();
		} finally {
			this.#spent[phase] += performance.now() - begun;
		}
	}

	durations(): Durations {
		const rounded = (value: number): number => Math.round(value * 10) / 10;
		return {
			total: rounded(performance.now() - this.#begun),
			hash: rounded(this.#spent.hash),
			token: rounded(this.#spent.token),
			tsa: rounded(this.#spent.tsa),
			revocation: rounded(this.#spent.revocation),
		};
	}
}
