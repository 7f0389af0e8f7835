/** Signatures that were made and could not be submitted yet, for want of a timestamp or of proof. */
import { join } from 'node:path';
import {
	documentId,
	newUuid,
	postingId,
	sha256 as sha256Schema,
	signatoryId,
	signatureId,
} from '../postings/identifiers.ts';
import { headOf } from '../postings/posting.ts';
import type { PostingView } from '../postings/protocol/view.ts';
import type { StoredSignature } from '../store/keptSignatureTable.ts';
import type { LocalStore } from '../store/localStore.ts';
import { isUnreachable } from './delivery.ts';
import {
	isOvertaken,
	keepSignature,
	type MadeFor,
	type MadeSignature,
	offer,
	refused,
	requireView,
	type SignedInPosting,
	type SigningParts,
	submit,
} from './signing.ts';

export interface CompletionParts extends Omit<SigningParts, 'hand'> {
	/** Adds what lacks to a signed file. @throws where nothing could be added. */
	complete(path: string): Promise<MadeSignature>;
	/** For files on the way; of this user alone. */
	readonly folder: string;
}

/** The kept signatures that can still be submitted: over the present head of their document. */
export const keptSignaturesIn = (store: LocalStore, view: PostingView): readonly StoredSignature[] =>
	store.keptSignatures.of(view.id).filter((kept) => isOverHead(kept, view));

/**
 * Completes a kept signature and submits it; no key is asked.
 *
 * @returns `incomplete` where something still lacks: it stays kept, with what was added. `changed` where somebody else has
 *   signed meanwhile: then the document has to be signed anew, and nothing is kept of this.
 * @throws whatever kept it from being completed; it stays kept. {ServiceError} `login-needed`, `posting-blocked`.
 */
export async function completeInPosting(kept: StoredSignature, parts: CompletionParts): Promise<SignedInPosting> {
	const { store, sync, clock, signal } = parts;
	const made = madeFor(kept, postingId.parse(kept.posting));
	try {
		await sync.exchange(signal);
	} catch (error) {
		// What the service does not hear of now waits in the outbox.
		if (!isUnreachable(error)) throw error;
	}
	if (!isOverHead(kept, requireView(store, made.posting))) return overtaken(kept, store);
	const path = join(parts.folder, `${kept.signed.slice(0, 16)}.pdf`);
	store.blobs.writeTo(kept.signed, path);
	const completed = await parts.complete(path);
	if (completed.lack) {
		keepSignature(made, completed.path, parts);
		return { outcome: 'incomplete', cause: completed.lack };
	}
	// A lease of its own: the first may have run out, and the service decides once about each signature.
	const signature = signatureId.parse(newUuid(clock.now()));
	const { posting, as, document, base } = made;
	const lease = await offer(posting, { type: 'prepareSignature', body: { as, signature, document, base } }, [], parts);
	if (lease.kind === 'trouble') return isOvertaken(lease.trouble) ? overtaken(kept, store) : refused(lease.trouble);
	const sent = await submit({ ...made, signature }, completed.path, parts);
	return sent === 'head-changed' ? overtaken(kept, store) : sent;
}

function madeFor({ signatory, document, base, baseSize }: StoredSignature, posting: PostingView['id']): MadeFor {
	return {
		posting,
		as: signatoryId.parse(signatory),
		document: documentId.parse(document),
		base: sha256Schema.parse(base),
		baseSize,
	};
}

function overtaken(kept: StoredSignature, store: LocalStore): SignedInPosting {
	store.keptSignatures.remove(kept);
	return { outcome: 'changed' };
}

function isOverHead({ document, base }: StoredSignature, { documents }: PostingView): boolean {
	const posted = documents.find(({ id }) => id === document);
	return posted !== undefined && headOf(posted).sha256 === base;
}
