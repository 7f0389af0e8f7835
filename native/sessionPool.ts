/** The sessions in which a token signs: opened when there is work, opened anew after a fault, gone for good after a refusal. */
import { setTimeout as wait } from 'node:timers/promises';
import { TokenError } from '../core/ports/tokenError.ts';
import type { Credential } from './credentials.ts';
import type { PinProvider } from './pin.ts';
import { CallDisturbed, type EnteredPin, type TokenSession } from './tokenSession.ts';

export interface SessionPoolParts {
	readonly credential: Credential;
	readonly pin: PinProvider | undefined;
	/** How many processes sign at the same time, where the token signs in parallel. */
	readonly processes: number;
	/** The session in which the credential was found. */
	readonly first: TokenSession;
	/** Another one to the same token, in a process of its own. */
	open(signal?: AbortSignal): Promise<TokenSession>;
	/** Milliseconds for which work waits until a token that was taken out is put back. */
	readonly patience: number;
	/** Told each time that the waiting begins, and when it has ended, however it did. */
	readonly onAbsent: ((token: string, isAbsent: boolean) => void) | undefined;
}

interface Worker {
	readonly session: TokenSession;
	/** Calls under way. */
	busy: number;
}

/** Work that waits for a place; woken to look again. */
type Waiter = () => void;

/** So many faults in a row, without a signature between them, and the token is given up: each asks for the PIN anew. */
const faultsInARow = 3;
/** A call that others spoilt is tried elsewhere so often. */
const mostTries = 3;
/** Milliseconds before a driver that failed is started again; each time twice as long. */
const firstPause = 300;
/** Milliseconds between two looks for a token that was taken out. */
const lookInterval = 500;

/**
 * Hands out sessions that are logged in. A fault spoils its session: the call in hand fails, those behind it in the same
 * process go to the next session, for which the PIN is asked again. A refused PIN, or fault upon fault, ends the pool:
 * every further call fails with the same error, and the token is not asked.
 */
export class SessionPool {
	readonly #parts: SessionPoolParts;
	/** Found before there was work, and not logged in yet; undefined once it was used. */
	#spare: TokenSession | undefined;
	#workers: Worker[] = [];
	readonly #waiters = new Set<Waiter>();
	#opening: Promise<void> | undefined;
	#joining: Promise<unknown> = Promise.resolve();
	readonly #closing = new Set<Promise<void>>();
	#refused: TokenError | undefined;
	#faults = 0;
	/** A PIN was sent and no answer came: whether it was right is not known. */
	#unanswered = false;
	#closed = false;
	/** Calls that have no session yet. */
	#wanting = 0;
	/** Calls that somebody said will come. */
	#announced = 0;

	constructor(parts: SessionPoolParts) {
		this.#parts = parts;
		this.#spare = parts.first;
	}

	/** The most calls that have a session at the same time. */
	get capacity(): number {
		const { first, processes } = this.#parts;
		return (signsInParallel(first) ? processes : 1) * callsInHand(first);
	}

	/** Opens a session and logs in now, so that a wrong PIN is known before work is done. @throws as {@link run}. */
	async unlock(signal?: AbortSignal, calls = 1): Promise<void> {
		this.#announced = Math.max(this.#announced, calls);
		await this.#opened(signal);
	}

	/** @throws {TokenError}, and whatever `act` throws. */
	async run<Value>(act: (session: TokenSession) => Promise<Value>, signal?: AbortSignal): Promise<Value> {
		for (let tries = 1; ; tries++) {
			const worker = await this.#next(signal);
			try {
				const value = await act(worker.session);
				this.#faults = 0;
				return value;
			} catch (error) {
				const again = await this.#goesOnAfter(error, worker);
				if (!again || tries === mostTries) throw error instanceof CallDisturbed ? error.cause : error;
			} finally {
				worker.busy--;
				this.#wakeNext();
			}
		}
	}

	/** Logs out and ends the processes. */
	async close(): Promise<void> {
		this.#closed = true;
		const sessions = [...this.#workers.splice(0).map(({ session }) => session), ...(this.#spare ? [this.#spare] : [])];
		this.#spare = undefined;
		for (const session of sessions) this.#letGo(session);
		await this.#joining;
		await Promise.all(this.#closing);
	}

	async #next(signal: AbortSignal | undefined): Promise<Worker> {
		this.#wanting++;
		try {
			return await this.#take(signal);
		} finally {
			this.#wanting--;
		}
	}

	/** The session with the least to do, when it has room for one more call. */
	async #take(signal: AbortSignal | undefined): Promise<Worker> {
		try {
			for (;;) {
				signal?.throwIfAborted();
				await this.#opened(signal);
				const worker = this.#leastBusy();
				if (worker !== undefined) {
					worker.busy++;
					return worker;
				}
				await this.#woken(signal);
			}
		} catch (error) {
			// It may have been woken for a place: whoever is behind it looks now, and fails or takes it.
			this.#wakeNext();
			throw error;
		}
	}

	#leastBusy(): Worker | undefined {
		let least: Worker | undefined;
		for (const worker of this.#workers)
			if (hasRoom(worker) && (least === undefined || worker.busy < least.busy)) least = worker;
		return least;
	}

	/** Resolves when there may be a place, or when nobody wants one any more. */
	#woken(signal: AbortSignal | undefined): Promise<void> {
		return new Promise((resolve) => {
			const wake = (): void => {
				signal?.removeEventListener('abort', wake);
				this.#waiters.delete(wake);
				resolve();
			};
			signal?.addEventListener('abort', wake, { once: true });
			this.#waiters.add(wake);
		});
	}

	/** Resolves when there is a session to sign in. */
	async #opened(signal: AbortSignal | undefined): Promise<void> {
		if (this.#closed) throw new TypeError('the signer is closed');
		if (this.#refused !== undefined) throw this.#refused;
		if (this.#workers.some(({ session }) => session.usable)) return;
		this.#opening ??= this.#open(signal).finally(() => {
			this.#opening = undefined;
		});
		await this.#opening;
	}

	/** Tries until a session is there, or it is certain that none will be. */
	async #open(signal: AbortSignal | undefined): Promise<void> {
		// A card lets the next process in when the last one has left.
		await Promise.all(this.#closing);
		if (this.#faults > 0) await wait(firstPause * 2 ** (this.#faults - 1), undefined, { signal });
		const { patience, onAbsent, first } = this.#parts;
		let absentSince: number | undefined;
		try {
			for (;;) {
				try {
					await this.#openOnce(signal);
					return;
				} catch (error) {
					if (!(error instanceof TokenError)) throw error;
					if (error.final) throw this.#refuse(error);
					if (error.code === 'token-removed') {
						if (absentSince === undefined) onAbsent?.(first.slot.token.label, true);
						absentSince ??= performance.now();
						if (performance.now() - absentSince > patience) throw this.#refuse(error);
						await wait(lookInterval, undefined, { signal });
					} else {
						this.#countFault(error);
						await wait(firstPause * 2 ** (this.#faults - 1), undefined, { signal });
					}
				}
			}
		} finally {
			if (absentSince !== undefined) onAbsent?.(first.slot.token.label, false);
		}
	}

	/** One PIN for every process; the others get it after the first has found it right. */
	async #openOnce(signal: AbortSignal | undefined): Promise<void> {
		const session = this.#spare?.usable ? this.#spare : await this.#parts.open(signal);
		this.#spare = undefined;
		try {
			const pin = await this.#logIn(session, signal);
			await this.#findKey(session, signal);
			this.#workers.push({ session, busy: 0 });
			this.#wakeAll();
			const more = Math.min(this.#parts.processes, Math.max(this.#wanting, this.#announced)) - 1;
			if (more > 0 && signsInParallel(session)) this.#join(more, pin, signal);
		} catch (error) {
			this.#letGo(session);
			throw error;
		}
	}

	async #logIn(session: TokenSession, signal: AbortSignal | undefined): Promise<EnteredPin | undefined> {
		if (session.loggedIn || session.pinEntry === 'none') return undefined;
		const pin = await session.askPin(this.#parts.pin, 'login');
		try {
			await session.login(pin, signal);
		} catch (error) {
			throw this.#unansweredTwice(error) ?? error;
		}
		return pin;
	}

	/** A driver that falls silent or fails at the PIN may have sent it, and it may have been wrong: that is risked once. */
	#unansweredTwice(error: unknown): TokenError | undefined {
		if (!(error instanceof TokenError)) return undefined;
		if (!['module-crashed', 'module-timeout', 'token-failed'].includes(error.code)) return undefined;
		if (this.#unanswered) return givenUp(error);
		this.#unanswered = true;
		return undefined;
	}

	async #findKey(session: TokenSession, signal: AbortSignal | undefined): Promise<void> {
		const { label } = session.slot.token;
		const key = await session.findKey(this.#parts.credential, signal);
		if (key === undefined) throw keyGone(label);
		if (!key.maySign) throw keyForbidden(label);
	}

	/** Further processes, while the first signs already. One that cannot be had is done without. */
	#join(count: number, pin: EnteredPin | undefined, signal: AbortSignal | undefined): void {
		const joinOne = async (): Promise<void> => {
			const session = await this.#parts.open(signal);
			try {
				if (pin !== undefined) await session.login(pin, signal);
				await this.#findKey(session, signal);
			} catch (error) {
				this.#letGo(session);
				throw error;
			}
			if (this.#closed || this.#refused !== undefined) return this.#letGo(session);
			this.#workers.push({ session, busy: 0 });
			this.#wakeAll();
		};
		this.#joining = Promise.allSettled(Array.from({ length: count }, joinOne));
	}

	/** What an error means for the calls to come. @returns whether this call is to be tried again. */
	async #goesOnAfter(error: unknown, { session }: Worker): Promise<boolean> {
		if (error instanceof CallDisturbed) return this.#refused === undefined && !this.#closed;
		if (session.usable && !(error instanceof TokenError && error.final)) return false;
		this.#workers = this.#workers.filter((worker) => worker.session !== session);
		this.#letGo(session);
		if (!(error instanceof TokenError)) return false;
		if (error.final) {
			this.#refuse(error);
			return false;
		}
		this.#faults++;
		if (this.#faults >= faultsInARow) this.#refuse(givenUp(error));
		// Another program closed the session or logged out: nothing was signed, and no try of the PIN is at stake.
		return error.code === 'token-busy' && this.#refused === undefined;
	}

	#countFault(error: TokenError): void {
		this.#faults++;
		if (this.#faults >= faultsInARow) throw this.#refuse(givenUp(error));
	}

	#refuse(error: TokenError): TokenError {
		this.#refused ??= error.final ? error : givenUp(error);
		for (const { session } of this.#workers.splice(0)) this.#letGo(session);
		this.#wakeAll();
		return this.#refused;
	}

	/** For one place. */
	#wakeNext(): void {
		const [wake] = this.#waiters;
		wake?.();
	}

	#wakeAll(): void {
		for (const wake of [...this.#waiters]) wake();
	}

	#letGo(session: TokenSession): void {
		const closing = session.close().finally(() => this.#closing.delete(closing));
		this.#closing.add(closing);
	}
}

const hasRoom = ({ session, busy }: Worker): boolean => session.usable && busy < callsInHand(session);

/** A card does one thing at a time; others have the next call waiting for them when one is done. */
const callsInHand = (session: TokenSession): number => (signsInParallel(session) ? 2 : 1);

/** A card has one chip, a reader one keypad, and a PIN for each signature is asked for one after another. */
const signsInParallel = (session: TokenSession): boolean =>
	!session.slot.removable && session.pinEntry !== 'pad' && !session.alwaysAuthenticate;

/** The same, for good. */
const givenUp = ({ code, message, hint, subject, cause, pinState }: TokenError): TokenError =>
	new TokenError(code, message, { hint, subject, cause, pinState, final: true });

const keyGone = (token: string): TokenError =>
	new TokenError('key-not-found', `The private key of the certificate is not on the token '${token}'.`, {
		hint: 'Choose another certificate: `paraph tokens` lists them.',
		subject: token,
		final: true,
	});

const keyForbidden = (token: string): TokenError =>
	new TokenError('key-cannot-sign', `The token '${token}' does not let this key sign.`, {
		hint: 'Choose the key that is meant for signatures.',
		subject: token,
		final: true,
	});
