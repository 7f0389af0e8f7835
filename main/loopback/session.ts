import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, systemClock } from '../../core/ports/clock.ts';

/** Milliseconds from making a token to its end. */
export const TOKEN_LIFETIME = 60_000;

/**
 * Who may talk to the loopback host: whoever brings a token that was handed to this user alone gets a cookie for it.
 *
 * A token works once and for 60 seconds. Several may be out at a time: each start of the window has its own.
 */
export class Session {
	readonly #clock: Clock;
	readonly #cookie = randomBytes(32).toString('base64url');
	/** By digest, with the time each ends: looking one up tells nothing by the time it takes. */
	readonly #tokens = new Map<string, number>();

	constructor(clock: Clock = systemClock) {
		this.#clock = clock;
	}

	/** @returns a new single-use token. */
	issue(): string {
		const token = randomBytes(32).toString('base64url');
		this.#tokens.set(digest(token), this.#clock.now().getTime() + TOKEN_LIFETIME);
		return token;
	}

	/** @returns the cookie's value for a token that is fresh and was never used, else undefined. */
	exchange(token: string): string | undefined {
		const key = digest(token);
		const ends = this.#tokens.get(key);
		this.#tokens.delete(key);
		return ends !== undefined && this.#clock.now().getTime() < ends ? this.#cookie : undefined;
	}

	admits(cookie: string | undefined): boolean {
		if (cookie === undefined) return false;
		return timingSafeEqual(Buffer.from(digest(cookie)), Buffer.from(digest(this.#cookie)));
	}
}

function digest(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
