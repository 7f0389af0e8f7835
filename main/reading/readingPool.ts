import { basename } from 'node:path';
import { type GivenUp, ThreadPool } from '../../core/threads/threadPool.ts';
import { ReadingError, ToldFailure } from './readingError.ts';
import type { ReadingQuestion, ReadingReply, ReadingTasks } from './readingThread.ts';

type Task = keyof ReadingTasks;
type Argument<Name extends Task> = Parameters<ReadingTasks[Name]>[0];
type Answer<Name extends Task> = Awaited<ReturnType<ReadingTasks[Name]>>;

/** What a document may take before it is given up. */
export interface ReadingLimits {
	/** Milliseconds of a task over one document, without the network. */
	readonly time: number;
	/** Milliseconds of a task that may ask servers, each of which has a limit of its own, or that is over a whole batch. */
	readonly timeLong: number;
	/** Megabytes of the thread's heap. */
	readonly memory: number;
}

/** The largest sound documents that we know of take a tenth of it. */
const defaultLimits: ReadingLimits = { time: 60_000, timeLong: 300_000, memory: 1024 };

/** Two, so that a document opens while another is being judged. */
const MOST_THREADS = 2;

/**
 * The threads in which documents are read: one from the beginning, another when it is needed.
 *
 * A thread that takes too long, or too much memory, or breaks, is ended; that document is refused with a typed error,
 * and the next one gets a fresh thread.
 */
export class ReadingPool {
	readonly #limits: ReadingLimits;
	readonly #pool: ThreadPool<ReadingQuestion, ReadingReply>;

	constructor(limits: Partial<ReadingLimits> = {}) {
		this.#limits = { ...defaultLimits, ...limits };
		const script = new URL('./readingThread.ts', import.meta.url);
		this.#pool = new ThreadPool({ script, memory: this.#limits.memory, threads: MOST_THREADS });
		// The first document shall not wait for it.
		this.#pool.warmUp();
	}

	/**
	 * Has a thread do this.
	 *
	 * @throws {ReadingError} when the document was given up; {@link ToldFailure} with the code of what the task threw.
	 */
	run<Name extends Task>(task: Name, argument: Argument<Name>): Promise<Answer<Name>>;
	async run(task: Task, argument: { readonly path: string; readonly online?: object | undefined }): Promise<unknown> {
		const { timeLong, memory } = this.#limits;
		const time = argument.online || task === 'writeBatchReport' ? timeLong : this.#limits.time;
		const subject = basename(argument.path);
		const reply = await this.#pool.ask(
			{ task, argument },
			{ time, givenUp: (why, cause) => givenUp(why, { subject, time, memory, cause }) },
		);
		if (reply.kind === 'failure') throw new ToldFailure(reply.failure);
		return reply.value;
	}

	/** Ends the threads; what they were at is refused. */
	close(): Promise<void> {
		return this.#pool.close();
	}
}

interface Circumstances {
	readonly subject: string;
	/** Milliseconds that the task had. */
	readonly time: number;
	/** Megabytes that it had. */
	readonly memory: number;
	readonly cause: unknown;
}

function givenUp(why: GivenUp, { subject, time, memory, cause }: Circumstances): ReadingError {
	const options = { subject, cause };
	switch (why) {
		case 'too-long': {
			const seconds = Math.ceil(time / 1000);
			const message = `${subject} was given up: reading it took more than ${seconds} s.`;
			return new ReadingError('reading-too-long', message, options);
		}
		case 'too-large': {
			const message = `${subject} was given up: reading it took more than ${memory} MB.`;
			return new ReadingError('reading-too-large', message, options);
		}
		case 'failed':
			return new ReadingError('reading-failed', `${subject} could not be read to its end.`, options);
	}
}
