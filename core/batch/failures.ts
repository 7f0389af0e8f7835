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
	const groups = Map.groupBy(unwell, (outcome) => whyOf(outcome).code);
	return [...groups.values()]
		.flatMap((members) => members.slice(0, 1).map((first) => ({ reason: whyOf(first), outcomes: members })))
		.sort((one, other) => other.outcomes.length - one.outcomes.length);
}

function whyOf({ outcome, error, pending }: FileOutcome): Reason {
	if (error !== undefined) return reasonOf(error);
	if (outcome === 'incomplete')
		return {
			code: outcome,
			message: `still to be added: ${pending.join(', ')}`,
			hint: 'Add what is missing: no key is needed.',
		};
	return { code: outcome, message: 'its turn did not come', hint: 'Sign again to go on with the rest.' };
}
