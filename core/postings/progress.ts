/** The step engine: which steps are open, when one is satisfied, and when the posting is complete. */
import type { Outcome, PostingEvent } from './events.ts';
import type { Instant, SignatoryId, StepId } from './identifiers.ts';
import type { LivePosting, Signatory, Step } from './posting.ts';
import { PostingError } from './postingError.ts';

/** Whether a signatory has done what the posting asks of them. */
export const hasActed = ({ state }: Pick<Signatory, 'state'>): boolean =>
	state === 'signed' || state === 'approved' || state === 'witnessed' || state === 'viewed';

/** Whether something is still expected of them. */
export const isAsked = ({ state }: Pick<Signatory, 'state'>): boolean =>
	state === 'pending' || state === 'notified' || state === 'opened';

/** Those who count in a step: not viewers, and not those whose place somebody else has. */
export const participants = (posting: LivePosting, step: StepId): readonly Signatory[] =>
	posting.signatories.filter((one) => one.step === step && one.role !== 'viewer' && one.successor === null);

/** How many of its participants a step needs. */
const required = (posting: LivePosting, { id, rule }: Step): number =>
	rule.kind === 'all' ? participants(posting, id).length : rule.count;

const isSatisfied = (posting: LivePosting, step: Step): boolean =>
	participants(posting, step.id).filter(hasActed).length >= required(posting, step);

/** Whether a step can still be satisfied by those who are in it; after too many declined it cannot, unless one is replaced. */
export const isReachable = (posting: LivePosting, step: Step): boolean =>
	participants(posting, step.id).filter(({ state }) => state !== 'declined').length >= required(posting, step);

export const openStep = ({ steps }: LivePosting): Step | undefined => steps.find(({ state }) => state === 'open');

/** @throws {PostingError} `step-unknown` */
export function stepOf(posting: LivePosting, { step }: Signatory): Step {
	const found = posting.steps.find(({ id }) => id === step);
	if (!found) throw new PostingError('step-unknown', `posting ${posting.id} has no step ${step}`);
	return found;
}

/**
 * Closes the open step if it is satisfied, opens the next, and so on; after the last the posting is completed. Every
 * command that can satisfy a step ends here, so that no signature is in without its consequences.
 */
export function advance({ posting, events }: Outcome<LivePosting>, now: Instant): Outcome<LivePosting> {
	const open = openStep(posting);
	if (open) return isSatisfied(posting, open) ? advance(satisfy(posting, events, open, now), now) : { posting, events };
	const next = posting.steps.find(({ state }) => state === 'waiting');
	if (next) return advance(openNext(posting, events, next, now), now);
	return {
		posting: { ...posting, state: 'completed', endedAt: now, leases: [] },
		events: [...events, { action: 'posting.completed' }],
	};
}

function satisfy(
	posting: LivePosting,
	events: readonly PostingEvent[],
	step: Step,
	now: Instant,
): Outcome<LivePosting> {
	const superfluous = participants(posting, step.id).filter(isAsked);
	const satisfied = setStep(posting, step.id, 'satisfied');
	return {
		posting: closeSignatories(satisfied, new Set(superfluous.map(({ id }) => id)), 'cancelled', now),
		events: [...events, { action: 'step.satisfied', step: step.id }, ...superfluous.map(closed)],
	};
}

function openNext(
	posting: LivePosting,
	events: readonly PostingEvent[],
	step: Step,
	now: Instant,
): Outcome<LivePosting> {
	const opened = setStep(posting, step.id, 'open');
	const asked = opened.signatories.filter((one) => one.step === step.id && one.state === 'pending');
	return asked.reduce<Outcome<LivePosting>>((outcome, { id }) => notify(outcome, id, now), {
		posting: opened,
		events: [...events, { action: 'step.opened', step: step.id }],
	});
}

/** Asks a signatory whose step is open: the mail leaves with the transaction that stores this. */
export function notify({ posting, events }: Outcome<LivePosting>, id: SignatoryId, now: Instant): Outcome<LivePosting> {
	return {
		posting: changeSignatory(posting, id, { state: 'notified', notifiedAt: now, since: now }),
		events: [...events, { action: 'signatory.notified', signatory: id }],
	};
}

/** Ends a posting otherwise than by completing it. What was accepted stays in its documents. */
export function endEarly(
	{ posting, events }: Outcome<LivePosting>,
	state: 'declined' | 'cancelled' | 'expired',
	now: Instant,
	ending: Pick<PostingEvent, 'personal'> = {},
): Outcome<LivePosting> {
	const open = openStep(posting);
	const left = posting.activatedAt === null ? [] : posting.signatories.filter(isAsked);
	const failed = open ? setStep(posting, open.id, 'failed') : posting;
	const closedState = state === 'expired' ? 'expired' : 'cancelled';
	return {
		posting: {
			...closeSignatories(failed, new Set(left.map(({ id }) => id)), closedState, now),
			state,
			endedAt: now,
			leases: [],
			partiallyCompleted: posting.signatures.some((one) => one.state === 'accepted'),
		},
		events: [
			...events,
			...(open ? [{ action: 'step.failed', step: open.id } as const] : []),
			...left.map(closed),
			{ action: `posting.${state}`, ...ending },
		],
	};
}

const closed = ({ id }: Signatory): PostingEvent => ({ action: 'signatory.closed', signatory: id });

function closeSignatories(
	posting: LivePosting,
	ids: ReadonlySet<SignatoryId>,
	state: 'cancelled' | 'expired',
	now: Instant,
): LivePosting {
	return {
		...posting,
		signatories: posting.signatories.map((one) => (ids.has(one.id) ? { ...one, state, since: now } : one)),
		leases: posting.leases.filter(({ signatory }) => !ids.has(signatory)),
	};
}

const setStep = (posting: LivePosting, step: StepId, state: Step['state']): LivePosting => ({
	...posting,
	steps: posting.steps.map((one) => (one.id === step ? { ...one, state } : one)),
});

export const changeSignatory = (posting: LivePosting, id: SignatoryId, change: Partial<Signatory>): LivePosting => ({
	...posting,
	signatories: posting.signatories.map((one) => (one.id === id ? { ...one, ...change } : one)),
});
