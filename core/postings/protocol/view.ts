/** A posting as one person sees it. What they must not know is left out: lists are shorter, values null. */
import { z } from 'zod';
import { documentId, type Immutable, instant, postingId, signatoryId, stepId, userId } from '../identifiers.ts';
import {
	assuranceLevel,
	blobReference,
	document,
	email,
	identityRule,
	language,
	postingState,
	role,
	signatoryState,
	signature,
	signatureField,
	signatureLevel,
	signingLease,
	step,
} from '../posting.ts';

export const relation = z.enum(['owner', 'signatory', 'former']);

export const signatoryView = z.object({
	id: signatoryId,
	step: stepId,
	role,
	name: z.string(),
	state: signatoryState,
	since: instant,
	successor: signatoryId.nullable(),
	/** The rest is for the owner and the signatory alone. */
	email: email.nullable(),
	language: language.nullable(),
	identity: identityRule.nullable(),
	fields: z.array(signatureField),
	reason: z.string().nullable(),
	notifiedAt: instant.nullable(),
	remindedAt: instant.nullable(),
	/** To be fetched as a blob, and released with `release`. */
	receipt: blobReference.nullable(),
	releasedAt: instant.nullable(),
});
export type SignatoryView = Immutable<z.infer<typeof signatoryView>>;

export const postingView = z.object({
	id: postingId,
	version: z.number().int().positive(),
	relation,
	/** The signatories that the person is. */
	own: z.array(signatoryId),
	state: postingState,
	owner: z.object({ user: userId, name: z.string(), email: email.nullable() }),
	title: z.string(),
	message: z.string(),
	minLevel: assuranceLevel,
	signatureLevel,
	expiresAt: instant,
	deleteAt: instant,
	remindAfterDays: z.number().int().nullable(),
	allowDelegation: z.boolean(),
	createdAt: instant,
	activatedAt: instant.nullable(),
	endedAt: instant.nullable(),
	partiallyCompleted: z.boolean(),
	/** Somebody declined whom the open step cannot do without: the owner replaces them, or accepts. */
	isBlocked: z.boolean(),
	/** For the owner, when it is ready. */
	bundle: blobReference.nullable(),
	downloadedAt: instant.nullable(),
	/** For a signatory those of their own steps. */
	documents: z.array(document),
	steps: z.array(step.extend({ documents: z.array(documentId) })),
	signatories: z.array(signatoryView),
	signatures: z.array(signature),
	leases: z.array(signingLease),
});
export type PostingView = Immutable<z.infer<typeof postingView>>;
