import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import {
	type DocumentId,
	newUuid,
	type Sha256,
	type SignatoryId,
	type SignatureId,
	sha256 as sha256Schema,
	signatureId,
} from '../postings/identifiers.ts';
import { headOf } from '../postings/posting.ts';
import type { PostingView } from '../postings/protocol/view.ts';
import type { LocalStore } from '../store/localStore.ts';
import { download } from './blobTransfer.ts';
import { isUnreachable } from './delivery.ts';
import { type Command, seenPosting, type Trouble, type Upload } from './outbox.ts';
import { ServiceError } from './serviceError.ts';
import type { Synchroniser } from './synchroniser.ts';

/** A revision of a document as a file, with the field that is to be signed. */
export interface ToSign {
	readonly path: string;
	/** Of the revision. */
	readonly sha256: string;
	/** Bytes. */
	readonly size: number;
	readonly field: string;
}

/** A revision with a signature appended. */
export interface MadeSignature {
	readonly path: string;
	/** Why it has not reached the level that the posting asks for; undefined where it has. */
	readonly lack: Error | undefined;
}

/** What signs: the host's token, with the person in front of it. */
export interface SigningHand {
	/** @throws whatever kept it from being signed. */
	sign(revision: ToSign): Promise<MadeSignature>;
	/** Whether what was appended behind the first bytes is signatures and nothing else. */
	addedSignaturesAlone(path: string, seen: number): Promise<boolean>;
	/** Whether each signature needs the person again: then nothing is signed a second time by itself. */
	readonly needsPerson: boolean;
	/** For files on the way; of this user alone. */
	readonly folder: string;
}

export interface SigningParts {
	readonly store: LocalStore;
	readonly sync: Synchroniser;
	readonly clock: Clock;
	readonly hand: SigningHand;
	readonly signal?: AbortSignal | undefined;
}

export interface SigningWish {
	readonly posting: PostingView['id'];
	/** In whose place. */
	readonly as: SignatoryId;
	readonly document: DocumentId;
	/** SHA-256 of the revision that the person has seen. */
	readonly seen: string;
}

export type SignedInPosting =
	| { readonly outcome: 'accepted' }
	/** It is sent when the service can be reached. */
	| { readonly outcome: 'waiting' }
	/** It is made and kept here, but lacks its timestamp or proof: `completeInPosting` adds that, without the card. */
	| { readonly outcome: 'incomplete'; readonly cause: Error }
	/** The document is another one now, and the person has to look at it before they sign. */
	| { readonly outcome: 'changed' }
	/** A rule refuses it. */
	| { readonly outcome: 'refused'; readonly trouble: Trouble };

/** How often somebody else may be quicker before the person is asked. */
const MOST_ATTEMPTS = 4;

/**
 * Signs one document of a posting: takes the lease, has it signed, sends what was appended.
 *
 * Where somebody else has signed meanwhile, it is signed again by itself if nothing but signatures was added and the card
 * does not ask for the person each time; otherwise the person is shown what is new.
 *
 * @throws whatever the hand throws, after the lease was given back; {ServiceError} `login-needed`, `posting-blocked`.
 */
export async function signInPosting(wish: SigningWish, parts: SigningParts): Promise<SignedInPosting> {
	let seen = wish.seen;
	for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
		const result = await attemptToSign({ ...wish, seen }, parts);
		if (result !== 'head-changed') return result;
		const next = await newHead(wish, seen, parts);
		if (next === undefined) return { outcome: 'changed' };
		seen = next;
	}
	return { outcome: 'changed' };
}

async function attemptToSign(wish: SigningWish, parts: SigningParts): Promise<SignedInPosting | 'head-changed'> {
	const { posting, as, document } = wish;
	const { sync, hand } = parts;
	const revision = await revisionToSign(wish, parts);
	if (revision === undefined) return 'head-changed';
	const signature = signatureId.parse(newUuid(parts.clock.now()));
	const base = sha256Schema.parse(revision.sha256);
	const lease = await offer(posting, { type: 'prepareSignature', body: { as, signature, document, base } }, [], parts);
	if (lease.kind === 'trouble') return isOvertaken(lease.trouble) ? 'head-changed' : refused(lease.trouble);
	let made: MadeSignature;
	try {
		made = await hand.sign(revision);
	} catch (error) {
		if (lease.kind === 'waiting') sync.outbox.giveUp(lease.opId);
		else await offer(posting, { type: 'releaseLease', body: { as, signature } }, [], parts).catch(() => undefined);
		throw error;
	}
	if (made.lack) {
		// The lease is left to run out: until then nobody can sign before it is completed.
		if (lease.kind === 'waiting') sync.outbox.giveUp(lease.opId);
		keepSignature({ posting, as, document, base, baseSize: revision.size }, made.path, parts);
		return { outcome: 'incomplete', cause: made.lack };
	}
	return submit({ posting, as, signature, document, base, baseSize: revision.size }, made.path, parts);
}

/** A signature with what it is over and in whose place it is. */
export interface MadeFor {
	readonly posting: PostingView['id'];
	readonly as: SignatoryId;
	readonly document: DocumentId;
	/** SHA-256 and size of the revision that was signed. */
	readonly base: Sha256;
	readonly baseSize: number;
}

/** Keeps a signature that cannot be submitted yet. @param path of the signed file. */
export function keepSignature(
	{ posting, as, document, base, baseSize }: MadeFor,
	path: string,
	{ store, clock }: Pick<SigningParts, 'store' | 'clock'>,
): void {
	const { sha256: signed } = store.blobs.putFile(path);
	const at = clock.now().toISOString();
	store.keptSignatures.put({ posting, signatory: as, document, base, baseSize, signed, at });
}

/** Sends what was appended, under the lease that was taken for it. @param path of the signed file. */
export async function submit(
	{ posting, as, document, base, baseSize, signature }: MadeFor & { readonly signature: SignatureId },
	path: string,
	parts: OfferParts,
): Promise<SignedInPosting | 'head-changed'> {
	const { store } = parts;
	const tail = store.blobs.putFile(path, baseSize);
	// What the head will be is here already.
	store.blobs.putFile(path);
	const tailSha256 = sha256Schema.parse(tail.sha256);
	const sent = await offer(
		posting,
		{
			type: 'submitSignature',
			body: { as, signature, document, base, tail: { sha256: tailSha256, size: tail.size } },
		},
		[{ sha256: tailSha256, document, kind: 'tail' }],
		parts,
	);
	if (sent.kind === 'trouble') return isOvertaken(sent.trouble) ? 'head-changed' : refused(sent.trouble);
	// Whatever was kept of an earlier attempt is of no use any more.
	store.keptSignatures.remove({ posting, signatory: as, document });
	return { outcome: sent.kind === 'applied' ? 'accepted' : 'waiting' };
}

/** @returns undefined where the head is not what the person saw. */
async function revisionToSign(
	{ posting, as, document, seen }: SigningWish,
	{ store, sync, hand, signal }: SigningParts,
): Promise<ToSign | undefined> {
	const view = requireView(store, posting);
	const posted = view.documents.find(({ id }) => id === document);
	const field = view.signatories.find(({ id }) => id === as)?.fields.find((one) => one.document === document)?.name;
	if (!posted || field === undefined) {
		throw new ServiceError('document-unknown', 'This document is not for you to sign.', {
			hint: 'Look at the posting again.',
			subject: document,
		});
	}
	const head = headOf(posted);
	if (head.sha256 !== seen) return undefined;
	if (store.blobs.size(head.sha256) === undefined) await download(sync.connection(), store, head, { signal });
	const path = join(hand.folder, `${head.sha256.slice(0, 16)}.pdf`);
	store.blobs.writeTo(head.sha256, path);
	return { path, sha256: head.sha256, size: head.size, field };
}

/** @returns the present head where it may be signed without asking. */
async function newHead(
	{ posting, document }: SigningWish,
	seen: string,
	{ store, sync, hand, signal }: SigningParts,
): Promise<string | undefined> {
	await sync.exchange(signal);
	const posted = requireView(store, posting).documents.find(({ id }) => id === document);
	const before = posted?.revisions.find(({ sha256 }) => sha256 === seen);
	if (!posted || !before) return undefined;
	const head = headOf(posted);
	if (hand.needsPerson) return undefined;
	await download(sync.connection(), store, head, { signal });
	const path = join(hand.folder, `${head.sha256.slice(0, 16)}.pdf`);
	store.blobs.writeTo(head.sha256, path);
	return (await hand.addedSignaturesAlone(path, before.size)) ? head.sha256 : undefined;
}

export type OfferParts = Pick<SigningParts, 'store' | 'sync' | 'signal'>;

type Offered =
	| { readonly kind: 'applied' }
	| { readonly kind: 'waiting'; readonly opId: string }
	| { readonly kind: 'trouble'; readonly trouble: Trouble };

/** Gives a command to the outbox and sends it at once, where the service can be reached. What is refused is taken back. */
export async function offer(
	entity: PostingView['id'],
	command: Command,
	uploads: readonly Upload[],
	{ store, sync, signal }: OfferParts,
): Promise<Offered> {
	const { outbox } = sync;
	const blocked = outbox.queued(entity).find(({ trouble }) => trouble !== undefined);
	if (blocked) {
		throw new ServiceError('posting-blocked', 'The service has not taken something that you did here before.', {
			hint: 'Decide about it first: try it again, or give it up.',
			subject: entity,
		});
	}
	const [opId = ''] = outbox.give([{ entity, baseVersion: requireView(store, entity).version, command, uploads }]);
	try {
		await sync.exchange(signal);
	} catch (error) {
		if (!isUnreachable(error) && !(error instanceof ServiceError && error.code === 'login-needed')) throw error;
	}
	const left = outbox.get(opId);
	if (!left) return { kind: 'applied' };
	if (!left.trouble) return { kind: 'waiting', opId };
	outbox.giveUp(opId);
	return { kind: 'trouble', trouble: left.trouble };
}

export const isOvertaken = (trouble: Trouble): boolean =>
	trouble.kind === 'rejected' && trouble.code === 'head-changed';

export const refused = (trouble: Trouble): SignedInPosting => ({ outcome: 'refused', trouble });

export function requireView(store: LocalStore, id: PostingView['id']): PostingView {
	const view = seenPosting(store, id);
	if (view) return view;
	throw new ServiceError('posting-unknown', 'This posting is not here any more.', {
		hint: 'Look at the list again; it may have been withdrawn.',
		subject: id,
	});
}
