/**
 * A posting: documents that an owner sends to signatories, with all that has happened to them. One aggregate: every command
 * takes a whole one and gives a whole one (`decide.ts`).
 */
import { z } from 'zod';
import {
	documentId,
	type Immutable,
	instant,
	postingId,
	sha256,
	signatoryId,
	signatureId,
	stepId,
	tenantId,
	userId,
} from './identifiers.ts';

/** How sure it is who somebody is: the lower of how they were proofed and how they logged in (1 low … 4 very high). */
export const assuranceLevel = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type AssuranceLevel = z.infer<typeof assuranceLevel>;

/** Baseline level of a signature (EN 319 142-1 §6). */
export const signatureLevel = z.enum(['b-b', 'b-t', 'b-lt', 'b-lta']);
export type SignatureLevel = z.infer<typeof signatureLevel>;

/** Languages that mails and pages are written in. */
export const language = z.enum(['en', 'nb', 'fr', 'de']);
export type Language = z.infer<typeof language>;

/** Signers and witnesses sign with a certificate; an approver says yes; a viewer is shown. */
export const role = z.enum(['signer', 'approver', 'viewer', 'witness']);
export type Role = z.infer<typeof role>;

export const postingState = z.enum(['draft', 'active', 'completed', 'declined', 'cancelled', 'expired']);

export const stepState = z.enum(['waiting', 'open', 'satisfied', 'failed']);

/** The four after `opened` are one state, "has done their part", with each role's own verb. */
export const signatoryState = z.enum([
	'pending',
	'notified',
	'opened',
	'signed',
	'approved',
	'viewed',
	'witnessed',
	'declined',
	'delegated',
	'expired',
	'cancelled',
]);
export type SignatoryState = z.infer<typeof signatoryState>;

/**
 * An identifier as certificates carry it in subject serialNumber (natural persons) or organizationIdentifier (legal
 * persons): type, country or scheme, hyphen, reference (EN 319 412-1 §5.1.3, §5.1.4), e.g. `PNONO-15038412345`.
 */
export const semanticIdentifier = z
	.string()
	.max(128)
	.regex(/^(?:(?:PAS|IDC|PNO|TAX|TIN|VAT|NTR|PSD)[A-Z]{2}|[A-Z]{2}:[A-Z]{2})-[\x21-\x7e]+$/);

/**
 * How it is known that a certificate is the signatory's. A name or an e-mail address in it never suffices.
 * `identifier`: the certificate carries it. `enrolled`: the person enrolled it after a login at the posting's level.
 */
export const identityRule = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('identifier'), identifier: semanticIdentifier }),
	z.object({ kind: z.literal('enrolled') }),
]);
export type IdentityRule = Immutable<z.infer<typeof identityRule>>;

const name = z.string().trim().min(1).max(200);
export const email = z.email().max(254);
const size = z.number().int().positive();

/** Bytes that are kept as one blob. */
export const blobReference = z.object({ sha256, size });
export type BlobReference = Immutable<z.infer<typeof blobReference>>;

/** The field of a document that one signatory signs; it is in the PDF before the posting is activated. */
export const signatureField = z.object({ document: documentId, name: z.string().min(1).max(200) });

/** All signatories of the step, or the first `count` of them. Viewers do not count. */
export const stepRule = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('all') }),
	z.object({ kind: z.literal('some'), count: z.number().int().positive().max(100) }),
]);

/** Who somebody is to the owner who names them. */
export const personNamed = z.object({ name, email, language, identity: identityRule });
export type PersonNamed = Immutable<z.infer<typeof personNamed>>;

/** What the owner writes, and what freezes at activation, when it has to be whole. `deleteAt` is at most one year ahead. */
export const postingContent = z.object({
	title: name,
	message: z.string().max(4000),
	/** To see the posting and to act in it. */
	minLevel: assuranceLevel,
	/** What a submitted signature must have reached. */
	signatureLevel,
	/** Until when signatories may act. */
	expiresAt: instant,
	deleteAt: instant,
	/** Days without an answer after which a signatory is reminded; null: never by itself. */
	remindAfterDays: z.number().int().min(1).max(90).nullable(),
	allowDelegation: z.boolean(),
	documents: z.array(z.object({ id: documentId, name, content: blobReference })).max(100),
	/** In the order in which they open; each names the documents that are signed in it: the matrix. */
	steps: z
		.array(
			z.object({
				id: stepId,
				rule: stepRule,
				/** Null: the posting's. */
				minLevel: assuranceLevel.nullable(),
				documents: z.array(documentId).max(100),
			}),
		)
		.max(20),
	signatories: z
		.array(personNamed.extend({ id: signatoryId, step: stepId, role, fields: z.array(signatureField).max(100) }))
		.max(100),
});
export type PostingContent = Immutable<z.infer<typeof postingContent>>;

/** The state of a document after something was appended to it. */
export const revision = blobReference.extend({
	at: instant,
	/** Null for the document as the owner gave it. */
	signature: signatureId.nullable(),
});

export const document = z.object({
	id: documentId,
	name,
	/** From the owner's bytes to the present, each the beginning of the next. */
	revisions: z.tuple([revision], revision),
});
export type PostedDocument = Immutable<z.infer<typeof document>>;

export const step = z.object({
	id: stepId,
	rule: stepRule,
	minLevel: assuranceLevel.nullable(),
	documents: z.array(documentId),
	state: stepState,
});
export type Step = Immutable<z.infer<typeof step>>;

export const signatory = personNamed.extend({
	id: signatoryId,
	step: stepId,
	role,
	fields: z.array(signatureField),
	state: signatoryState,
	/** The account that opened the posting in their name; nobody else may go on. */
	user: userId.nullable(),
	notifiedAt: instant.nullable(),
	remindedAt: instant.nullable(),
	/** Since when they are in the state they are in. */
	since: instant,
	/** Why they declined, in their words. */
	reason: z.string().nullable(),
	/** Who took their place: whom they delegated to, or whom the owner named after they declined. */
	successor: signatoryId.nullable(),
	/** Made once they have done their part. */
	receipt: blobReference.nullable(),
	/** When they had their receipt, and wanted nothing more from the service. */
	releasedAt: instant.nullable(),
});
export type Signatory = Immutable<z.infer<typeof signatory>>;

/** The rule by which a certificate was taken for the signatory's, and the values compared. */
export const identityMatch = z.discriminatedUnion('rule', [
	z.object({ rule: z.literal('identifier'), wanted: z.string(), found: z.string(), attribute: z.string() }),
	z.object({ rule: z.literal('enrolled'), wanted: sha256, found: sha256, enrolledAt: instant }),
]);
export type IdentityMatch = Immutable<z.infer<typeof identityMatch>>;

const signatureBase = z.object({
	id: signatureId,
	document: documentId,
	signatory: signatoryId,
	/** The head revision it is made over. */
	base: sha256,
	preparedAt: instant,
});

export const signature = z.discriminatedUnion('state', [
	signatureBase.extend({ state: z.literal('prepared') }),
	signatureBase.extend({
		state: z.literal('accepted'),
		acceptedAt: instant,
		field: z.string(),
		level: signatureLevel,
		/** The assurance level of the login it was submitted with. */
		assurance: assuranceLevel,
		certificate: z.object({ sha256, subject: z.string(), issuer: z.string(), serial: z.string() }),
		identity: identityMatch,
		claimedTime: instant.nullable(),
		bestTime: instant,
	}),
	signatureBase.extend({ state: z.literal('rejected'), rejectedAt: instant, code: z.string(), message: z.string() }),
]);
export type Signature = Immutable<z.infer<typeof signature>>;
export type AcceptedSignature = Extract<Signature, { readonly state: 'accepted' }>;

/** Keeps a document for one signatory while they enter their PIN; `If-Match` decides, this spares the second PIN. */
export const signingLease = z.object({
	document: documentId,
	signatory: signatoryId,
	signature: signatureId,
	until: instant,
});

/** Without an address where the owner's login brought none: then they are not written to. */
export const postingOwner = z.object({ user: userId, name, email: email.nullable(), language });
export type PostingOwner = Immutable<z.infer<typeof postingOwner>>;

const tombstoned = z.object({
	id: postingId,
	tenant: tenantId,
	/** Counts the commands that were applied. */
	version: z.number().int().positive(),
});

/** A posting while there is something in it. */
export const livePosting = tombstoned.extend({
	state: postingState,
	owner: postingOwner,
	title: name,
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
	/** It ended otherwise than completed, with signatures in it. */
	partiallyCompleted: z.boolean(),
	/** Everything the owner takes away; made once the posting has ended with something in it. */
	bundle: blobReference.nullable(),
	/** When the owner had all of it: nothing is purged before, unless the year is over. */
	downloadedAt: instant.nullable(),
	/** When the owner was last told to download before it is purged. */
	downloadRemindedAt: instant.nullable(),
	documents: z.array(document),
	steps: z.array(step),
	signatories: z.array(signatory),
	signatures: z.array(signature),
	leases: z.array(signingLease),
});
export type LivePosting = Immutable<z.infer<typeof livePosting>>;

/** What is left of a posting when its content is destroyed; its events stay. */
export const purgedPosting = tombstoned.extend({
	state: z.literal('purged'),
	endState: postingState,
	purgedAt: instant,
});
export type PurgedPosting = Immutable<z.infer<typeof purgedPosting>>;

export type Posting = LivePosting | PurgedPosting;

export const isEnded = ({ state }: LivePosting): boolean => state !== 'draft' && state !== 'active';

/** The bytes that the next signature goes over. */
export function headOf({ revisions }: PostedDocument): PostedDocument['revisions'][number] {
	return revisions.at(-1) ?? revisions[0];
}
