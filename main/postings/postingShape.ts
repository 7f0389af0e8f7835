/** Postings as the window, and scripts, see them. */

import { headOf } from '../../core/postings/posting.ts';
import { hasActed, isAsked } from '../../core/postings/progress.ts';
import type { PostingView, SignatoryView } from '../../core/postings/protocol/view.ts';
import type { StoredSignature } from '../../core/store/keptSignatureTable.ts';
import type { QueuedOp } from '../../core/sync/outbox.ts';
import {
	type Posting,
	type PostingAction,
	type PostingDocument,
	type PostingPerson,
	type PostingStep,
	type PostingSummary,
	postingId,
	type Undelivered,
} from '../../preload/contract.ts';

/** What somebody was written to last, and nobody is reminded within. */
const DAY = 86_400_000;

/** A posting with what waits applied to it. */
export interface Present {
	readonly view: PostingView;
	/** What waits, of this posting. */
	readonly queued: readonly QueuedOp[];
	/** Signatures of this person that still lack something before they can be sent. */
	readonly kept: readonly StoredSignature[];
}

export function summaryOf(present: Present): PostingSummary {
	const { view, queued } = present;
	const { title, state, expiresAt } = view;
	return {
		id: postingId.parse(view.id),
		title,
		owner: view.owner.name,
		received: view.own.length > 0,
		sent: view.relation === 'owner',
		state,
		todo: todoOf(present),
		progress: progressOf(view),
		expiresAt,
		pending: pendingOf(queued),
	};
}

export function postingOf(present: Present, now: Date): Posting {
	const { view, queued } = present;
	const { message, signatureLevel, deleteAt, endedAt, downloadedAt } = view;
	return {
		...summaryOf(present),
		message,
		assurance: view.minLevel,
		signatureLevel,
		byEnrolled: toSign(present).some(({ as }) => as.identity?.kind === 'enrolled'),
		deleteAt,
		endedAt,
		downloadedAt,
		documents: view.documents.map((document) => documentOf(document, present)),
		steps: view.steps.map((step) => stepOf(step, view, now)),
		actions: actionsOf(present),
		undelivered: queued.map(undeliveredOf),
	};
}

/** In whose place the person can act now. */
export const actingIn = (view: PostingView): readonly SignatoryView[] =>
	view.state === 'active'
		? view.signatories.filter((one) => view.own.includes(one.id) && isAsked(one) && isOpen(view, one))
		: [];

/** A document with the signatory in whose place the person signs it. */
interface OwnDocument {
	readonly document: PostingView['documents'][number];
	readonly as: SignatoryView;
}

/** The documents that the person still has to sign. */
export const toSign = (present: Present): readonly OwnDocument[] =>
	unsigned(present).filter((one) => keptOf(one, present) === undefined);

/** Signatures that the person has made, and that only have to be completed. */
export const toComplete = (present: Present): readonly StoredSignature[] =>
	unsigned(present).flatMap((one) => keptOf(one, present) ?? []);

const keptOf = ({ document, as }: OwnDocument, { kept }: Present): StoredSignature | undefined =>
	kept.find((one) => one.document === document.id && one.signatory === as.id);

/** The documents of which the person's signature is neither with the service nor on its way. */
function unsigned({ view, queued }: Present): readonly OwnDocument[] {
	return actingIn(view)
		.filter(({ role }) => role === 'signer' || role === 'witness')
		.flatMap((as) =>
			as.fields
				.filter(({ document }) => !hasSigned(view, queued, document, as.id))
				.flatMap(({ document: id }) => view.documents.filter((document) => document.id === id))
				.map((document) => ({ document, as })),
		);
}

const isOpen = ({ steps }: PostingView, { step }: SignatoryView): boolean =>
	steps.some(({ id, state }) => id === step && state === 'open');

/** With the service, or on its way there. */
function hasSigned(view: PostingView, queued: readonly QueuedOp[], document: string, signatory: string): boolean {
	const accepted = view.signatures.some(
		(one) => one.state === 'accepted' && one.document === document && one.signatory === signatory,
	);
	return (
		accepted ||
		queued.some(
			({ op, trouble }) =>
				!trouble && op.type === 'submitSignature' && op.body.document === document && op.body.as === signatory,
		)
	);
}

function todoOf(present: Present): PostingSummary['todo'] {
	const { view } = present;
	if (toSign(present).length > 0) return 'sign';
	if (toComplete(present).length > 0) return 'complete';
	const acting = actingIn(view);
	if (acting.some(({ role }) => role === 'approver')) return 'approve';
	return acting.some(({ role, state }) => role === 'viewer' && state === 'notified') ? 'open' : null;
}

function progressOf({ steps, signatories }: PostingView): PostingSummary['progress'] {
	const counts = steps.map(({ id, rule }) => {
		const participants = signatories.filter(
			(one) => one.step === id && one.role !== 'viewer' && one.successor === null,
		);
		const wanted = rule.kind === 'all' ? participants.length : rule.count;
		return { wanted, done: Math.min(wanted, participants.filter(hasActed).length) };
	});
	const sum = (of: 'wanted' | 'done') => counts.reduce((total, count) => total + count[of], 0);
	return { done: sum('done'), wanted: sum('wanted') };
}

function pendingOf(queued: readonly QueuedOp[]): PostingSummary['pending'] {
	if (queued.some(({ trouble }) => trouble !== undefined)) return 'troubled';
	return queued.length > 0 ? 'waiting' : null;
}

function documentOf(document: PostingView['documents'][number], present: Present): PostingDocument {
	const { view, queued } = present;
	const signedByMe = view.own.some((own) => hasSigned(view, queued, document.id, own));
	const wanted = toSign(present).find((one) => one.document.id === document.id);
	const isIncomplete = toComplete(present).some((one) => one.document === document.id);
	return {
		id: document.id,
		name: document.name,
		size: headOf(document).size,
		signatures: document.revisions.length - 1,
		mine: wanted ? 'to-sign' : isIncomplete ? 'incomplete' : signedByMe ? 'signed' : null,
		field: wanted?.as.fields.find((field) => field.document === document.id)?.name ?? null,
	};
}

function stepOf(
	{ id, state, rule, documents }: PostingView['steps'][number],
	view: PostingView,
	now: Date,
): PostingStep {
	return {
		id,
		state,
		count: rule.kind === 'all' ? null : rule.count,
		documents,
		people: view.signatories.filter(({ step }) => step === id).map((one) => personOf(one, view, now)),
	};
}

function personOf(one: SignatoryView, view: PostingView, now: Date): PostingPerson {
	const isOwner = view.relation === 'owner';
	const isCurrent = isOwner && view.state === 'active' && isOpen(view, one);
	const last = one.remindedAt ?? one.notifiedAt;
	return {
		id: one.id,
		name: one.name,
		email: one.email ?? '',
		identifier: one.identity?.kind === 'identifier' ? one.identity.identifier : null,
		role: one.role,
		state: one.state,
		since: one.since,
		reason: one.reason,
		me: view.own.includes(one.id),
		successor: view.signatories.find(({ id }) => id === one.successor)?.name ?? null,
		canRemind: isCurrent && isAsked(one) && (last === null || now.getTime() - Date.parse(last) >= DAY),
		canReplace: isCurrent && one.state === 'declined' && one.successor === null,
	};
}

function actionsOf(present: Present): readonly PostingAction[] {
	const { view, queued } = present;
	const acting = actingIn(view);
	const taking = acting.filter(({ role }) => role !== 'viewer');
	const isOwner = view.relation === 'owner';
	const receipts = view.signatories.filter((one) => view.own.includes(one.id) && one.receipt !== null);
	const hasSignature = taking.some(({ fields, id }) =>
		fields.some(({ document }) => hasSigned(view, queued, document, id)),
	);
	const offered: readonly (readonly [PostingAction, boolean])[] = [
		['sign', toSign(present).length > 0],
		['approve', taking.some(({ role }) => role === 'approver')],
		['decline', taking.length > 0],
		['delegate', taking.length > 0 && view.allowDelegation && !hasSignature],
		['acceptDecline', isOwner && view.isBlocked && view.state === 'active'],
		['download', isOwner && view.bundle !== null],
		['acknowledge', isOwner && view.bundle !== null && view.downloadedAt === null],
		['saveReceipt', receipts.length > 0],
		['release', receipts.some(({ releasedAt }) => releasedAt === null)],
		['cancel', isOwner && (view.state === 'active' || view.state === 'draft')],
	];
	return offered.filter(([, possible]) => possible).map(([action]) => action);
}

function undeliveredOf({ op, at, trouble }: QueuedOp): Undelivered {
	return {
		opId: op.opId,
		type: op.type,
		at,
		trouble: trouble ? { kind: trouble.kind, failure: failureIn(trouble) } : null,
	};
}

function failureIn(trouble: NonNullable<QueuedOp['trouble']>): NonNullable<Undelivered['trouble']>['failure'] {
	const common = { subject: null, details: {} };
	if (trouble.kind === 'rejected') {
		const { code, message, hint } = trouble;
		return { code, message, hint, ...common };
	}
	return {
		code: 'posting-changed',
		message: 'The posting was changed elsewhere meanwhile.',
		hint: 'Look at what it is now, then do it again or give it up.',
		...common,
	};
}
