/** The application without its window: a store, an outbox and a token, as somebody has them at their desk. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { Draft } from '../../core/pades/draft.ts';
import { signDraft } from '../../core/pades/signDraft.ts';
import { certificateOf, chooseAlgorithm } from '../../core/pades/signerCertificate.ts';
import { Stopwatch } from '../../core/pades/stopwatch.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { type Keystore, KeystoreError } from '../../core/ports/keystore.ts';
import type { Signer } from '../../core/ports/signer.ts';
import { type PostingId, postingId, signatoryId } from '../../core/postings/identifiers.ts';
import type { BlobReference, PostingContent } from '../../core/postings/posting.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import { type LocalStore, openLocalStore } from '../../core/store/localStore.ts';
import { download } from '../../core/sync/blobTransfer.ts';
import { enrolCertificate, logInByCard } from '../../core/sync/cardLogin.ts';
import { Connection } from '../../core/sync/connection.ts';
import { accountOf, takeSession } from '../../core/sync/deviceAccount.ts';
import { type Command, seenPosting, seenPostings, type Trouble } from '../../core/sync/outbox.ts';
import { type SignedInPosting, type SigningHand, signInPosting } from '../../core/sync/signing.ts';
import { Synchroniser } from '../../core/sync/synchroniser.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import { addedSignaturesAlone } from '../../core/validation/changes/signaturesAlone.ts';

export interface PostingAppOptions {
	/** Of this application alone; opened again after it died, it goes on where it was. */
	readonly folder: string;
	readonly service: string;
	/** Opens the token; asked each time it is needed, as people put their card in. */
	readonly openSigner: () => Promise<Signer>;
	/** Address of a timestamp authority. */
	readonly tsa: string;
}

/** There is no keyring here: the store's key goes into a file. */
const noKeyring: Keystore = {
	get: () => Promise.reject(noKeystore()),
	put: () => Promise.reject(noKeystore()),
	remove: () => Promise.reject(noKeystore()),
};
const noKeystore = () => new KeystoreError('keystore-unavailable', 'no keyring', { hint: 'Use a file.' });

/** The service, or a rule, did not take a command. */
export class CommandRefused extends Error {
	readonly code: string;

	constructor(trouble: Trouble) {
		const [code, message] = trouble.kind === 'conflict' ? ['conflict', 'conflict'] : [trouble.code, trouble.message];
		super(`${code}: ${message}`);
		this.code = code;
	}
}

export class PostingApp implements AsyncDisposable {
	readonly store: LocalStore;
	readonly sync: Synchroniser;
	readonly #options: PostingAppOptions;
	readonly #fetcher: HttpFetcher;

	private constructor(options: PostingAppOptions, store: LocalStore, fetcher: HttpFetcher) {
		this.#options = options;
		this.#fetcher = fetcher;
		this.store = store;
		this.sync = new Synchroniser({ store, fetcher: () => fetcher, clock: systemClock, changed: () => {} });
	}

	static async open(options: PostingAppOptions): Promise<PostingApp> {
		const { store } = await openLocalStore(options.folder, noKeyring);
		return new PostingApp(options, store, new HttpFetcher());
	}

	/** Logs in with the token, where that is still to be done. */
	async logIn(): Promise<void> {
		if (accountOf(this.store)?.session !== undefined) return;
		const { service } = this.#options;
		await this.#withToken(async (signer) => {
			const session = await logInByCard(new Connection(this.#fetcher, service), proofOf(signer));
			takeSession(this.store, service, session);
		});
	}

	/** Enrols the token's certificate. */
	async enrol(): Promise<void> {
		await this.#withToken((signer) => enrolCertificate(this.sync.connection(), proofOf(signer)));
	}

	/** Puts a posting into the outbox, with its documents, as activated. */
	send(id: PostingId, content: PostingContent, documents: readonly Uint8Array[]): void {
		for (const bytes of documents) this.store.blobs.put(bytes);
		const uploads = content.documents.map(({ id: document, content: { sha256 } }) => ({
			...{ sha256, document, kind: 'document' as const },
		}));
		this.sync.outbox.give([
			{ entity: id, baseVersion: 0, command: { type: 'create', body: { content } }, uploads },
			{ entity: id, baseVersion: 1, command: { type: 'activate', body: {} } },
		]);
	}

	exchange(): Promise<void> {
		return this.sync.exchange();
	}

	get postings(): readonly PostingView[] {
		return seenPostings(this.store);
	}

	view(id: string): PostingView {
		const found = seenPosting(this.store, postingId.parse(id));
		if (!found) throw new TypeError(`${id} is not here`);
		return found;
	}

	/** Gives a command and sends it. @throws {CommandRefused} after taking it back. */
	async give(id: string, command: Command): Promise<void> {
		const [opId] = this.sync.outbox.give([
			{ entity: postingId.parse(id), baseVersion: this.view(id).version, command },
		]);
		await this.exchange();
		const left = opId && this.sync.outbox.get(opId);
		if (!left) return;
		this.sync.outbox.giveUp(left.op.opId);
		if (left.trouble) throw new CommandRefused(left.trouble);
	}

	/** The place in a posting that is the person's. */
	own(id: string) {
		const { own } = this.view(id);
		return signatoryId.parse(own.at(-1));
	}

	/** Signs every document that is asked for, one after another. */
	async sign(id: string): Promise<readonly SignedInPosting[]> {
		return this.#withToken(async (signer) => {
			const results: SignedInPosting[] = [];
			for (const wish of this.#wishes(id)) {
				const hand = this.#handOf(signer, this.view(id).signatureLevel);
				results.push(await signInPosting(wish, { store: this.store, sync: this.sync, clock: systemClock, hand }));
			}
			return results;
		});
	}

	/** The bytes of a revision, a receipt or a bundle. */
	async fetch(blob: BlobReference): Promise<Uint8Array> {
		await download(this.sync.connection(), this.store, blob);
		return this.store.blobs.read(blob.sha256, 0, blob.size);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.sync.stop();
		await this.#fetcher.close();
		this.store.close();
	}

	#wishes(id: string) {
		const view = this.view(id);
		return view.signatories
			.filter((one) => view.own.includes(one.id) && (one.state === 'notified' || one.state === 'opened'))
			.flatMap((one) =>
				one.fields.flatMap(({ document }) => {
					const isSigned = view.signatures.some(
						({ state, document: signed, signatory }) =>
							state === 'accepted' && signed === document && signatory === one.id,
					);
					const head = view.documents.find((posted) => posted.id === document)?.revisions.at(-1);
					return isSigned || !head ? [] : [{ posting: view.id, as: one.id, document, seen: head.sha256 }];
				}),
			);
	}

	#handOf(signer: Signer, level: 'b-b' | 'b-t' | 'b-lt' | 'b-lta'): SigningHand {
		const { folder, tsa } = this.#options;
		const supply = new TsaClient({ authorities: [{ url: tsa }], fetcher: this.#fetcher, clock: systemClock });
		return {
			needsPerson: false,
			folder,
			addedSignaturesAlone: async (path, seen) => addedSignaturesAlone(path, seen),
			sign: async ({ path, field }) => {
				const draft = Draft.open(path, { digest: 'sha256' });
				try {
					const options = { digest: 'sha256' as const, signingTime: systemClock.now(), field };
					const request = { level, options, chain: signer.chain };
					const { failure } = await signDraft(draft, signer, supply, request, new Stopwatch());
					const out = join(folder, 'signed.pdf');
					writeFileSync(out, draft.source.read(0, draft.source.size));
					return { path: out, lack: failure };
				} finally {
					draft.close();
				}
			},
		};
	}

	async #withToken<Result>(work: (signer: Signer) => Promise<Result>): Promise<Result> {
		const signer = await this.#options.openSigner();
		try {
			return await work(signer);
		} finally {
			await signer.close();
		}
	}
}

const proofOf = (signer: Signer) => ({
	signer,
	algorithm: chooseAlgorithm(certificateOf(signer), 'sha256', false, signer),
});
