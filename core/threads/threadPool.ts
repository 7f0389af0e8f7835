import { Worker } from 'node:worker_threads';

/** Told once by a thread when it can be asked; every other message of it answers a question. */
export const READY = { kind: 'ready' } as const;

/** Why a question got no answer: its thread took too long, took too much memory, or broke or was ended. */
export type GivenUp = 'too-long' | 'too-large' | 'failed';

export interface ThreadPoolOptions {
	/** What a thread runs: it tells {@link READY}, and one message for each question. */
	readonly script: URL;
	/** Megabytes of a thread's heap. */
	readonly memory: number;
	/** Questions that are worked on at the same time. */
	readonly threads: number;
}

interface Job<Question, Answer> {
	readonly question: Question;
	readonly limit: QuestionLimit;
	readonly resolve: (answer: Answer) => void;
	readonly reject: (error: Error) => void;
}

interface QuestionLimit {
	/** Milliseconds, from when a thread has the question. */
	readonly time: number;
	/** What is thrown where the question is given up. */
	readonly givenUp: (why: GivenUp, cause?: unknown) => Error;
}

/**
 * Threads for work on data that may be hostile. One that takes too long, or too much memory, or breaks, is ended: what it
 * was at is refused, and the next question gets a fresh thread.
 */
export class ThreadPool<Question, Answer> {
	readonly #options: ThreadPoolOptions;
	readonly #waiting: Job<Question, Answer>[] = [];
	readonly #threads = new Set<PoolThread<Question, Answer>>();
	#closed = false;

	constructor(options: ThreadPoolOptions) {
		this.#options = options;
	}

	/** Has a thread start before there is anything to ask. */
	warmUp(): void {
		if (!this.#closed) this.#start();
	}

	/** The answer of a thread; rejects with what `givenUp` makes. */
	ask(question: Question, limit: QuestionLimit): Promise<Answer> {
		if (this.#closed) return Promise.reject(limit.givenUp('failed'));
		return new Promise((resolve, reject) => {
			this.#waiting.push({ question, limit, resolve, reject });
			this.#next();
		});
	}

	/** Ends the threads; what they were at is refused. */
	async close(): Promise<void> {
		this.#closed = true;
		for (const { limit, reject } of this.#waiting.splice(0)) reject(limit.givenUp('failed'));
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

	#start(): PoolThread<Question, Answer> | undefined {
		if (this.#threads.size >= this.#options.threads) return undefined;
		const thread = new PoolThread<Question, Answer>(this.#options, {
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

/** One thread, with one question at a time. */
class PoolThread<Question, Answer> {
	readonly #worker: Worker;
	readonly #idle: () => void;
	#job: Job<Question, Answer> | undefined;
	#isReady = false;
	#isEnding = false;
	#clock: NodeJS.Timeout | undefined;

	constructor({ script, memory }: ThreadPoolOptions, told: { readonly idle: () => void; readonly ended: () => void }) {
		this.#idle = told.idle;
		this.#worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: memory } });
		this.#worker.on('message', (message: Answer | typeof READY) => this.#hear(message));
		this.#worker.on('error', (cause) => {
			// It has not ended yet, but takes nothing any more.
			this.#isReady = false;
			this.#giveUp(isOutOfMemory(cause) ? 'too-large' : 'failed', cause);
		});
		this.#worker.on('exit', () => {
			this.#giveUp('failed');
			told.ended();
		});
	}

	get isIdle(): boolean {
		return this.#isReady && this.#job === undefined;
	}

	take(job: Job<Question, Answer>): void {
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

	/** The time a thread needs to start is not the question's. */
	#begin({ question, limit }: Job<Question, Answer>): void {
		this.#clock = setTimeout(() => {
			this.#isReady = false;
			this.#giveUp('too-long');
			void this.end();
		}, limit.time);
		this.#worker.postMessage(question);
	}

	#hear(message: Answer | typeof READY): void {
		if (isReady(message)) {
			this.#isReady = true;
			if (this.#job) this.#begin(this.#job);
			else this.#rest();
			return;
		}
		this.#settle()?.resolve(message);
		this.#rest();
	}

	/** A thread that has nothing to do keeps nobody from leaving. */
	#rest(): void {
		if (!this.#isEnding) this.#worker.unref();
		this.#idle();
	}

	#giveUp(why: GivenUp, cause?: unknown): void {
		const job = this.#settle();
		job?.reject(job.limit.givenUp(why, cause));
	}

	#settle(): Job<Question, Answer> | undefined {
		clearTimeout(this.#clock);
		const job = this.#job;
		this.#job = undefined;
		return job;
	}
}

const isReady = (message: unknown): message is typeof READY =>
	typeof message === 'object' && message !== null && 'kind' in message && message.kind === READY.kind;

const isOutOfMemory = (cause: unknown): boolean =>
	cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
