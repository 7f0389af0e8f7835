/** How a posting ends otherwise than by being completed. */
import type { CommandOf } from '../commands.ts';
import type { Outcome } from '../events.ts';
import type { Instant } from '../identifiers.ts';
import type { LivePosting } from '../posting.ts';
import { PostingError } from '../postingError.ts';
import { endEarly, isReachable, openStep } from '../progress.ts';
import { requireActive } from './signatories.ts';

/** @throws {PostingError} `not-active` */
export function cancel(posting: LivePosting, { reason }: CommandOf<'cancel'>, now: Instant): Outcome<LivePosting> {
	if (posting.state !== 'draft') requireActive(posting);
	return endEarly({ posting, events: [] }, 'cancelled', now, { personal: { reason } });
}

/** @throws {PostingError} `not-active`, `nothing-declined` */
export function acceptDecline(posting: LivePosting, now: Instant): Outcome<LivePosting> {
	requireActive(posting);
	if (!isBlocked(posting)) throw new PostingError('nothing-declined', `${posting.title} can still be completed`);
	return endEarly({ posting, events: [] }, 'declined', now);
}

/**
 * The time for signing is over. Where it could no longer be completed because somebody declined, it ends as declined. A
 * draft ends when it was to be deleted.
 *
 * @throws {PostingError} `not-active`, `not-due`
 */
export function expire(posting: LivePosting, now: Instant): Outcome<LivePosting> {
	if (posting.state !== 'draft') requireActive(posting);
	const deadline = posting.state === 'draft' ? posting.deleteAt : posting.expiresAt;
	if (deadline > now) throw new PostingError('not-due', `${posting.title} has time until ${deadline}`);
	return endEarly({ posting, events: [] }, isBlocked(posting) ? 'declined' : 'expired', now);
}

/** Whether somebody declined whom the open step cannot do without. */
export function isBlocked(posting: LivePosting): boolean {
	const open = openStep(posting);
	return open !== undefined && !isReachable(posting, open);
}
