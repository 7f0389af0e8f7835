/**
 * The base of every failure that reaches a person or a script.
 *
 * A subclass stands for one area (a token, a document, the network) and narrows `code` to a union, one code for each
 * thing a person can do about it. Nothing in Paraph decides by matching a message.
 */
export abstract class ParaphError extends Error {
	/** Stable, kebab-case; printed in JSON as `error.code` and the key of the window's translated text. */
	abstract readonly code: string;
	/** What to do about it, one sentence in English; the window has its own words for the same code. */
	readonly hint: string;
	/** What it happened to: a file, a token's label, an address. Never a secret. */
	readonly subject: string | undefined;

	/** @param message what happened, to what; @param options.hint what to do. */
	constructor(message: string, options: { hint: string; subject?: string | undefined; cause?: unknown }) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = new.target.name;
		this.hint = options.hint;
		this.subject = options.subject;
	}
}

/** Reached only when a union was not handled whole: the compiler refuses the call while a case is missing. */
export function assertNever(value: never): never {
	throw new TypeError(`unhandled case: ${JSON.stringify(value)}`);
}
