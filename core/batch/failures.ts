import type { FileOutcome } from '../pades/fileOutcome.ts';
import { type Reason, reasonOf } from '../ports/reason.ts';

/** Files that were not signed, or not as asked, for one and the same reason. */
export interface FailureGroup<Outcome extends FileOutcome = FileOutcome> {
	/** Of the first of them. */
	readonly reason: Reason;
	readonly outcomes: readonly Outcome[];
}

/** Gathers what went wrong by its code, the most frequent first: what one does about it is the same for all of a group. */
export function failuresByReason<Outcome extends FileOutcome>(
	outcomes: readonly Outcome[],
): readonly FailureGroup<Outcome>[] {
	const unwell = outcomes.filter(({ ok }) => !ok);
	const groups = Map.groupBy(unwell, ({ outcome, error }) => (error === undefined ? outcome : reasonOf(error).code));
	return [...groups.values()]
		.map((members) => ({ reason: reasonOf(members[0]?.error), outcomes: members }))
		.sort((one, other) => other.outcomes.length - one.outcomes.length);
}
