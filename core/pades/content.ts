import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ByteSource, FileSource } from '../pdf/byteSource.ts';
import { type RunningDigest, startDigest } from '../pki/digest.ts';
import type { DocumentDigest } from '../ports/algorithms.ts';
import type { HashAnswer, HashRequest } from './hashWorker.ts';

/** The bytes of a file before anything is added to it, read for hashing no more than once. */
export interface Content {
	readonly source: ByteSource;
	/** The digest of the file followed by these bytes. */
	digest(algorithm: DocumentDigest, ...added: readonly Uint8Array[]): Promise<Uint8Array>;
	close(): void;
}

/** Files from this size on are hashed by a thread of their own, while they are being copied. */
export const LARGE = 16 * 1024 * 1024;
const STEP = 4 * 1024 * 1024;

/** A file of ordinary size: the state of the digest over it is kept, and continued for each question. */
export class SmallContent implements Content {
	readonly source: ByteSource;
	readonly #states = new Map<DocumentDigest, RunningDigest>();

	constructor(source: ByteSource) {
		this.source = source;
	}

	digest(algorithm: DocumentDigest, ...added: readonly Uint8Array[]): Promise<Uint8Array> {
		const hash = this.#state(algorithm).copy();
		for (const bytes of added) hash.update(bytes);
		return Promise.resolve(hash.finish());
	}

	close(): void {
		this.#states.clear();
	}

	#state(algorithm: DocumentDigest): RunningDigest {
		const kept = this.#states.get(algorithm);
		if (kept) return kept;
		const hash = startDigest(algorithm);
		for (let offset = 0; offset < this.source.size; offset += STEP) hash.update(this.source.read(offset, STEP));
		this.#states.set(algorithm, hash);
		return hash;
	}
}

/** A large file: its digest is begun at once in another thread, which keeps the state. */
export class LargeContent implements Content {
	readonly source: FileSource;
	readonly #worker: Worker;
	#last: Promise<unknown> = Promise.resolve();

	constructor(source: FileSource, begin: DocumentDigest) {
		this.source = source;
		this.#worker = new Worker(new URL('./hashWorker.ts', import.meta.url), {
			workerData: source.path,
			env: withCompileCache(process.env),
		});
		this.#worker.unref();
		// Begun now, asked for later: a failure is told when it is asked for.
		this.digest(begin).catch(() => undefined);
	}

	/** One question at a time, in order: the thread answers in the order it is asked. */
	digest(algorithm: DocumentDigest, ...added: readonly Uint8Array[]): Promise<Uint8Array> {
		const answer = this.#last.catch(() => undefined).then(() => this.#ask({ algorithm, added }));
		this.#last = answer;
		return answer;
	}

	close(): void {
		void this.#worker.terminate();
	}

	async #ask(request: HashRequest): Promise<Uint8Array> {
		this.#worker.ref();
		try {
			this.#worker.postMessage(request);
			const [answer]: HashAnswer[] = await once(this.#worker, 'message');
			if (answer === undefined || 'error' in answer) throw new Error(answer?.error ?? 'the hashing thread ended');
			return answer.digest;
		} finally {
			this.#worker.unref();
		}
	}
}

/** A thread takes over nothing of the compile cache by itself, and then stands still for as long as 20 MB take to hash. */
function withCompileCache(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const folder = getCompileCacheDir();
	return folder === undefined ? environment : { ...environment, NODE_COMPILE_CACHE: dirname(folder) };
}
