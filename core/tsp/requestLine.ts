/**
 * The line before one timestamp authority. While it answers, everybody goes in at once; when it says that it is asked too
 * often, the line grows orderly: one at a time after the pause it wants, and more only when many were served, until it
 * complains again. So a thousand files take as long as the authority lets them, and no more are sent away than served.
 */
const SERVED_FOR_ONE_MORE = 8;

export class RequestLine {
	readonly #now: () => number;
	#inside = 0;
	/** How many may be inside. */
	#room = Number.POSITIVE_INFINITY;
	/** Served since the last complaint. */
	#served = 0;
	readonly #waiting: (() => void)[] = [];
	/** Milliseconds of the clock: nobody asks before. */
	#closedUntil = 0;

	/** @param now milliseconds. */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** Milliseconds that the authority still wants to be left alone. */
	get pause(): number {
		return Math.max(0, this.#closedUntil - this.#now());
	}

	/** Waits for a place; whoever has one must {@link leave}. @param again whoever was sent away goes before the others. */
	async enter(again: boolean): Promise<void> {
		if (this.#inside < this.#room && (again || this.#waiting.length === 0)) {
			this.#inside++;
			return;
		}
		await new Promise<void>((resolve) => (again ? this.#waiting.unshift(resolve) : this.#waiting.push(resolve)));
	}

	/** @param served whether an answer came that says nothing of being asked too often. */
	leave(served: boolean): void {
		this.#inside--;
		if (served && ++this.#served % SERVED_FOR_ONE_MORE === 0) this.#room++;
		while (this.#inside < this.#room) {
			const next = this.#waiting.shift();
			if (next === undefined) return;
			this.#inside++;
			next();
		}
	}

	/** The authority said that it is asked too often. */
	close(milliseconds: number): void {
		this.#closedUntil = Math.max(this.#closedUntil, this.#now() + milliseconds);
		this.#room = 1;
		this.#served = 0;
	}
}
