/** What happens after the end: receipts, the bundle, downloads that were acknowledged, destruction. */
import type { CommandOf } from '../commands.ts';
import type { Outcome } from '../events.ts';
import type { Instant } from '../identifiers.ts';
import { isEnded, type LivePosting, type PurgedPosting, type Signatory } from '../posting.ts';
import { PostingError } from '../postingError.ts';
import { changeSignatory, hasActed } from '../progress.ts';
import { signatoryOf } from './signatories.ts';

/** The last moment at which something that began at `start` may still be kept: one year. */
export function lastDeletion(start: Instant): Instant {
	const end = new Date(start);
	end.setUTCFullYear(end.getUTCFullYear() + 1);
	return end.toISOString();
}

/** Whose receipt is still to be made: who has done their part. */
export const receiptsOwed = ({ signatories }: LivePosting): readonly Signatory[] =>
	signatories.filter((one) => one.role !== 'viewer' && hasActed(one) && one.receipt === null);

/** Whether the bundle is still to be made: it holds the receipts, and there is one where somebody acted. */
export const isBundleOwed = (posting: LivePosting): boolean =>
	isEnded(posting) && posting.bundle === null && hasSomethingToTake(posting) && receiptsOwed(posting).length === 0;

/** @throws {PostingError} `signatory-unknown`, `nothing-to-acknowledge` */
export function recordReceipt(
	posting: LivePosting,
	{ signatory: id, receipt }: CommandOf<'recordReceipt'>,
): Outcome<LivePosting> {
	if (!receiptsOwed(posting).includes(signatoryOf(posting, id)))
		throw new PostingError('nothing-to-acknowledge', `no receipt is owed to ${id}`);
	return {
		posting: changeSignatory(posting, id, { receipt }),
		events: [{ action: 'signatory.receipted', signatory: id, detail: { receipt: receipt.sha256 } }],
	};
}

/** @throws {PostingError} `not-ended` */
export function recordBundle(posting: LivePosting, { bundle }: CommandOf<'recordBundle'>): Outcome<LivePosting> {
	if (!isBundleOwed(posting)) throw new PostingError('not-ended', `no bundle is owed for ${posting.id}`);
	return {
		posting: { ...posting, bundle },
		events: [{ action: 'posting.bundled', detail: { bundle: bundle.sha256 } }],
	};
}

/** @throws {PostingError} `not-ended`, `nothing-to-acknowledge` */
export function acknowledge(
	posting: LivePosting,
	{ bundle }: CommandOf<'acknowledge'>,
	now: Instant,
): Outcome<LivePosting> {
	if (!isEnded(posting)) throw new PostingError('not-ended', `posting ${posting.id} is ${posting.state}`);
	if (posting.bundle?.sha256 !== bundle)
		throw new PostingError('nothing-to-acknowledge', `${bundle} is not the bundle of ${posting.id}`);
	return {
		posting: { ...posting, downloadedAt: posting.downloadedAt ?? now },
		events: posting.downloadedAt === null ? [{ action: 'posting.downloaded', detail: { bundle } }] : [],
	};
}

/** @throws {PostingError} `nothing-to-acknowledge` */
export function release(
	posting: LivePosting,
	{ receipt }: CommandOf<'release'>,
	signatory: Signatory,
	now: Instant,
): Outcome<LivePosting> {
	if (signatory.receipt?.sha256 !== receipt)
		throw new PostingError('nothing-to-acknowledge', `${receipt} is not the receipt of ${signatory.name}`);
	if (signatory.releasedAt !== null) return { posting, events: [] };
	return {
		posting: changeSignatory(posting, signatory.id, { releasedAt: now }),
		events: [{ action: 'signatory.released', signatory: signatory.id, detail: { receipt } }],
	};
}

/**
 * When a posting's content is destroyed. At once when the owner has the bundle and every signatory released their receipt;
 * else at `deleteAt`, but not before the owner has what is in it; and in any case when a year is over.
 */
export function purgeTime(posting: LivePosting): Instant {
	const last = lastDeletion(posting.activatedAt ?? posting.createdAt);
	if (!hasSomethingToTake(posting)) return posting.activatedAt === null ? posting.createdAt : posting.deleteAt;
	if (posting.downloadedAt === null) return last;
	const released = posting.signatories.every((one) => one.receipt === null || one.releasedAt !== null);
	return released ? posting.downloadedAt : posting.deleteAt;
}

/**
 * Leaves the tombstone. Whoever stores it destroys the keys of the documents.
 *
 * @throws {PostingError} `not-ended`, `download-not-acknowledged`, `not-due`
 */
export function purge(posting: LivePosting, now: Instant): Outcome<PurgedPosting> {
	if (!isEnded(posting)) throw new PostingError('not-ended', `posting ${posting.id} is ${posting.state}`);
	const time = purgeTime(posting);
	if (time > now) {
		const code = posting.deleteAt <= now ? 'download-not-acknowledged' : 'not-due';
		throw new PostingError(code, `posting ${posting.id} is kept until ${time}`);
	}
	const { id, tenant, version, state: endState } = posting;
	return {
		posting: { id, tenant, version, state: 'purged', endState, purgedAt: now },
		events: [{ action: 'posting.purged', detail: { endState } }],
	};
}

/** Whether anybody has signed, approved or witnessed. */
export const hasSomethingToTake = ({ signatories, signatures, state }: LivePosting): boolean =>
	state === 'completed' ||
	signatures.some((one) => one.state === 'accepted') ||
	signatories.some((one) => one.role !== 'viewer' && hasActed(one));
