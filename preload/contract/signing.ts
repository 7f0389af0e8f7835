/** Signing one document: who can, what is asked, and what came of it. */

import { z } from 'zod';
import { type OpenDocument, rectangle } from './documents.ts';
import { documentHandle, type IdentityId, identityId, jobId, type KeptKeyId, type TokenId } from './identifiers.ts';
import type { Failure } from './replies.ts';
import type { Level, Person } from './signatures.ts';

/** What a token says of its PIN before it is asked. */
export type PinState = 'ok' | 'tried-wrongly' | 'last-try' | 'locked' | 'not-set' | 'to-be-changed';

export interface PinFacts {
	/** `pad`: typed on the reader. `none`: the token asks for none. */
	readonly entry: 'typed' | 'pad' | 'none';
	readonly state: PinState;
	/** Only where the card gives a number. */
	readonly triesLeft: number | null;
	/** Asked anew for each signature. */
	readonly perSignature: boolean;
	readonly minimumLength: number | null;
	readonly maximumLength: number | null;
}

export interface CertificateSummary extends Person {
	/** ISO 8601, UTC. */
	readonly notBefore: string;
	/** ISO 8601, UTC. */
	readonly notAfter: string;
	/** E.g. `RSA 2048`, `ECDSA P-256`. */
	readonly key: string;
	/** Lower-case hex of the certificate's SHA-256. */
	readonly sha256: string;
	/** Codes of what it is made for: `sign`, `non-repudiation`, `authenticate`, `encrypt`. */
	readonly purposes: readonly string[];
}

/** A certificate one might sign with. */
export interface Identity {
	readonly id: IdentityId;
	/** Where its key is: in a token, in a key file, or at a signing service. */
	readonly holder: 'token' | 'file' | 'service';
	readonly token: { readonly id: TokenId | KeptKeyId; readonly label: string };
	/** What a signing service asks for besides, once it signs. */
	readonly asks: readonly ('code' | 'browser' | 'elsewhere')[];
	readonly certificate: CertificateSummary;
	readonly pin: PinFacts;
	/** Why it cannot sign: `expired`, `not-yet-valid`, `key-usage`, `no-private-key`, … */
	readonly usable: { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };
	/** Rests on a test anchor. */
	readonly test: boolean;
}

/** The mark on the page. The host makes its text (name, time, reason, place), so the preview is what is written. */
const mark = z.strictObject({
	/** From 1. */
	page: z.int().min(1),
	rectangle,
});

export const level = z.enum(['b-b', 'b-t', 'b-lt', 'b-lta']);
export const note = z.string().trim().max(500);

/** What the signature says besides who signed; an empty text is left out. */
const signatureWords = {
	reason: note.optional(),
	location: note.optional(),
};

export const preview = z.strictObject({ handle: documentHandle, identity: identityId, mark, ...signatureWords });

export const sign = z.strictObject({
	job: jobId,
	handle: documentHandle,
	identity: identityId,
	/** Leave out where `PinFacts.entry` is not `typed`. Held no longer than the call. */
	pin: z.string().min(1).max(256).optional(),
	level,
	/** Sign this empty field (then its own place is used and `mark` is null), else one is made. */
	field: z.string().min(1).max(256).optional(),
	/** Null: no mark on the page. */
	mark: mark.nullable(),
	...signatureWords,
});
export type SignRequest = z.infer<typeof sign>;

export const complete = z.strictObject({ job: jobId, handle: documentHandle, level });

/** In this order; those that the level does not need are left out. */
export type SigningStage = 'preparing' | 'token' | 'timestamp' | 'proof' | 'archive-timestamp' | 'writing';

export interface SigningOutcome {
	/** `incomplete`: the signature stands and is kept, the level asked for was not reached; see `pending`. */
	readonly outcome: 'signed' | 'incomplete';
	/** The signed file, open. */
	readonly document: OpenDocument;
	readonly requested: Level;
	readonly level: Level;
	/** What `signing.complete` must add. */
	readonly pending: readonly string[];
	/** Why it is incomplete. */
	readonly cause: Failure | null;
	/** Codes, e.g. `revocation-older-than-signature`. */
	readonly warnings: readonly string[];
}
