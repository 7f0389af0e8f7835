import { type Level, type Pending, pendingBetween } from './level.ts';
import type { SignerDescription } from './signingRun.ts';
import type { Durations } from './stopwatch.ts';

/** What became of one file. */
export interface FileOutcome {
	readonly file: string;
	/** Undefined where nothing was written. */
	readonly out: string | undefined;
	readonly outcome: 'signed' | 'incomplete' | 'skipped' | 'cancelled' | 'failed';
	/** Whether everything went as asked: also where the network was not to be used and work is left for `extend`. */
	readonly ok: boolean;
	readonly requested: Level;
	/** The level reached; undefined where there is no signature. */
	readonly level: Level | undefined;
	readonly pending: readonly Pending[];
	readonly field: string | undefined;
	readonly signer: SignerDescription | undefined;
	readonly ms: Durations | undefined;
	readonly warnings: readonly string[];
	/** Why it failed, or is incomplete. */
	readonly error: unknown;
}

/** A file that was written, at whatever level was reached. @param offline whether less was to be expected. */
export function writtenOutcome(
	facts: Pick<FileOutcome, 'file' | 'out' | 'requested' | 'field' | 'signer' | 'ms' | 'warnings' | 'error'> & {
		readonly level: Level;
	},
	offline: boolean,
): FileOutcome {
	const pending = pendingBetween(facts.level, facts.requested);
	const complete = pending.length === 0;
	return { ...facts, outcome: complete ? 'signed' : 'incomplete', ok: complete || offline, pending };
}

/** A file for which nothing was written. */
export function unwrittenOutcome(
	outcome: 'skipped' | 'cancelled' | 'failed',
	facts: Pick<FileOutcome, 'file' | 'requested'> & Partial<FileOutcome>,
): FileOutcome {
	return {
		out: undefined,
		ok: outcome === 'skipped',
		level: undefined,
		pending: [],
		field: undefined,
		signer: undefined,
		ms: undefined,
		warnings: [],
		error: undefined,
		...facts,
		outcome,
	};
}
