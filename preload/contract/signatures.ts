/** What the signatures in a document are worth. */

import type { Rectangle } from './documents.ts';

/** The words of the panel; each has its own icon, word and colour. */
export type SignatureState = 'valid' | 'unconfirmed' | 'changed' | 'invalid';
export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE';
export type Level = 'b-b' | 'b-t' | 'b-lt' | 'b-lta';

export interface Person {
	/** What to call them: the common name, else the organisation, else the whole subject. */
	readonly name: string;
	readonly organisation: string | null;
	/** RFC 4514. */
	readonly subject: string;
	/** RFC 4514. */
	readonly issuer: string;
	readonly issuerName: string;
	/** Lower-case hex. */
	readonly serial: string;
}

/** One line under "Details": the window translates `label`, the value is shown as it is. */
export interface Fact {
	readonly label: string;
	readonly value: string;
}

export interface Change {
	/** A code of the change analysis, e.g. `field-filled`. */
	readonly what: string;
	readonly level: ChangeLevel;
	/** From 1. */
	readonly page: number | null;
	/** Its number in the file. */
	readonly object: number | null;
	readonly rectangle: Rectangle | null;
	/** Name of the field, subtype of the annotation, … */
	readonly detail: string | null;
}

/** From harmless to fatal. */
export type ChangeLevel = 'none' | 'lta' | 'form-filling' | 'annotations' | 'disallowed';

export interface SignatureCard {
	/** Names the signature inside this document for the other verbs. */
	readonly id: string;
	readonly field: string;
	readonly kind: 'signature' | 'document-timestamp';
	/** Over another signature, and not over the document. */
	readonly countersigns: boolean;
	readonly state: SignatureState;
	readonly indication: Indication;
	/** EN 319 102-1, e.g. `REVOKED_NO_POE`. */
	readonly subIndication: string | null;
	/** What decided the state, in the order of weight; the first is the sentence on the card. */
	readonly reasons: readonly { readonly code: string; readonly message: string }[];
	readonly warnings: readonly { readonly code: string; readonly message: string }[];
	/** Null where no certificate could be read. */
	readonly signer: Person | null;
	/** Rests on a test anchor: shown as TEST, never as plainly valid. */
	readonly test: boolean;
	/** Null for a document timestamp, and where the signature cannot be read. */
	readonly level: Level | 'basic' | null;
	readonly qualification: 'qualified' | 'advanced-qc' | 'advanced' | null;
	/** What the signer's computer said; ISO 8601, UTC. */
	readonly claimedTime: string | null;
	/** The earliest time that is proved; ISO 8601, UTC. */
	readonly bestTime: string | null;
	/** Who proves `bestTime`: a timestamp authority's name; null where nobody does. */
	readonly timeProvedBy: string | null;
	/** Until when it can be checked without asking the issuer, if nothing is renewed; ISO 8601. */
	readonly provableUntil: string | null;
	readonly reason: string | null;
	readonly location: string | null;
	readonly coversWholeRevision: boolean;
	readonly bytesAfter: number;
	readonly changes: {
		readonly level: ChangeLevel;
		readonly items: readonly Change[];
	};
	/** Where the mark is; null when the signature shows none. */
	readonly mark: { readonly page: number; readonly rectangle: Rectangle } | null;
	readonly facts: readonly Fact[];
}

export interface FileVerdict {
	readonly indication: Indication | 'NO-SIGNATURE';
	/** In the order in which they were made. */
	readonly signatures: readonly SignatureCard[];
	/** Whether the network was asked. Without, missing revocation data is "cannot be confirmed". */
	readonly online: boolean;
	/** Whether asking the network could change the verdict: then the window asks for consent. */
	readonly onlineWouldHelp: boolean;
}
