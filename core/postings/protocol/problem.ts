/** How the service says that something did not work (RFC 9457, `application/problem+json`). */
import { z } from 'zod';

export const problem = z.object({
	/** HTTP status. */
	status: z.number().int().min(400).max(599),
	/** Stable, kebab-case: of `PostingErrorCode`, or of the service. */
	code: z.string(),
	/** What happened, to what. */
	message: z.string(),
	/** What to do about it. */
	hint: z.string(),
	/** Where a login failed: how often it may fail again before a wait, whose length `Retry-After` says. */
	triesLeft: z.int().nonnegative().optional(),
});
export type Problem = z.infer<typeof problem>;
