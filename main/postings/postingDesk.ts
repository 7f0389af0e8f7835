import type { Clock } from '../../core/ports/clock.ts';
import { type DocumentId, newUuid, postingId as postingIdOf, signatoryId } from '../../core/postings/identifiers.ts';
import { type BlobReference, headOf, type PersonNamed } from '../../core/postings/posting.ts';
import { timeline } from '../../core/postings/protocol/event.ts';
import type { PostingView, SignatoryView } from '../../core/postings/protocol/view.ts';
import { download } from '../../core/sync/blobTransfer.ts';
import { requireAccount } from '../../core/sync/deviceAccount.ts';
import { keptSignaturesIn } from '../../core/sync/keptSignatures.ts';
import { type Command, seenPosting, seenPostings } from '../../core/sync/outbox.ts';
import { withPending } from '../../core/sync/pending.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import type { NamedPerson, Posting, PostingSummary, TimelineEntry } from '../../preload/contract.ts';
import type { LocalPostings, OpenedPostings } from './localPostings.ts';
import { actingIn, type Present, postingOf, summaryOf } from './postingShape.ts';

/** What can be done with postings, for the window and for scripts alike. */
export class PostingDesk {
	readonly #local: LocalPostings;
	readonly #clock: Clock;

	constructor(local: LocalPostings, clock: Clock) {
		this.#local = local;
		this.#clock = clock;
	}

	/** What is to be done first comes first, then what ends first; what has ended is last. */
	async list(): Promise<readonly PostingSummary[]> {
		if (!this.#local.exists) return [];
		const opened = await this.#local.open();
		const known = new Set([
			...seenPostings(opened.store).map(({ id }) => id),
			...opened.sync.outbox.queued().map(({ op }) => op.entity),
		]);
		const present = [...known].map((id) => presentIn(opened, id)).filter((one) => one !== undefined);
		return present.map(summaryOf).toSorted(byUrgency);
	}

	async get(id: string): Promise<Posting> {
		return postingOf(await this.present(id), this.#clock.now());
	}

	/** @throws {ServiceError} `posting-unknown` */
	async present(id: string): Promise<Present> {
		const found = presentIn(await this.#local.open(), postingIdOf.parse(id));
		if (found) return found;
		throw new ServiceError('posting-unknown', 'There is no such posting.', {
			hint: 'Look at the list again; it may have been withdrawn.',
			subject: id,
		});
	}

	/** What happened, oldest first; from the service alone, which keeps the record. @throws {NetworkError} {ServiceError} */
	async timeline(id: string): Promise<readonly TimelineEntry[]> {
		const { view } = await this.present(id);
		const { sync } = await this.#local.open();
		const { events } = await sync
			.connection()
			.read({ method: 'GET', path: `/v1/postings/${view.id}/events` }, timeline);
		const nameOf = (wanted: string | null) => view.signatories.find((one) => one.id === wanted)?.name ?? null;
		return events.map(({ seq, at, action, actor, signatory, document }) => ({
			seq,
			at,
			action,
			by: actor,
			person: nameOf(signatory),
			document: view.documents.find((one) => one.id === document)?.name ?? null,
		}));
	}

	/** Brings a document's newest revision into the store, and lets the owner know that it was opened. */
	async fetchDocument(id: string, document: string): Promise<{ readonly name: string; readonly blob: BlobReference }> {
		const { view } = await this.present(id);
		const found = view.documents.find((one) => one.id === document);
		if (!found) throw unknownDocument(document);
		const head = headOf(found);
		await this.#fetch(head);
		const unopened = actingIn(view).filter(({ state }) => state === 'notified');
		if (unopened.length > 0)
			await this.#give(
				view,
				unopened.map(({ id: as }) => ({ type: 'open', body: { as } })),
			);
		return { name: found.name, blob: head };
	}

	async approve(id: string): Promise<Posting> {
		return this.#asSignatory(
			id,
			({ role }) => role === 'approver',
			({ id: as }) => ({ type: 'approve', body: { as } }),
		);
	}

	async decline(id: string, reason: string): Promise<Posting> {
		return this.#asSignatory(
			id,
			({ role }) => role !== 'viewer',
			({ id: as }) => ({ type: 'decline', body: { as, reason } }),
		);
	}

	async delegate(id: string, person: NamedPerson): Promise<Posting> {
		return this.#asSignatory(
			id,
			({ role }) => role !== 'viewer',
			({ id: as }) => ({
				type: 'delegate',
				body: { as, successor: this.#newSignatory(), person: namedPerson(person) },
			}),
		);
	}

	async cancel(id: string, reason: string): Promise<Posting> {
		return this.#asOwner(id, { type: 'cancel', body: { reason } });
	}

	async acceptDecline(id: string): Promise<Posting> {
		return this.#asOwner(id, { type: 'acceptDecline', body: {} });
	}

	async remind(id: string, person: string): Promise<Posting> {
		return this.#asOwner(id, { type: 'remind', body: { signatory: signatoryId.parse(person) } });
	}

	async replace(id: string, person: string, by: NamedPerson): Promise<Posting> {
		const successor = this.#newSignatory();
		const signatory = signatoryId.parse(person);
		return this.#asOwner(id, { type: 'replace', body: { signatory, successor, person: namedPerson(by) } });
	}

	/** The bundle, in the store. @throws {ServiceError} `bundle-not-ready` */
	async fetchBundle(id: string): Promise<{ readonly name: string; readonly blob: BlobReference }> {
		const { view } = await this.present(id);
		const blob = bundleOf(view);
		await this.#fetch(blob);
		return { name: `${view.title}.zip`, blob };
	}

	async acknowledge(id: string): Promise<Posting> {
		const { view } = await this.present(id);
		return this.#asOwner(id, { type: 'acknowledge', body: { bundle: bundleOf(view).sha256 } });
	}

	/** The person's receipt, in the store. @throws {ServiceError} `receipt-not-ready` */
	async fetchReceipt(id: string): Promise<{ readonly name: string; readonly blob: BlobReference }> {
		const { view } = await this.present(id);
		const { receipt } = ownReceipt(view);
		await this.#fetch(receipt);
		return { name: `${view.title}-receipt.pdf`, blob: receipt };
	}

	/** The person has the receipt: the service need not keep it. */
	async release(id: string): Promise<Posting> {
		const { view } = await this.present(id);
		const { as, receipt } = ownReceipt(view);
		await this.#give(view, [{ type: 'release', body: { as, receipt: receipt.sha256 } }]);
		return this.get(id);
	}

	async again(opId: string): Promise<void> {
		const { sync } = await this.#local.open();
		sync.outbox.again(opId);
		sync.nudge();
	}

	async giveUp(opId: string): Promise<void> {
		const { sync } = await this.#local.open();
		sync.outbox.giveUp(opId);
		sync.nudge();
	}

	async #asOwner(id: string, command: Command): Promise<Posting> {
		const { view } = await this.present(id);
		await this.#give(view, [command]);
		return this.get(id);
	}

	/** In every place of the person that fits: one who is named twice does it for both. */
	async #asSignatory(
		id: string,
		fits: (one: SignatoryView) => boolean,
		command: (one: SignatoryView) => Command,
	): Promise<Posting> {
		const { view } = await this.present(id);
		const places = actingIn(view).filter(fits);
		if (places.length === 0) {
			throw new ServiceError('nothing-asked', `Nothing is asked of you in “${view.title}” now.`, {
				hint: 'Look at the posting again.',
				subject: view.title,
			});
		}
		await this.#give(view, places.map(command));
		return this.get(id);
	}

	async #give(view: PostingView, commands: readonly Command[]): Promise<void> {
		const { store, sync } = await this.#local.open();
		const baseVersion = seenPosting(store, view.id)?.version ?? 0;
		sync.outbox.give(commands.map((command) => ({ entity: view.id, baseVersion, command })));
		sync.nudge();
	}

	async #fetch(blob: BlobReference): Promise<void> {
		const { store, sync } = await this.#local.open();
		if (store.blobs.size(blob.sha256) === undefined) await download(sync.connection(), store, blob);
	}

	#newSignatory() {
		return signatoryId.parse(newUuid(this.#clock.now()));
	}
}

function presentIn({ store, sync }: OpenedPostings, id: PostingView['id']): Present | undefined {
	const queued = sync.outbox.queued(id);
	const view = withPending(seenPosting(store, id), queued, requireAccount(store).account);
	return view && { view, queued, kept: keptSignaturesIn(store, view) };
}

function byUrgency(one: PostingSummary, other: PostingSummary): number {
	const rank = ({ state, todo, pending }: PostingSummary): number => {
		if (pending === 'troubled') return 0;
		if (todo !== null) return 1;
		return state === 'active' || state === 'draft' ? 2 : 3;
	};
	return rank(one) - rank(other) || (one.expiresAt < other.expiresAt ? -1 : 1);
}

export const namedPerson = ({ name, email, language, identifier }: NamedPerson): PersonNamed => ({
	name,
	email,
	language,
	identity: identifier === null ? { kind: 'enrolled' } : { kind: 'identifier', identifier },
});

function bundleOf({ bundle, title }: PostingView): BlobReference {
	if (bundle) return bundle;
	throw new ServiceError('bundle-not-ready', `“${title}” has no bundle yet.`, {
		hint: 'It is made when the posting has ended; look again in a moment.',
		subject: title,
	});
}

function ownReceipt({ signatories, own, title }: PostingView) {
	for (const { id, receipt } of signatories) if (own.includes(id) && receipt !== null) return { as: id, receipt };
	throw new ServiceError('receipt-not-ready', `There is no receipt for you in “${title}” yet.`, {
		hint: 'It is made when you have done your part; look again in a moment.',
		subject: title,
	});
}

export const unknownDocument = (document: DocumentId | string): ServiceError =>
	new ServiceError('document-unknown', 'The posting has no such document.', {
		hint: 'Look at the posting again.',
		subject: document,
	});
