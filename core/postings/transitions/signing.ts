/** From the lease before the PIN to the signature in the document. */
import type { CommandOf } from '../commands.ts';
import type { Outcome, PostingEvent } from '../events.ts';
import type { Instant } from '../identifiers.ts';
import {
	type AssuranceLevel,
	headOf,
	type LivePosting,
	type PostedDocument,
	type Signatory,
	type Signature,
	signatureLevel,
} from '../posting.ts';
import { PostingError } from '../postingError.ts';
import { advance, changeSignatory, stepOf } from '../progress.ts';
import { requireAsked } from './signatories.ts';

/** Time to read the confirmation, find the card and enter a PIN, twice. */
const leaseMinutes = 5;

/**
 * Takes the lease on a document. Doing so again, over the present head, renews it.
 *
 * @throws {PostingError} `document-leased`, `head-changed`, `document-already-signed`, `role-cannot`, …
 */
export function prepareSignature(
	posting: LivePosting,
	command: CommandOf<'prepareSignature'>,
	signatory: Signatory,
	now: Instant,
): Outcome<LivePosting> {
	const document = documentToSign(posting, command.document, signatory);
	requireNoOtherLease(posting, document, signatory, now);
	requireHead(document, command.base);
	const known = posting.signatures.find(({ id }) => id === command.signature);
	if (known && (known.state !== 'prepared' || known.signatory !== signatory.id || known.document !== document.id))
		throw new PostingError('signature-decided', `signature ${command.signature} is not one to be prepared`);
	const prepared: Signature = {
		id: command.signature,
		document: document.id,
		signatory: signatory.id,
		base: command.base,
		preparedAt: now,
		state: 'prepared',
	};
	const lease = {
		document: document.id,
		signatory: signatory.id,
		signature: command.signature,
		until: new Date(Date.parse(now) + leaseMinutes * 60_000).toISOString(),
	};
	return {
		posting: {
			...posting,
			// One attempt at a time for each document and signatory: an older one that came to nothing is forgotten.
			signatures: [...posting.signatures.filter((one) => !isAttempt(one, document, signatory)), prepared],
			leases: [...posting.leases.filter((one) => one.document !== document.id), lease],
		},
		events: [{ action: 'signature.prepared', ...about(prepared) }],
	};
}

/** Gives the document free before the lease ends: the PIN was not entered. */
export function releaseLease(
	posting: LivePosting,
	{ signature }: CommandOf<'releaseLease'>,
	signatory: Signatory,
): Outcome<LivePosting> {
	const attempt = preparedSignature(posting, signature);
	if (attempt.signatory !== signatory.id) throw unknownSignature(signature);
	return {
		posting: {
			...posting,
			signatures: posting.signatures.filter((one) => one !== attempt),
			leases: posting.leases.filter((one) => one.signature !== signature),
		},
		events: [{ action: 'signature.abandoned', ...about(attempt) }],
	};
}

/**
 * Takes a validated increment as the new head. With the last signature of the step the step is satisfied, with the last
 * step the posting is completed: here, and nowhere later.
 *
 * @throws {PostingError} `head-changed`, `document-leased`, `signature-level-too-low`, `field-not-the-signatorys`, …
 */
export function submitSignature(
	posting: LivePosting,
	command: CommandOf<'submitSignature'>,
	context: { readonly signatory: Signatory; readonly assurance: AssuranceLevel },
	now: Instant,
): Outcome<LivePosting> {
	const { signatory, assurance } = context;
	const { submitted } = command;
	const attempt = checkSubmission(posting, command, signatory, now);
	const document = documentToSign(posting, command.document, signatory);
	requireField(document, signatory, submitted.field);
	requireSignatureLevel(posting, submitted.level);
	const { base, preparedAt } = attempt;
	const accepted: Signature = {
		id: attempt.id,
		document: document.id,
		signatory: signatory.id,
		base,
		preparedAt,
		state: 'accepted',
		acceptedAt: now,
		field: submitted.field,
		level: submitted.level,
		assurance,
		certificate: submitted.certificate,
		identity: submitted.identity,
		claimedTime: submitted.claimedTime,
		bestTime: submitted.bestTime,
	};
	const revision = { ...submitted.revision, at: now, signature: attempt.id };
	const signed: LivePosting = {
		...posting,
		documents: posting.documents.map((one) =>
			one.id === document.id ? { ...one, revisions: [...one.revisions, revision] } : one,
		),
		signatures: posting.signatures.map((one) => (one.id === attempt.id ? accepted : one)),
		leases: posting.leases.filter((one) => one.document !== document.id),
	};
	const detail = { revision: submitted.revision.sha256, base, level: submitted.level };
	return finishSignatory(
		{ posting: signed, events: [{ action: 'signature.accepted', ...about(accepted), detail }] },
		signatory,
		now,
	);
}

/**
 * What can be refused before anybody reads the increment: validation asks this first, since it costs nothing.
 *
 * @throws {PostingError} `signature-unknown`, `document-leased`, `head-changed`, `document-already-signed`, …
 */
export function checkSubmission(
	posting: LivePosting,
	command: Pick<CommandOf<'submitSignature'>, 'signature' | 'document' | 'base'>,
	signatory: Signatory,
	now: Instant,
): Signature {
	const document = documentToSign(posting, command.document, signatory);
	const attempt = preparedSignature(posting, command.signature);
	if (attempt.signatory !== signatory.id || attempt.document !== document.id) throw unknownSignature(command.signature);
	requireNoOtherLease(posting, document, signatory, now);
	requireHead(document, command.base);
	requireHead(document, attempt.base);
	return attempt;
}

/** Records why an increment was refused. The document stays as it was; the signatory may try again. */
export function rejectSignature(
	posting: LivePosting,
	{ signature, code, message }: CommandOf<'rejectSignature'>,
	now: Instant,
): Outcome<LivePosting> {
	const { id, document, signatory, base, preparedAt } = preparedSignature(posting, signature);
	const rejected: Signature = {
		id,
		document,
		signatory,
		base,
		preparedAt,
		state: 'rejected',
		rejectedAt: now,
		code,
		message,
	};
	return {
		posting: {
			...posting,
			signatures: posting.signatures.map((one) => (one.id === signature ? rejected : one)),
			leases: posting.leases.filter((one) => one.signature !== signature),
		},
		events: [{ action: 'signature.rejected', ...about(rejected), detail: { code } }],
	};
}

/** Whether this signatory's signature is in this document. */
export const hasSigned = (posting: LivePosting, document: PostedDocument['id'], signatory: Signatory['id']): boolean =>
	posting.signatures.some(
		(one) => one.state === 'accepted' && one.document === document && one.signatory === signatory,
	);

function finishSignatory(outcome: Outcome<LivePosting>, signatory: Signatory, now: Instant): Outcome<LivePosting> {
	const { posting, events } = outcome;
	const { documents } = stepOf(posting, signatory);
	if (!documents.every((document) => hasSigned(posting, document, signatory.id))) return outcome;
	const state = signatory.role === 'witness' ? 'witnessed' : 'signed';
	return advance(
		{
			posting: changeSignatory(posting, signatory.id, { state, since: now }),
			events: [...events, { action: `signatory.${state}`, signatory: signatory.id }],
		},
		now,
	);
}

function documentToSign(posting: LivePosting, id: PostedDocument['id'], signatory: Signatory): PostedDocument {
	requireAsked(posting, signatory);
	if (signatory.role !== 'signer' && signatory.role !== 'witness')
		throw new PostingError('role-cannot', `${signatory.name} is asked as ${signatory.role}, not to sign`);
	const document = posting.documents.find((one) => one.id === id);
	if (!document || !stepOf(posting, signatory).documents.includes(id))
		throw new PostingError('document-unknown', `the step of ${signatory.name} has no document ${id}`);
	if (hasSigned(posting, id, signatory.id))
		throw new PostingError('document-already-signed', `${signatory.name} has signed ${document.name}`);
	return document;
}

function requireNoOtherLease(
	{ leases }: LivePosting,
	document: PostedDocument,
	signatory: Signatory,
	now: Instant,
): void {
	const other = leases.find((one) => one.document === document.id && one.signatory !== signatory.id && one.until > now);
	if (other) throw new PostingError('document-leased', `${document.name} is being signed until ${other.until}`);
}

function requireHead(document: PostedDocument, base: Signature['base']): void {
	const head = headOf(document);
	if (head.sha256 !== base)
		throw new PostingError('head-changed', `${document.name} is now ${head.sha256}, signed was ${base}`);
}

function requireField(document: PostedDocument, { name, fields }: Signatory, field: string): void {
	const own = fields.find((one) => one.document === document.id)?.name;
	if (own !== field)
		throw new PostingError('field-not-the-signatorys', `the field of ${name} is ${own}, signed was ${field}`);
}

function requireSignatureLevel(posting: LivePosting, reached: LivePosting['signatureLevel']): void {
	const order = signatureLevel.options;
	if (order.indexOf(reached) < order.indexOf(posting.signatureLevel))
		throw new PostingError('signature-level-too-low', `asked for is ${posting.signatureLevel}, reached is ${reached}`);
}

function preparedSignature({ signatures }: LivePosting, id: Signature['id']): Signature {
	const found = signatures.find((one) => one.id === id);
	if (!found) throw unknownSignature(id);
	if (found.state !== 'prepared') throw new PostingError('signature-decided', `signature ${id} was ${found.state}`);
	return found;
}

const unknownSignature = (id: string): PostingError =>
	new PostingError('signature-unknown', `there is no prepared signature ${id}`);

const isAttempt = (one: Signature, document: PostedDocument, signatory: Signatory): boolean =>
	one.state === 'prepared' && one.document === document.id && one.signatory === signatory.id;

const about = ({ id, document, signatory }: Signature): Pick<PostingEvent, 'document' | 'signatory' | 'signature'> => ({
	document,
	signatory,
	signature: id,
});
