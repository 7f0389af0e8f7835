/** The verdict as `paraph verify --json` prints it: a fixed shape that people script against. */
import type { Certificate } from '../../pki/certificate.ts';
import type { Change } from '../changes/change.ts';
import { policyOf } from '../facts/policyOf.ts';
import type { DocumentVerdict, Finding, SignatureVerdict, TimestampVerdict } from '../verdict/verdict.ts';

export interface JsonReport {
	readonly file: string;
	readonly indication: string;
	readonly signatures: readonly JsonSignature[];
	readonly error: null;
}

export interface JsonSignature {
	readonly field: string;
	readonly kind: 'signature' | 'document-timestamp';
	/** Of a counter-signature: which of `signatures` it is over, from 0. */
	readonly counterSignatureOf: number | null;
	readonly indication: string;
	readonly subIndication: string | null;
	readonly level: string | null;
	readonly qualification: string | null;
	/** The policy that the signer names, by object identifier. */
	readonly signaturePolicy: { readonly id: string; readonly uri: string | null } | null;
	readonly signer: { readonly subject: string; readonly issuer: string; readonly serial: string } | null;
	/** Rests on an anchor made for trying out. */
	readonly test: boolean;
	readonly claimedTime: string | null;
	readonly bestTime: string | null;
	readonly timestamps: readonly JsonTimestamp[];
	readonly coversWholeRevision: boolean;
	readonly bytesAfter: number;
	readonly changes: { readonly level: string; readonly items: readonly JsonChange[] };
	readonly errors: readonly Finding[];
	readonly warnings: readonly Finding[];
}

interface JsonTimestamp {
	readonly kind: string;
	readonly time: string;
	readonly tsa: string | null;
	readonly indication: string;
	readonly subIndication: string | null;
}

interface JsonChange {
	readonly what: string;
	readonly level: string;
	readonly page: number | null;
	readonly object: number | null;
	readonly rectangle: readonly number[] | null;
	readonly detail: string | null;
}

export function jsonReport(file: string, verdict: DocumentVerdict): JsonReport {
	return { file, indication: verdict.indication, signatures: verdict.signatures.map(jsonSignature), error: null };
}

function jsonSignature(signature: SignatureVerdict): JsonSignature {
	return {
		field: signature.field,
		kind: signature.kind,
		counterSignatureOf: signature.counterSignatureOf ?? null,
		indication: signature.indication,
		subIndication: signature.subIndication,
		level: signature.level,
		qualification: signature.qualification,
		signaturePolicy: jsonPolicy(signature),
		signer: signature.signer ? jsonSigner(signature.signer) : null,
		test: signature.anchor?.test ?? false,
		claimedTime: signature.claimedTime?.toISOString() ?? null,
		bestTime: signature.bestTime?.toISOString() ?? null,
		timestamps: signature.timestamps.map(jsonTimestamp),
		coversWholeRevision: signature.coversWholeRevision,
		bytesAfter: signature.bytesAfter,
		changes: { level: signature.changes.level, items: signature.changes.items.map(jsonChange) },
		errors: signature.errors,
		warnings: signature.warnings,
	};
}

function jsonPolicy({ facts }: SignatureVerdict): JsonSignature['signaturePolicy'] {
	const policy = policyOf(facts);
	return policy ? { id: policy.id, uri: policy.uri ?? null } : null;
}

function jsonSigner(certificate: Certificate): JsonSignature['signer'] {
	return {
		subject: certificate.subject.text,
		issuer: certificate.issuer.text,
		serial: certificate.serialNumber.toLowerCase(),
	};
}

function jsonTimestamp(timestamp: TimestampVerdict): JsonTimestamp {
	return {
		kind: timestamp.kind,
		time: timestamp.time.toISOString(),
		tsa: timestamp.authority?.subject.text ?? null,
		indication: timestamp.indication,
		subIndication: timestamp.subIndication,
	};
}

function jsonChange(change: Change): JsonChange {
	return {
		what: change.what,
		level: change.level,
		page: change.page ?? null,
		object: change.object ?? null,
		rectangle: change.rectangle ?? null,
		detail: change.detail ?? null,
	};
}
