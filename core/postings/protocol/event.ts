/** Events on the wire: the timeline of a posting, and the chain for those who audit it. */
import { z } from 'zod';
import { documentId, type Immutable, instant, sha256, signatoryId, signatureId, stepId } from '../identifiers.ts';

/** One line of a posting's timeline. */
export const timelineEvent = z.object({
	seq: z.number().int().positive(),
	at: instant,
	/** As the posting calls them: the owner's or a signatory's name; null for the service. */
	actor: z.string().nullable(),
	/** E.g. `signature.accepted`. */
	action: z.string(),
	step: stepId.nullable(),
	document: documentId.nullable(),
	signatory: signatoryId.nullable(),
	signature: signatureId.nullable(),
	/** Words of people, such as why somebody declined, and values. */
	detail: z.record(z.string(), z.union([z.string(), z.number()])),
	hash: sha256,
});
export type TimelineEvent = Immutable<z.infer<typeof timelineEvent>>;

export const timeline = z.object({ events: z.array(timelineEvent) });

export const eventsQuery = z.object({
	from: z.coerce.number().int().positive().default(1),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});
