/** What a signatory does but sign: open, approve, decline, delegate; and what the owner does about one. */
import type { CommandOf } from '../commands.ts';
import type { Outcome } from '../events.ts';
import type { Instant, SignatoryId } from '../identifiers.ts';
import type { LivePosting, PersonNamed, PostingContent, Signatory } from '../posting.ts';
import { PostingError } from '../postingError.ts';
import { advance, changeSignatory, isAsked, notify, stepOf } from '../progress.ts';

const maximumSignatories = 200;
const hour = 3_600_000;

/** Somebody of whom nothing was asked yet. */
export const newSignatory = (named: PostingContent['signatories'][number], now: Instant): Signatory => ({
	...named,
	state: 'pending',
	user: null,
	notifiedAt: null,
	remindedAt: null,
	since: now,
	reason: null,
	successor: null,
	receipt: null,
	releasedAt: null,
});

/** The signatory has the documents before them; a viewer has thereby done their part. */
export function open(posting: LivePosting, signatory: Signatory, now: Instant): Outcome<LivePosting> {
	if (signatory.state !== 'notified') return { posting, events: [] };
	const isViewer = signatory.role === 'viewer';
	return {
		posting: changeSignatory(posting, signatory.id, { state: isViewer ? 'viewed' : 'opened', since: now }),
		events: [{ action: isViewer ? 'signatory.viewed' : 'signatory.opened', signatory: signatory.id }],
	};
}

/** @throws {PostingError} `role-cannot`, `step-not-open`, `signatory-finished`, `not-active` */
export function approve(posting: LivePosting, signatory: Signatory, now: Instant): Outcome<LivePosting> {
	requireAsked(posting, signatory);
	if (signatory.role !== 'approver')
		throw new PostingError('role-cannot', `${signatory.name} is asked as ${signatory.role}, not to approve`);
	return advance(
		{
			posting: changeSignatory(posting, signatory.id, { state: 'approved', since: now }),
			events: [{ action: 'signatory.approved', signatory: signatory.id }],
		},
		now,
	);
}

/**
 * A decline waits for the owner, who names somebody else (`replace`), lets it end the posting (`acceptDecline`), or does
 * nothing until the time for signing is over; where enough others can still act (n of m), nothing waits.
 *
 * @throws {PostingError} `role-cannot`, `step-not-open`, `signatory-finished`, `not-active`
 */
export function decline(
	posting: LivePosting,
	{ reason }: CommandOf<'decline'>,
	signatory: Signatory,
	now: Instant,
): Outcome<LivePosting> {
	requireAsked(posting, signatory);
	if (signatory.role === 'viewer') throw new PostingError('role-cannot', `${signatory.name} is only shown the posting`);
	return {
		posting: withoutAttempts(
			changeSignatory(posting, signatory.id, { state: 'declined', reason, since: now }),
			signatory.id,
		),
		events: [{ action: 'signatory.declined', signatory: signatory.id, personal: { reason } }],
	};
}

/** @throws {PostingError} `delegation-not-allowed`, `signatory-has-signed`, `too-many-signatories`, `duplicate-id`, … */
export function delegate(
	posting: LivePosting,
	{ successor, person }: CommandOf<'delegate'>,
	signatory: Signatory,
	now: Instant,
): Outcome<LivePosting> {
	requireAsked(posting, signatory);
	if (!posting.allowDelegation)
		throw new PostingError('delegation-not-allowed', `the owner of ${posting.title} wants the persons named`);
	const delegated = changeSignatory(posting, signatory.id, { state: 'delegated', since: now });
	return succeed(
		{
			posting: withoutAttempts(delegated, signatory.id),
			events: [{ action: 'signatory.delegated', signatory: signatory.id, detail: { to: successor } }],
		},
		{ signatory, successor, person },
		now,
	);
}

/**
 * The owner names somebody else in the place of one who declined: same step, role and fields, so that what froze stays.
 *
 * @throws {PostingError} `signatory-not-declined`, `signatory-has-signed`, `too-many-signatories`, `duplicate-id`, …
 */
export function replace(posting: LivePosting, command: CommandOf<'replace'>, now: Instant): Outcome<LivePosting> {
	requireActive(posting);
	const signatory = signatoryOf(posting, command.signatory);
	if (signatory.state !== 'declined' || signatory.successor !== null)
		throw new PostingError('signatory-not-declined', `${signatory.name} has not declined, or was replaced already`);
	requireOpenStep(posting, signatory);
	const { successor, person } = command;
	const detail = { by: successor };
	return succeed(
		{ posting, events: [{ action: 'signatory.replaced', signatory: signatory.id, detail }] },
		{ signatory, successor, person },
		now,
	);
}

/** @throws {PostingError} `reminded-recently`, `signatory-finished`, `step-not-open`, `not-active` */
export function remind(
	posting: LivePosting,
	{ signatory: id }: CommandOf<'remind'>,
	now: Instant,
): Outcome<LivePosting> {
	const signatory = signatoryOf(posting, id);
	requireAsked(posting, signatory);
	const last = signatory.remindedAt ?? signatory.notifiedAt;
	if (last !== null && Date.parse(now) - Date.parse(last) < 24 * hour)
		throw new PostingError('reminded-recently', `${signatory.name} was last written to at ${last}`);
	return reminded({ posting, events: [] }, id, now);
}

export const reminded = ({ posting, events }: Outcome<LivePosting>, id: SignatoryId, now: Instant) => ({
	posting: changeSignatory(posting, id, { remindedAt: now }),
	events: [...events, { action: 'signatory.reminded' as const, signatory: id }],
});

/** @throws {PostingError} `signatory-unknown` */
export function signatoryOf({ signatories, id }: LivePosting, wanted: SignatoryId): Signatory {
	const found = signatories.find((one) => one.id === wanted);
	if (!found) throw new PostingError('signatory-unknown', `posting ${id} has no signatory ${wanted}`);
	return found;
}

/** @throws {PostingError} `not-active` */
export function requireActive({ id, state }: LivePosting): void {
	if (state !== 'active') throw new PostingError('not-active', `posting ${id} is ${state}`);
}

/**
 * Whether something may be done in a signatory's place now.
 *
 * @throws {PostingError} `not-active`, `step-not-open`, `signatory-finished`
 */
export function requireAsked(posting: LivePosting, signatory: Signatory): void {
	requireActive(posting);
	if (!isAsked(signatory))
		throw new PostingError('signatory-finished', `${signatory.name} is ${signatory.state} since ${signatory.since}`);
	requireOpenStep(posting, signatory);
}

function requireOpenStep(posting: LivePosting, signatory: Signatory): void {
	const { state } = stepOf(posting, signatory);
	if (state !== 'open') throw new PostingError('step-not-open', `the step of ${signatory.name} is ${state}`);
}

interface Succession {
	readonly signatory: Signatory;
	readonly successor: SignatoryId;
	readonly person: PersonNamed;
}

function succeed(
	{ posting, events }: Outcome<LivePosting>,
	{ signatory, successor, person }: Succession,
	now: Instant,
): Outcome<LivePosting> {
	if (posting.signatures.some((one) => one.state === 'accepted' && one.signatory === signatory.id))
		throw new PostingError('signatory-has-signed', `${signatory.name} has signed a document of the step`);
	if (posting.signatories.length >= maximumSignatories)
		throw new PostingError('too-many-signatories', `posting ${posting.id} has had ${maximumSignatories} signatories`);
	const taken = new Set<string>([...posting.signatories, ...posting.steps, ...posting.documents].map(({ id }) => id));
	if (taken.has(successor)) throw new PostingError('duplicate-id', `there is a ${successor} already`);
	const { step, role, fields } = signatory;
	const next = newSignatory({ ...person, id: successor, step, role, fields }, now);
	const succeeded = changeSignatory(posting, signatory.id, { successor });
	return notify({ posting: { ...succeeded, signatories: [...succeeded.signatories, next] }, events }, successor, now);
}

/** Signatures that were only prepared end with the signatory's part. */
const withoutAttempts = (posting: LivePosting, signatory: SignatoryId): LivePosting => ({
	...posting,
	signatures: posting.signatures.filter((one) => one.signatory !== signatory || one.state !== 'prepared'),
	leases: posting.leases.filter((one) => one.signatory !== signatory),
});
