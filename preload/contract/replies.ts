/** How every verb answers: a value, or a failure whose fields survive the way over the bridge. */

import type { PinState } from './signing.ts';

/** What went wrong, in a form that crosses the bridge. The window has words of its own for each `code`. */
export interface Failure {
	/** Kebab-case and stable: the code of a `ParaphError`, `bad-request`, or `unexpected`. */
	readonly code: string;
	/** English: what happened, to what. */
	readonly message: string;
	/** English: what to do. */
	readonly hint: string;
	/** A file's name, a token's label, an address. Never a secret. */
	readonly subject: string | null;
	readonly details: FailureDetails;
}

/** What some codes bring along. */
export interface FailureDetails {
	readonly pinState?: PinState;
	readonly triesLeft?: number;
	/** ISO 8601: asking again is of no use before. */
	readonly notBefore?: string;
	/** What there is instead, where something was ambiguous or unknown. */
	readonly candidates?: readonly string[];
	/** HTTP status, where a server refused. */
	readonly status?: number;
	/** For `bad-request`: where in the argument. */
	readonly where?: string;
}

export type Reply<Value> =
	| { readonly ok: true; readonly value: Value }
	| { readonly ok: false; readonly error: Failure };
