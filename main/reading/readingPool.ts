import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DocumentToRead } from './description.ts';
import { ReadingError, ToldFailure } from './readingError.ts';
import type { ReadingQuestion, ReadingReply, ReadingTasks } from './readingThread.ts';

type Task = keyof ReadingTasks;
type Argument<Name extends Task> = Parameters<ReadingTasks[Name]>[0];
type Answer<Name extends Task> = Awaited<ReturnType<ReadingTasks[Name]>>;

/** What a document may take before it is given up. */
export interface ReadingLimits {
	/** Milliseconds of a task without the network. */
	readonly time: number;
	/** Milliseconds of a task that may ask servers, each of which has a limit of its own. */
	readonly timeOnline: number;
	/** Megabytes of the thread's heap. */
	readonly memory: number;
}

/** The largest sound documents that we know of take a tenth of it. */
const defaultLimits: ReadingLimits = { time: 60_000, timeOnline: 300_000, memory: 1024 };

/** Two, so that a document opens while another is being judged. */
const MOST_THREADS = 2;

interface Job {
	readonly question: ReadingQuestion;
	readonly subject: string;
	readonly time: number;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * The threads in which documents are read: one from the beginning, another when it is needed.
 *
 * A thread that takes too long, or too much memory, or breaks, is ended; that document is refused with a typed error,
 * and the next one gets a fresh thread.
 */
export class ReadingPool {
	readonly #limits: ReadingLimits;
	readonly #waiting: Job[] = [];
	readonly #threads = new Set<ReadingThread>();
	#closed = false;

	constructor(limits: Partial<ReadingLimits> = {}) {
		this.#limits = { ...defaultLimits, ...limits };
		// The first document shall not wait for it.
		this.#start();
	}

	/**
	 * Has a thread do this.
	 *
	 * @throws {ReadingError} when the document was given up; {@link ToldFailure} with the code of what the task threw.
	 */
	run<Name extends Task>(task: Name, argument: Argument<Name>): Promise<Answer<Name>>;
	run(task: Task, argument: DocumentToRead & { readonly online?: object | undefined }): Promise<unknown> {
		const subject = basename(argument.path);
		const { time, timeOnline } = this.#limits;
		if (this.#closed) return Promise.reject(givenUp({ subject }));
		return new Promise((resolve, reject) => {
			this.#waiting.push({
				question: { task, argument },
				subject,
				time: argument.online ? timeOnline : time,
				resolve,
				reject,
			});
			this.#next();
		});
	}

	/** Ends the threads; what they were at is refused. */
	async close(): Promise<void> {
		this.#closed = true;
		for (const job of this.#waiting.splice(0)) job.reject(givenUp(job));
		await Promise.all([...this.#threads].map((thread) => thread.end()));
	}

	#next(): void {
		const [job] = this.#waiting;
		if (!job || this.#closed) return;
		const thread = [...this.#threads].find(({ isIdle }) => isIdle) ?? this.#start();
		if (!thread) return;
		this.#waiting.shift();
		thread.take(job);
	}

	#start(): ReadingThread | undefined {
		if (this.#threads.size >= MOST_THREADS) return undefined;
		const thread = new ReadingThread(this.#limits.memory, {
			idle: () => this.#next(),
			ended: () => {
				this.#threads.delete(thread);
				this.#next();
			},
		});
		this.#threads.add(thread);
		return thread;
	}
}

/** One thread, with one document at a time. */
class ReadingThread {
	readonly #worker: Worker;
	readonly #memory: number;
	readonly #idle: () => void;
	#job: Job | undefined;
	#isReady = false;
	#isEnding = false;
	#clock: NodeJS.Timeout | undefined;

	constructor(memory: number, told: { readonly idle: () => void; readonly ended: () => void }) {
		this.#memory = memory;
		this.#idle = told.idle;
		this.#worker = new Worker(new URL('./readingThread.ts', import.meta.url), {
			resourceLimits: { maxOldGenerationSizeMb: memory },
		});
		this.#worker.on('message', (reply: ReadingReply) => this.#hear(reply));
		this.#worker.on('error', (error) => this.#settle((job) => job.reject(this.#fault(job, error))));
		this.#worker.on('exit', () => {
			this.#settle((job) => job.reject(givenUp(job)));
			told.ended();
		});
	}

	get isIdle(): boolean {
		return this.#isReady && this.#job === undefined;
	}

	take(job: Job): void {
		this.#job = job;
		this.#worker.ref();
		if (this.#isReady) this.#begin(job);
	}

	async end(): Promise<void> {
		// Somebody waits for it: a process that has nothing else to do must not leave before.
		this.#isEnding = true;
		this.#worker.ref();
		await this.#worker.terminate();
	}

	/** The time a thread needs to start is not the document's. */
	#begin(job: Job): void {
		this.#clock = setTimeout(() => {
			const seconds = Math.ceil(job.time / 1000);
			const error = new ReadingError(
				'reading-too-long',
				`${job.subject} was given up: reading it took more than ${seconds} s.`,
				job,
			);
			this.#isReady = false;
			this.#settle(() => job.reject(error));
			void this.end();
		}, job.time);
		this.#worker.postMessage(job.question);
	}

	#hear(reply: ReadingReply): void {
		switch (reply.kind) {
			case 'ready':
				this.#isReady = true;
				if (this.#job) this.#begin(this.#job);
				else this.#rest();
				return;
			case 'answer':
				this.#finish((job) => job.resolve(reply.value));
				return;
			case 'failure':
				this.#finish((job) => job.reject(new ToldFailure(reply.failure)));
		}
	}

	#finish(how: (job: Job) => void): void {
		this.#settle(how);
		this.#rest();
	}

	/** A thread that has nothing to do keeps nobody from leaving. */
	#rest(): void {
		if (!this.#isEnding) this.#worker.unref();
		this.#idle();
	}

	#settle(how: (job: Job) => void): void {
		clearTimeout(this.#clock);
		const job = this.#job;
		this.#job = undefined;
		if (job) how(job);
	}

	#fault({ subject }: Job, cause: unknown): ReadingError {
		this.#isReady = false;
		if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') {
			const message = `${subject} was given up: reading it took more than ${this.#memory} MB.`;
			return new ReadingError('reading-too-large', message, { subject, cause });
		}
		return givenUp({ subject }, cause);
	}
}

function givenUp({ subject }: Pick<Job, 'subject'>, cause?: unknown): ReadingError {
	return new ReadingError('reading-failed', `${subject} could not be read to its end.`, { subject, cause });
}
