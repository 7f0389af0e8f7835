/** What the clock does to postings. */
import type { Outcome } from './events.ts';
import type { Instant } from './identifiers.ts';
import { isEnded, type LivePosting, type Signatory } from './posting.ts';
import { PostingError } from './postingError.ts';
import { isAsked, openStep } from './progress.ts';
import { hasSomethingToTake, purgeTime } from './transitions/retention.ts';
import { reminded } from './transitions/signatories.ts';

const day = 86_400_000;
/** Days between the reminders to an owner who has not downloaded what was to be deleted. */
const downloadReminderDays = 7;

/** When the clock next has something to do; never undefined: everything is purged in the end. */
export function nextDue(posting: LivePosting): Instant {
	if (isEnded(posting)) return earliest([purgeTime(posting), downloadReminder(posting)]);
	if (posting.state === 'draft') return posting.deleteAt;
	return earliest([posting.expiresAt, ...awaited(posting).map((one) => reminderTime(posting, one))]);
}

/** What is due of that. */
export function dueCommand(posting: LivePosting, now: Instant): 'remindDue' | 'expire' | 'purge' | undefined {
	if (nextDue(posting) > now) return undefined;
	if (isEnded(posting)) return purgeTime(posting) <= now ? 'purge' : 'remindDue';
	return posting.state === 'draft' || posting.expiresAt <= now ? 'expire' : 'remindDue';
}

/**
 * Reminds those who have not answered for `remindAfterDays`, or the owner of what is to be deleted.
 *
 * @throws {PostingError} `not-due`
 */
export function remindDue(posting: LivePosting, now: Instant): Outcome<LivePosting> {
	if (dueCommand(posting, now) !== 'remindDue') throw new PostingError('not-due', `nobody is to be reminded yet`);
	if (isEnded(posting))
		return { posting: { ...posting, downloadRemindedAt: now }, events: [{ action: 'posting.download-due' }] };
	const late = awaited(posting).filter((one) => (reminderTime(posting, one) ?? now) <= now);
	return late.reduce<Outcome<LivePosting>>((outcome, { id }) => reminded(outcome, id, now), { posting, events: [] });
}

const awaited = (posting: LivePosting): readonly Signatory[] => {
	const open = openStep(posting);
	return posting.remindAfterDays === null || !open
		? []
		: posting.signatories.filter((one) => one.step === open.id && one.role !== 'viewer' && isAsked(one));
};

const reminderTime = (
	{ remindAfterDays }: LivePosting,
	{ remindedAt, notifiedAt, since }: Signatory,
): Instant | null => (remindAfterDays === null ? null : later(remindedAt ?? notifiedAt ?? since, remindAfterDays));

function downloadReminder(posting: LivePosting): Instant | null {
	if (posting.downloadedAt !== null || !hasSomethingToTake(posting)) return null;
	return posting.downloadRemindedAt === null
		? posting.deleteAt
		: later(posting.downloadRemindedAt, downloadReminderDays);
}

const later = (start: Instant, days: number): Instant => new Date(Date.parse(start) + days * day).toISOString();

const earliest = ([first, ...others]: readonly [Instant, ...(Instant | null)[]]): Instant =>
	others.reduce<Instant>((least, one) => (one !== null && one < least ? one : least), first);
