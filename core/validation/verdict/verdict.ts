/** What validation says, before anybody writes it down: every report is a view of this. */

import type { Certificate } from '../../pki/certificate.ts';
import type { TrustAnchor } from '../../ports/trustSource.ts';
import type { ChangeAnalysis } from '../changes/change.ts';
import type { SignatureFacts } from '../facts/signatureFacts.ts';
import type { Qualification } from './qualification.ts';

export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE';

/** EN 319 102-1 §5.1.3, tables 5 and 6. */
export type SubIndication =
	| 'FORMAT_FAILURE'
	| 'HASH_FAILURE'
	| 'SIG_CRYPTO_FAILURE'
	| 'REVOKED'
	| 'EXPIRED'
	| 'NOT_YET_VALID'
	| 'SIG_CONSTRAINTS_FAILURE'
	| 'CHAIN_CONSTRAINTS_FAILURE'
	| 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
	| 'CRYPTO_CONSTRAINTS_FAILURE'
	| 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
	| 'TIMESTAMP_ORDER_FAILURE'
	| 'NO_SIGNING_CERTIFICATE_FOUND'
	| 'NO_CERTIFICATE_CHAIN_FOUND'
	| 'REVOKED_NO_POE'
	| 'REVOKED_CA_NO_POE'
	| 'OUT_OF_BOUNDS_NOT_REVOKED'
	| 'OUT_OF_BOUNDS_NO_POE'
	| 'REVOCATION_OUT_OF_BOUNDS_NO_POE'
	| 'NO_POE'
	| 'TRY_LATER'
	| 'SIGNED_DATA_NOT_FOUND';

/** Something a person should know, by code, with an English sentence. */
export interface Finding {
	readonly code: string;
	readonly message: string;
}

export interface Conclusion {
	readonly indication: Indication;
	readonly subIndication: SubIndication | null;
	/** Why, in the order of weight; empty when all passed. */
	readonly errors: readonly Finding[];
}

export const passed: Conclusion = { indication: 'TOTAL-PASSED', subIndication: null, errors: [] };

export type Level = 'b-b' | 'b-t' | 'b-lt' | 'b-lta' | 'basic';

export interface TimestampVerdict extends Conclusion {
	readonly kind: 'signature' | 'document' | 'content' | 'archive';
	readonly time: Date;
	/** Undefined where the token carries no certificate that fits. */
	readonly authority: Certificate | undefined;
	readonly chain: readonly Certificate[];
}

export interface SignatureVerdict extends Conclusion {
	readonly facts: SignatureFacts;
	readonly kind: 'signature' | 'document-timestamp';
	readonly field: string;
	/** Which of the verdict's signatures it countersigns, from 0; undefined for one over a document. */
	readonly counterSignatureOf: number | undefined;
	readonly level: Level | null;
	readonly qualification: Qualification | null;
	readonly signer: Certificate | undefined;
	/** Leaf first, the anchor last; only the signer where no path was found. */
	readonly chain: readonly Certificate[];
	/** What the path ends at; undefined where no path was found. */
	readonly anchor: TrustAnchor | undefined;
	readonly claimedTime: Date | undefined;
	/** The earliest time for which existence is proved; undefined where only the present is. */
	readonly bestTime: Date | undefined;
	readonly timestamps: readonly TimestampVerdict[];
	readonly coversWholeRevision: boolean;
	readonly bytesAfter: number;
	readonly changes: ChangeAnalysis;
	readonly warnings: readonly Finding[];
	/** Until when the verdict can be reached with what is in the file; undefined where it cannot already. */
	readonly provableUntil: Date | undefined;
}

export interface DocumentVerdict {
	readonly indication: Indication | 'NO-SIGNATURE';
	/** In the order in which they were made. */
	readonly signatures: readonly SignatureVerdict[];
	/** The moment for which validation was done. */
	readonly time: Date;
	/** Name of the policy applied. */
	readonly policy: string;
	/** Whether the network was asked. */
	readonly online: boolean;
}

const weight: Record<Indication, number> = { 'TOTAL-PASSED': 0, INDETERMINATE: 1, 'TOTAL-FAILED': 2 };

/** The indication of a whole is that of its worst part. */
export function worstIndication(indications: readonly Indication[]): Indication | 'NO-SIGNATURE' {
	const [first, ...others] = indications;
	if (first === undefined) return 'NO-SIGNATURE';
	return others.reduce((worst, indication) => (weight[indication] > weight[worst] ? indication : worst), first);
}
