/** Signing many documents in one go: which ones, where their marks go, the run, and what became of each. */

import { z } from 'zod';
import { type Concern, type Rectangle, rectangle } from './documents.ts';
import { type IdentityId, identityId, listingId, opaque } from './identifiers.ts';
import type { Failure } from './replies.ts';
import type { Level } from './signatures.ts';
import { level, note } from './signing.ts';

export const rowId = opaque.brand<'RowId'>();
/** One document of the batch. */
export type RowId = z.infer<typeof rowId>;

const pageOfMark = z.union([z.int().min(1), z.literal('last')]);
const corner = z.enum(['top-left', 'top-right', 'bottom-left', 'bottom-right']);

/** Where the mark goes: said once for all documents, and for one where that does not suit it. */
export const markPlace = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('none') }),
	/** A mark of the usual size, a margin away from the corner. */
	z.strictObject({ kind: z.literal('corner'), page: pageOfMark, corner }),
	z.strictObject({ kind: z.literal('rectangle'), page: pageOfMark, rectangle }),
	/** Without a name: the first empty field of each document. */
	z.strictObject({ kind: z.literal('field'), name: z.string().min(1).max(256).nullable() }),
	/** Beside the n-th place where the pages say this. */
	z.strictObject({
		kind: z.literal('text'),
		text: z.string().trim().min(1).max(200),
		occurrence: z.int().min(1).max(999),
		side: z.enum(['right', 'below']),
	}),
]);
export type MarkPlace = z.infer<typeof markPlace>;

/** What is the same for all documents. */
export const batchWish = z.strictObject({
	place: markPlace,
	reason: note,
	location: note,
	level,
});
export type BatchWish = z.infer<typeof batchWish>;

/** Where the signed files go: null is beside each original. */
export const batchFolder = z.strictObject({ id: listingId.nullable() });

/** With which certificate; null while there is none. */
export const batchSurvey = z.strictObject({ identity: identityId.nullable() });

export const batchStart = z.strictObject({
	identity: identityId,
	/** Leave out where `PinFacts.entry` is not `typed`. Held until the run ends. */
	pin: z.string().min(1).max(256).optional(),
});

/** The report for people (PDF), or the list of files for spreadsheets or programs. */
export const keptResult = z.strictObject({ kind: z.enum(['report', 'csv', 'json']) });
export type ResultKind = z.infer<typeof keptResult>['kind'];

/**
 * `looking`: being read. `ready`, `trouble`: what was found before the PIN. `waiting`, `signing`, `proving` (the key has
 * signed, timestamp and proof are to come): in the run. The others are how it ended.
 */
export type RowState =
	| 'looking'
	| 'ready'
	| 'trouble'
	| 'waiting'
	| 'signing'
	| 'proving'
	| 'signed'
	| 'incomplete'
	| 'failed'
	| 'cancelled';

export interface BatchRow {
	readonly id: RowId;
	/** The file's name without its folder. */
	readonly name: string;
	/** The folder as text for people; null for a file that was dropped on the loopback host's window. */
	readonly folder: string | null;
	/** Null while nobody has been able to read it. */
	readonly pages: number | null;
	readonly signatureCount: number | null;
	/** Names of the signature fields that wait for a signature. */
	readonly emptyFields: readonly string[];
	readonly concerns: readonly Concern[];
	/** Codes of what is worth knowing before it is signed, e.g. `signed-before`: by this certificate. */
	readonly warnings: readonly string[];
	readonly state: RowState;
	/** Why it cannot be signed (`trouble`), was not (`failed`), or lacks something (`incomplete`). */
	readonly failure: Failure | null;
	/** Where the mark will be; null where there will be none. */
	readonly place: { readonly page: number; readonly rectangle: Rectangle } | null;
	/** The place was said for this document alone. */
	readonly ownPlace: MarkPlace | null;
	/** Somebody looked at it before signing. */
	readonly read: boolean;
	/** Name of the signed file. */
	readonly output: string | null;
	/** Reached. */
	readonly level: Level | null;
}

/** `interrupted`: Paraph ended in the middle of the run; what was signed is signed, the rest can be gone on with. */
export type BatchPhase = 'choosing' | 'running' | 'paused' | 'ended' | 'interrupted';

/** What is known before the PIN of signing all that is ready with one certificate. */
export interface BatchOutlook {
	readonly identity: IdentityId;
	/** What keeps the run from starting: the certificate, or a timestamp service that does not answer. */
	readonly obstacle: Failure | null;
	/** Codes: `certificate-ends-soon`, `certificate-ends-before-due`, `revocation-not-checked`. */
	readonly warnings: readonly string[];
	/** Timestamps that it will cost. */
	readonly timestamps: number;
	/** Milliseconds that signing will take, not counting the person: a guess, good to a factor of two. */
	readonly duration: number;
}

/** Everything but the rows. */
export interface BatchSummary {
	readonly phase: BatchPhase;
	/** Null where no certificate was named, and while it is being found out. */
	readonly outlook: BatchOutlook | null;
	readonly wish: BatchWish;
	/** The folder's name; null: beside each original. */
	readonly folder: string | null;
	/** Some documents have no place of their own on this computer: then a folder is wanted. */
	readonly folderNeeded: boolean;
	/** Milliseconds that the run has worked, pauses left out. */
	readonly worked: number;
	/** Documents that this run began with, how many of them have their signature, and how many are finished. */
	readonly total: number;
	readonly signed: number;
	readonly done: number;
	/** Certificate that signs or signed; null before the first run. */
	readonly signer: string | null;
	/** What ended the run for all documents that were left, e.g. a card that was pulled out. */
	readonly failure: Failure | null;
	/** ISO 8601, UTC: when its first document was signed. */
	readonly begun: string | null;
	/** When the first of its documents is due outside, where bundles opened here say so. ISO 8601, UTC. */
	readonly due: string | null;
}

export interface Batch extends BatchSummary {
	readonly rows: readonly BatchRow[];
}

/** Rows that are new or different, and what is known of the whole. */
export interface BatchNews {
	readonly summary: BatchSummary;
	readonly rows: readonly BatchRow[];
	/** Rows that were taken out. */
	readonly gone: readonly RowId[];
}
