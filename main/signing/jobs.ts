import type { JobId } from '../../preload/contract.ts';

/** The signatures in the making, so that one can be cancelled by the id that the window gave it. */
export class Jobs {
	readonly #running = new Map<JobId, AbortController>();

	/** Runs the work under this id; a signal tells it when the person does not want it any more. */
	async run<Result>(job: JobId, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
		const controller = new AbortController();
		this.#running.set(job, controller);
		try {
			return await work(controller.signal);
		} finally {
			this.#running.delete(job);
		}
	}

	/** A job that has ended, or never was, is left in peace. */
	cancel(job: JobId): void {
		this.#running.get(job)?.abort();
	}
}
