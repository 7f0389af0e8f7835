import { ParaphError } from '../../core/ports/errors.ts';
import { type GivenUp, ThreadPool } from '../../core/threads/threadPool.ts';
import { OpError } from './opError.ts';
import type { JudgedIncrement, ReaderQuestion, ReaderReply, SubmissionTrust } from './readerThread.ts';

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

type Answer = Exclude<ReaderReply, { readonly kind: 'failure' }>;

/**
 * Reads documents in threads of their own. One that takes too long, or too much memory, is refused; the next gets a fresh
 * thread.
 */
export class DocumentReader {
	readonly #limits: ReaderLimits;
	readonly #pool: ThreadPool<ReaderQuestion, ReaderReply>;

	constructor(limits: Partial<ReaderLimits> = {}) {
		this.#limits = { ...defaultLimits, ...limits };
		const { memory, threads } = this.#limits;
		this.#pool = new ThreadPool({ script: new URL('./readerThread.ts', import.meta.url), memory, threads });
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

	close(): Promise<void> {
		return this.#pool.close();
	}

	async #ask(question: ReaderQuestion): Promise<Answer> {
		const { time, timeOnline } = this.#limits;
		const isOnline = question.kind === 'increment' && !question.trust.offline;
		const reply = await this.#pool.ask(question, { time: isOnline ? timeOnline : time, givenUp });
		if (reply.kind === 'failure') throw new ContentRefused(reply);
		return reply;
	}
}

const givenUp = (_why: GivenUp, cause?: unknown): OpError =>
	new OpError('content-too-hard', 'reading the document took more than any sound one does', { cause });
