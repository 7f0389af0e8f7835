import { z } from 'zod';
import { type Immutable, postingId } from '../../core/postings/identifiers.ts';
import { language, role } from '../../core/postings/posting.ts';

const to = z.object({ name: z.string(), email: z.email(), language });
const about = { to, posting: postingId, title: z.string(), owner: z.string() };

/** What the service writes to people, and what each letter says. A link names the posting and lets nobody in. */
export const letter = z.discriminatedUnion('kind', [
	/** To a signatory whose step has opened. */
	z.object({ kind: z.literal('asked'), ...about, role, message: z.string(), expiresAt: z.string() }),
	z.object({ kind: z.literal('reminded'), ...about, role, expiresAt: z.string() }),
	/** To a signatory: nothing is wanted of them any more. */
	z.object({ kind: z.literal('closed'), ...about, why: z.enum(['cancelled', 'expired', 'declined', 'not-needed']) }),
	/** To a signatory who has done their part: the receipt is there. */
	z.object({ kind: z.literal('receipt'), ...about }),
	/** To the owner. */
	z.object({ kind: z.literal('completed'), ...about }),
	z.object({ kind: z.literal('declined'), ...about, by: z.string(), reason: z.string() }),
	z.object({ kind: z.literal('delegated'), ...about, by: z.string(), successor: z.string() }),
	z.object({ kind: z.literal('expired'), ...about }),
	/** What was not downloaded will be deleted. */
	z.object({ kind: z.literal('download-due'), ...about, deleteAt: z.string() }),
	/** To each administrator, when one has logged in. */
	z.object({ kind: z.literal('administrator-login'), to, who: z.string(), address: z.string(), at: z.string() }),
	/** The code of a login by mail. */
	z.object({ kind: z.literal('login-code'), to, code: z.string(), minutes: z.number() }),
]);
export type Letter = Immutable<z.infer<typeof letter>>;

/**
 * Whether a letter is sent again of which nobody knows whether the mail server took it. Where it tells of something, one too few
 * is worse than one too many. A reminder tells of nothing, and who gets it twice stops reading; a code has run out by then.
 */
export const isSentAgain: Readonly<Record<Letter['kind'], boolean>> = {
	asked: true,
	reminded: false,
	closed: true,
	receipt: true,
	completed: true,
	declined: true,
	delegated: true,
	expired: true,
	'download-due': true,
	'administrator-login': true,
	'login-code': false,
};

/** Whether a letter is of no use any more to whom it is for. @param writtenAt milliseconds since 1970. */
export const isTooLate = (letter: Letter, writtenAt: number, now: Date): boolean =>
	letter.kind === 'login-code' && now.getTime() - writtenAt > letter.minutes * 60_000;
