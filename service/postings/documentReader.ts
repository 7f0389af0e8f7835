import { Worker } from 'node:worker_threads';
import { ParaphError } from '../../core/ports/errors.ts';
import { OpError } from './opError.ts';
import type { JudgedIncrement, ReaderAnswer, ReaderQuestion, SubmissionTrust } from './readerThread.ts';

/** What a document may take before it is given up. */
export interface ReaderLimits {
	/** Milliseconds for a question that asks nobody outside. */
	readonly time: number;
	/** Milliseconds where servers are asked, each of which has a limit of its own. */
	readonly timeOnline: number;
	/** Megabytes of the thread's heap. */
	readonly memory: number;
	/** Documents read at the same time. */
	readonly threads: number;
}

const defaultLimits: ReaderLimits = { time: 60_000, timeOnline: 180_000, memory: 1024, threads: 2 };

/** What a document's content was refused for: the code of the reading thread, whose classes do not survive the way. */
export class ContentRefused extends ParaphError {
	readonly code: string;

	constructor({ code, message, hint }: { readonly code: string; readonly message: string; readonly hint: string }) {
		super(message, { hint });
		this.code = code;
	}
}

interface Job {
	readonly question: ReaderQuestion;
	readonly resolve: (answer: Exclude<ReaderAnswer, { readonly kind: 'ready' | 'failure' }>) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * Reads documents in threads of their own. One that takes too long, or too much memory, is refused; the next gets a fresh
 * thread.
 */
export class DocumentReader {
	readonly #limits: ReaderLimits;
	readonly #waiting: Job[] = [];
	readonly #threads = new Set<ReaderThread>();
	#closed = false;

	constructor(limits: Partial<ReaderLimits> = {}) {
		this.#limits = { ...defaultLimits, ...limits };
	}

	/**
	 * Names of the empty signature fields.
	 *
	 * @throws {ContentRefused} with the code of a PdfError; {OpError} `content-too-hard`.
	 */
	async emptyFields(bytes: Uint8Array): Promise<readonly string[]> {
		const answer = await this.#ask({ kind: 'fields', bytes });
		if (answer.kind !== 'fields') throw new TypeError(`asked for fields, was told ${answer.kind}`);
		return answer.empty;
	}

	/**
	 * What was appended behind the first `baseSize` bytes.
	 *
	 * @throws {ContentRefused} with the code of an IncrementError; {OpError} `content-too-hard`.
	 */
	async judgeIncrement(
		bytes: Uint8Array,
		baseSize: number,
		{ trust, now }: { readonly trust: SubmissionTrust; readonly now: Date },
	): Promise<JudgedIncrement> {
		const answer = await this.#ask({ kind: 'increment', bytes, baseSize, time: now.getTime(), trust });
		if (answer.kind !== 'increment') throw new TypeError(`asked for a verdict, was told ${answer.kind}`);
		return answer.judged;
	}

	async close(): Promise<void> {
		this.#closed = true;
		for (const { reject } of this.#waiting.splice(0)) reject(givenUp());
		await Promise.all([...this.#threads].map((thread) => thread.end()));
	}

	#ask(question: ReaderQuestion): Promise<Parameters<Job['resolve']>[0]> {
		if (this.#closed) return Promise.reject(givenUp());
		return new Promise((resolve, reject) => {
			this.#waiting.push({ question, resolve, reject });
			this.#next();
		});
	}

	#next(): void {
		const thread = [...this.#threads].find(({ isIdle }) => isIdle) ?? this.#start();
		const job = thread && this.#waiting.shift();
		if (job) thread.take(job);
	}

	#start(): ReaderThread | undefined {
		if (this.#closed || this.#threads.size >= this.#limits.threads || this.#waiting.length === 0) return undefined;
		const thread = new ReaderThread(this.#limits, {
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

class ReaderThread {
	readonly #worker: Worker;
	readonly #limits: ReaderLimits;
	readonly #idle: () => void;
	#job: Job | undefined;
	#isReady = false;
	#clock: NodeJS.Timeout | undefined;

	constructor(limits: ReaderLimits, told: { readonly idle: () => void; readonly ended: () => void }) {
		this.#limits = limits;
		this.#idle = told.idle;
		this.#worker = new Worker(new URL('./readerThread.ts', import.meta.url), {
			resourceLimits: { maxOldGenerationSizeMb: limits.memory },
		});
		this.#worker.on('message', (answer: ReaderAnswer) => this.#hear(answer));
		this.#worker.on('error', (cause) => this.#settle(({ reject }) => reject(givenUp(cause))));
		this.#worker.on('exit', () => {
			this.#settle(({ reject }) => reject(givenUp()));
			told.ended();
		});
	}

	get isIdle(): boolean {
		return this.#job === undefined && this.#isReady;
	}

	take(job: Job): void {
		this.#job = job;
		this.#worker.ref();
		if (this.#isReady) this.#begin(job);
	}

	async end(): Promise<void> {
		// What is waited for has to keep the process alive until it is there.
		this.#worker.ref();
		await this.#worker.terminate();
	}

	/** The time a thread needs to start is not the document's. */
	#begin({ question, reject }: Job): void {
		const { time, timeOnline } = this.#limits;
		const isOnline = question.kind === 'increment' && !question.trust.offline;
		this.#clock = setTimeout(
			() => {
				this.#isReady = false;
				this.#settle(() => reject(givenUp()));
				void this.end();
			},
			isOnline ? timeOnline : time,
		);
		this.#worker.postMessage(question);
	}

	#hear(answer: ReaderAnswer): void {
		if (answer.kind === 'ready') {
			this.#isReady = true;
			if (this.#job) this.#begin(this.#job);
			else this.#rest();
			return;
		}
		this.#settle(({ resolve, reject }) =>
			answer.kind === 'failure' ? reject(new ContentRefused(answer)) : resolve(answer),
		);
		this.#rest();
	}

	/** A thread that has nothing to do keeps nobody from leaving. */
	#rest(): void {
		this.#worker.unref();
		this.#idle();
	}

	#settle(how: (job: Job) => void): void {
		clearTimeout(this.#clock);
		const job = this.#job;
		this.#job = undefined;
		if (job) how(job);
	}
}

const givenUp = (cause?: unknown): OpError =>
	new OpError('content-too-hard', 'reading the document took more than any sound one does', { cause });
