import { toDisplay } from '../../core/pades/geometry.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import type { Change as FoundChange } from '../../core/validation/changes/change.ts';
import { onlineWouldHelp } from '../../core/validation/gatherOnline.ts';
import type { DocumentVerdict, SignatureVerdict } from '../../core/validation/verdict/verdict.ts';
import type { Change, Fact, FileVerdict, SignatureCard, SignatureState } from '../../preload/contract.ts';
import { personOf } from '../certificateSummary.ts';
import { placeOf } from '../reading/description.ts';

/** The verdict as the window shows it: the same conclusions, with places on pages and states in its four words. */
export function fileVerdict(verdict: DocumentVerdict, document: PdfDocument): FileVerdict {
	const { indication, signatures, online } = verdict;
	return {
		indication,
		signatures: signatures.map((signature, index) => signatureCard(signature, index, verdict, document)),
		online,
		onlineWouldHelp: onlineWouldHelp(verdict),
	};
}

/** Names a signature within one document: they are always in the order in which they were made. */
function signatureId(index: number): string {
	return String(index + 1);
}

/** Which signature an id names; -1 for what no id can be. */
export function signatureIndex(id: string): number {
	return /^[1-9]\d{0,8}$/.test(id) ? Number(id) - 1 : -1;
}

function signatureCard(
	signature: SignatureVerdict,
	index: number,
	verdict: DocumentVerdict,
	document: PdfDocument,
): SignatureCard {
	const { facts, signer, changes, claimedTime, bestTime, provableUntil } = signature;
	return {
		id: signatureId(index),
		field: signature.field,
		kind: signature.kind,
		countersigns: facts.counterSigned !== undefined,
		state: stateOf(signature),
		indication: signature.indication,
		subIndication: signature.subIndication,
		reasons: signature.errors,
		warnings: signature.warnings,
		signer: signer ? personOf(signer) : null,
		test: signature.anchor?.test ?? false,
		level: signature.level,
		qualification: signature.qualification,
		claimedTime: claimedTime?.toISOString() ?? null,
		bestTime: bestTime?.toISOString() ?? null,
		timeProvedBy: bestTime ? timeWitness(signature, verdict) : null,
		provableUntil: provableUntil?.toISOString() ?? null,
		reason: facts.dictionary.reason ?? null,
		location: facts.dictionary.location ?? null,
		coversWholeRevision: signature.coversWholeRevision,
		bytesAfter: signature.bytesAfter,
		changes: { level: changes.level, items: changes.items.map((item) => change(item, document)) },
		mark: placeOf(document, facts.field.widgets[0]),
		facts: details(signature, verdict),
	};
}

/** "Changed" is for what is known to have been changed; a signature that is bad in another way is "not valid". */
function stateOf({ indication, subIndication, changes, facts }: SignatureVerdict): SignatureState {
	switch (indication) {
		case 'TOTAL-PASSED':
			return 'valid';
		case 'INDETERMINATE':
			return 'unconfirmed';
		case 'TOTAL-FAILED': {
			const isOverDocument = facts.counterSigned === undefined;
			const isChanged = isOverDocument && (subIndication === 'HASH_FAILURE' || changes.level === 'disallowed');
			return isChanged ? 'changed' : 'invalid';
		}
	}
}

/** Whose timestamp proves the best time: one in the signature, else a document timestamp made later. */
function timeWitness(signature: SignatureVerdict, { signatures }: DocumentVerdict): string | null {
	const inside = signature.timestamps.find(({ indication }) => indication === 'TOTAL-PASSED');
	if (inside) return inside.authority?.subject.displayName ?? null;
	const from = signatures.indexOf(signature);
	const later = signatures
		.slice(from)
		.find(({ kind, indication }) => kind === 'document-timestamp' && indication === 'TOTAL-PASSED');
	return later?.signer?.subject.displayName ?? null;
}

function change(item: FoundChange, document: PdfDocument): Change {
	const { what, level, page, rectangle, object, detail } = item;
	const isShown = rectangle !== undefined && page !== undefined && page <= document.pages.count;
	return {
		what,
		level,
		page: page ?? null,
		object: object ?? null,
		rectangle: isShown ? toDisplay(document.pages.get(page - 1), rectangle) : null,
		detail: detail ?? null,
	};
}

/** For those who check: the names, times and algorithms that the conclusion rests on. */
function details(signature: SignatureVerdict, { policy, time }: DocumentVerdict): readonly Fact[] {
	const { chain, anchor, timestamps, facts } = signature;
	return [
		...chain.map((certificate) => ({ label: 'Certificate', value: certificate.subject.text })),
		...(anchor ? [{ label: 'Trust anchor from', value: anchor.source }] : []),
		...timestamps.map((stamp) => ({
			label: 'Timestamp',
			value: [
				stamp.time.toISOString(),
				stamp.authority?.subject.text,
				[stamp.indication, stamp.subIndication].filter(Boolean).join(' · '),
			]
				.filter(Boolean)
				.join(', '),
		})),
		...(facts.dictionary.subFilter ? [{ label: 'Format', value: facts.dictionary.subFilter }] : []),
		{ label: 'Policy', value: policy },
		{ label: 'Validated for', value: time.toISOString() },
	];
}
