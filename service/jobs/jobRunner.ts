import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Metrics } from '../api/metrics.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Logger } from '../logging.ts';

/** Work that comes again and again, done by one instance at a time. */
export interface Job {
	readonly name: string;
	/** Milliseconds from the end of one run to the next. */
	readonly interval: number;
	/** Must be able to be broken off anywhere and begun again. */
	run(signal: AbortSignal): Promise<void>;
}

/** How long an instance that died keeps a job from the others. */
const LEASE = 30_000;
const RENEWED = LEASE / 3;
/** After a failure it is tried again sooner than it would be its turn. */
const RETRY = 5 * 60_000;
/** How often is looked for what is due. */
const LOOK = 5_000;

/** Runs jobs under leases in the database: whichever instance comes first, and another when that one dies. */
export class JobRunner {
	readonly #main: Main;
	readonly #clock: Clock;
	readonly #logger: Logger;
	readonly #metrics: Metrics;
	readonly #jobs: readonly Job[];
	readonly #isAlone: boolean;
	readonly #owner = randomUUID();
	readonly #stopping = new AbortController();
	#timer: NodeJS.Timeout | undefined;
	#round: Promise<void> | undefined;

	constructor(parts: {
		readonly main: Main;
		readonly clock: Clock;
		readonly logger: Logger;
		readonly metrics: Metrics;
		readonly jobs: readonly Job[];
		/** No other instance can be, as on SQLite: a lease that is there is of one that died. */
		readonly isAlone: boolean;
	}) {
		this.#isAlone = parts.isAlone;
		this.#main = parts.main;
		this.#clock = parts.clock;
		this.#logger = parts.logger;
		this.#metrics = parts.metrics;
		this.#jobs = parts.jobs;
	}

	/** Makes the rows of jobs that are new, and begins to look. */
	async start(): Promise<void> {
		for (const { name } of this.#jobs)
			await this.#main
				.insertInto('job')
				.values({ name, dueAt: 0, leaseUntil: 0, leaseOwner: null, lastOkAt: null, lastError: null })
				.onConflict((conflict) => conflict.doNothing())
				.execute();
		if (this.#isAlone) await this.#main.updateTable('job').set({ leaseUntil: 0, leaseOwner: null }).execute();
		this.#timer = setInterval(() => this.#look(), LOOK);
		this.#look();
	}

	/** Lets the job in hand end, and gives its lease back. */
	async stop(): Promise<void> {
		clearInterval(this.#timer);
		this.#stopping.abort();
		await this.#round;
	}

	#look(): void {
		this.#round ??= this.runDue()
			.catch((err: unknown) => this.#logger.error({ err }, 'jobs cannot be looked up'))
			.finally(() => {
				this.#round = undefined;
			});
	}

	/** Everything that is due now, one after another. */
	async runDue(): Promise<void> {
		for (const job of this.#jobs) {
			if (this.#stopping.signal.aborted) return;
			if (await this.#claim(job)) await this.#run(job);
		}
	}

	async #claim({ name }: Job): Promise<boolean> {
		const now = this.#clock.now().getTime();
		const { numUpdatedRows } = await this.#main
			.updateTable('job')
			.set({ leaseOwner: this.#owner, leaseUntil: now + LEASE })
			.where('name', '=', name)
			.where('dueAt', '<=', now)
			.where('leaseUntil', '<=', now)
			.executeTakeFirst();
		return numUpdatedRows === 1n;
	}

	async #run(job: Job): Promise<void> {
		const begun = performance.now();
		const renewing = setInterval(() => void this.#renew(job).catch(() => {}), RENEWED);
		const failure = await job
			.run(this.#stopping.signal)
			.then(() => undefined)
			.catch((error: unknown) => error);
		clearInterval(renewing);
		const labels = { job: job.name, outcome: failure === undefined ? 'ok' : 'failed' };
		this.#metrics.count('paraph_job_runs_total', 'Runs of jobs.', labels);
		this.#metrics.observe('paraph_job_seconds', 'How long jobs take.', (performance.now() - begun) / 1000, {
			job: job.name,
		});
		const now = this.#clock.now().getTime();
		if (failure !== undefined) this.#logger.error({ err: failure, job: job.name }, 'job failed');
		const outcome =
			failure === undefined
				? { dueAt: now + job.interval, lastOkAt: now, lastError: null }
				: {
						dueAt: now + Math.min(RETRY, job.interval),
						lastError: failure instanceof Error ? failure.name : 'unknown',
					};
		await this.#main
			.updateTable('job')
			.set({ ...outcome, leaseUntil: 0, leaseOwner: null })
			.where('name', '=', job.name)
			.where('leaseOwner', '=', this.#owner)
			.execute();
	}

	async #renew({ name }: Job): Promise<void> {
		await this.#main
			.updateTable('job')
			.set({ leaseUntil: this.#clock.now().getTime() + LEASE })
			.where('name', '=', name)
			.where('leaseOwner', '=', this.#owner)
			.execute();
	}
}
