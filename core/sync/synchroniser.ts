import type { Clock } from '../ports/clock.ts';
import type { Fetcher } from '../ports/fetcher.ts';
import type { LocalStore } from '../store/localStore.ts';
import { takeChanges } from './changes.ts';
import { Connection } from './connection.ts';
import { deliver, isUnreachable } from './delivery.ts';
import { accountOf, requireAccount } from './deviceAccount.ts';
import { Outbox } from './outbox.ts';
import { loginNeeded, ServiceError } from './serviceError.ts';

/** How things are between this device and the service. */
export type SyncState =
	| { readonly kind: 'no-account' }
	| { readonly kind: 'connecting' }
	| { readonly kind: 'online' }
	/** Tried again by itself. */
	| { readonly kind: 'offline'; readonly error: unknown }
	| { readonly kind: 'login-needed' };

export interface SyncParts {
	readonly store: LocalStore;
	/** Asked each time: the network's settings may change. */
	readonly fetcher: () => Fetcher;
	readonly clock: Clock;
	/** Told when the state, or anything in the store, is another. */
	readonly changed: () => void;
}

/** Seconds that the service may hold an answer back until something happens. */
const LONG_POLL = 25;
/** Milliseconds between attempts, from the first failure on. */
const pauses = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000];

/** Keeps the store and the service in step while it runs: sends what waits, takes what is new. */
export class Synchroniser {
	readonly outbox: Outbox;
	readonly #parts: SyncParts;
	#state: SyncState;
	#stopped: AbortController | undefined;
	#running: Promise<void> | undefined;
	/** Ends whatever is being waited for. */
	#wake = new AbortController();
	/** One exchange of the outbox at a time: two would only send the same. */
	#exchange: Promise<unknown> = Promise.resolve();

	constructor(parts: SyncParts) {
		this.#parts = parts;
		this.outbox = new Outbox(parts.store, parts.clock);
		this.#state = accountOf(parts.store) ? { kind: 'connecting' } : { kind: 'no-account' };
	}

	get state(): SyncState {
		return this.#state;
	}

	/** @throws {ServiceError} `no-account`, `login-needed` */
	connection(): Connection {
		const { service, session } = requireAccount(this.#parts.store);
		if (session === undefined) throw loginNeeded(service);
		return new Connection(this.#parts.fetcher(), service, session);
	}

	/**
	 * Sends what waits and takes what is new, once, now.
	 *
	 * @throws {NetworkError} {ServiceError}
	 */
	async exchange(signal?: AbortSignal): Promise<void> {
		await this.#alone(async () => {
			const connection = this.connection();
			await deliver(connection, this.#parts.store, this.outbox, signal);
			while (await takeChanges(connection, this.#parts.store, 0, signal));
		}, signal);
	}

	/** Keeps exchanging until `stop`. */
	start(): void {
		if (this.#stopped) return;
		this.#stopped = new AbortController();
		this.#running = this.#run(this.#stopped.signal);
	}

	async stop(): Promise<void> {
		this.#stopped?.abort();
		this.nudge();
		await this.#running;
		this.#stopped = undefined;
	}

	/** Something is to be sent, or worth another try: nothing is waited for any longer. */
	nudge(): void {
		this.#wake.abort();
	}

	async #run(stopped: AbortSignal): Promise<void> {
		for (let failures = 0; !stopped.aborted; ) {
			this.#wake = new AbortController();
			const ends = AbortSignal.any([stopped, this.#wake.signal]);
			if (!this.#canTry()) {
				await pause(undefined, ends);
				continue;
			}
			try {
				await this.exchange(stopped);
				failures = 0;
				this.#be({ kind: 'online' });
				if (await takeChanges(this.connection(), this.#parts.store, LONG_POLL, ends)) this.#parts.changed();
			} catch (error) {
				if (stopped.aborted) return;
				// Woken up: there is something to send.
				if (this.#wake.signal.aborted) continue;
				this.#failed(error);
				if (isUnreachable(error)) await pause(pauses[Math.min(failures++, pauses.length - 1)], ends);
				else await pause(pauses.at(-1), ends);
			}
		}
	}

	#canTry(): boolean {
		const account = accountOf(this.#parts.store);
		if (account?.session !== undefined) return true;
		this.#be(account ? { kind: 'login-needed' } : { kind: 'no-account' });
		return false;
	}

	#failed(error: unknown): void {
		if (error instanceof ServiceError && error.code === 'login-needed') {
			this.#parts.store.account.endSession();
			this.#be({ kind: 'login-needed' });
		} else this.#be({ kind: 'offline', error });
	}

	#be(state: SyncState): void {
		this.#state = state;
		this.#parts.changed();
	}

	async #alone<Result>(work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
		const turn = this.#exchange
			.catch(() => undefined)
			.then(() => {
				signal?.throwIfAborted();
				return work();
			});
		this.#exchange = turn;
		return turn;
	}
}

/** @param milliseconds undefined: until the signal. */
function pause(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		const timer = milliseconds === undefined ? undefined : setTimeout(ended, milliseconds);
		function ended() {
			clearTimeout(timer);
			signal.removeEventListener('abort', ended);
			resolve();
		}
		signal.addEventListener('abort', ended);
	});
}
