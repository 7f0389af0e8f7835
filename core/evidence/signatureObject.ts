/** The signature object: what of a posting is signed, by whom and how that is known, and what is not signed, and why. */
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime({ precision: 3 });
const bytes = z.strictObject({ sha256: hash, size: z.number().int().positive() });
const who = { signatory: z.string(), name: z.string(), role: z.string() };

/** A signature in a document. */
export const signedBy = z.strictObject({
	...who,
	signature: z.string(),
	/** Name of the signature field. */
	field: z.string(),
	/** The document as it was with this signature in it, and as it was before. */
	revision: bytes,
	base: hash,
	/** `b-b` … `b-lta`, as it was accepted. */
	level: z.string(),
	certificate: z.strictObject({ sha256: hash, subject: z.string(), issuer: z.string(), serial: z.string() }),
	/** By what rule the certificate was taken for the signatory's, and the values compared. */
	identity: z.record(z.string(), z.string()),
	/** Assurance level of the login it was submitted with. */
	assurance: z.number().int(),
	claimedTime: time.nullable(),
	bestTime: time,
	acceptedAt: time,
});

/** Why somebody's signature is not in a document. */
export const notSignedReason = z.enum([
	/** It is none of the documents of their step. */
	'not-of-their-step',
	/** They were asked for something else: to approve, to see. */
	'not-their-role',
	'declined',
	'delegated',
	/** Enough others had signed. */
	'not-needed',
	'expired',
	'cancelled',
	/** They were asked, or will be. */
	'pending',
]);

export const signatureObject = z.strictObject({
	format: z.literal('paraph-signature-object'),
	version: z.literal(1),
	issuedAt: time,
	/** The signatory for whose receipt it was made; null: for the owner, all of it. */
	about: z.string().nullable(),
	posting: z.strictObject({
		id: z.string(),
		tenant: z.string(),
		title: z.string(),
		state: z.string(),
		activatedAt: time.nullable(),
		endedAt: time.nullable(),
	}),
	documents: z.array(
		z.strictObject({
			id: z.string(),
			name: z.string(),
			/** As the owner gave it, and as it is now. */
			original: bytes,
			current: bytes,
			signed: z.array(signedBy),
			notSigned: z.array(z.strictObject({ ...who, reason: notSignedReason })),
		}),
	),
	/** What was done without a signature. */
	acts: z.array(z.strictObject({ ...who, act: z.enum(['approved', 'viewed', 'declined']), at: time })),
});
export type SignatureObject = Readonly<z.infer<typeof signatureObject>>;
