/** The person's side of a login: what is known before the PIN is asked for, and who asks. */
import type { PinState } from '../core/ports/tokenError.ts';

/** What the token says before anything is typed. */
export interface PinFacts {
	readonly state: PinState;
	/** Characters; 0 and 255 where the token does not say. */
	readonly minimumLength: number;
	readonly maximumLength: number;
	/** `pad`: on the reader's own keys; `none`: this token wants no PIN. */
	readonly entry: 'typed' | 'pad' | 'none';
}

export interface PinRequest extends PinFacts {
	/** The token's label. */
	readonly token: string;
	/** The reader's name. */
	readonly reader: string;
	/** `login`: once for all that follows; `signature`: this key wants it for each. */
	readonly purpose: 'login' | 'signature';
}

/**
 * Asks for the PIN, each time anew: nobody keeps it. With `entry: 'pad'` it tells the person to use the reader and
 * its answer is not looked at.
 *
 * @returns undefined when the person does not want to.
 */
export type PinProvider = (request: PinRequest) => Promise<string | undefined>;
