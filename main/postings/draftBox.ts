import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.ts';
import { decide } from '../../core/postings/decide.ts';
import { type DocumentId, documentId, newUuid, postingId, sha256, tenantId } from '../../core/postings/identifiers.ts';
import { type PostingContent, postingContent } from '../../core/postings/posting.ts';
import type { LocalStore } from '../../core/store/localStore.ts';
import { type DeviceAccount, requireAccount } from '../../core/sync/deviceAccount.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import {
	type DraftDocument,
	type DraftPerson,
	type DraftSummary,
	type PostingDraft,
	postingDraft,
} from '../../preload/contract.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { LocalPostings } from './localPostings.ts';
import { namedPerson } from './postingDesk.ts';

const DAY = 86_400_000;

export interface DraftBoxParts {
	readonly local: LocalPostings;
	readonly reading: Pick<ReadingPool, 'run'>;
	readonly folder: PrivateFolder;
	readonly clock: Clock;
}

/** Postings that are being written: on this device alone, until they are sent. */
export class DraftBox {
	readonly #parts: DraftBoxParts;

	constructor(parts: DraftBoxParts) {
		this.#parts = parts;
	}

	/** Changed last, first. */
	async list(): Promise<readonly DraftSummary[]> {
		if (!this.#parts.local.exists) return [];
		const { store } = await this.#parts.local.open();
		return store.drafts.all().map(({ changedAt, body }) => {
			const { id, title } = parseDraft(body);
			return { id, title, changedAt };
		});
	}

	/** With one step and nobody in it, two weeks to sign, and deleted after three months. */
	create(): PostingDraft {
		const now = this.#parts.clock.now();
		const ahead = (days: number) => new Date(now.getTime() + days * DAY).toISOString();
		return postingDraft.parse({
			id: newUuid(now),
			title: '',
			message: '',
			documents: [],
			steps: [{ id: newUuid(now), count: null, documents: [] }],
			people: [],
			fields: [],
			assurance: 3,
			signatureLevel: 'b-lta',
			expiresAt: ahead(14),
			deleteAt: ahead(90),
			remindAfterDays: 3,
			allowDelegation: false,
		});
	}

	/** @throws {ServiceError} `draft-unknown` */
	async get(id: string): Promise<PostingDraft> {
		const { store } = await this.#parts.local.open();
		const stored = store.drafts.get(id);
		if (stored) return parseDraft(stored.body);
		throw new ServiceError('draft-unknown', 'This draft is not here any more.', {
			hint: 'It was sent or removed; look at the list again.',
			subject: id,
		});
	}

	async save(draft: PostingDraft): Promise<void> {
		const { store } = await this.#parts.local.open();
		store.drafts.put({ id: draft.id, changedAt: this.#parts.clock.now().toISOString(), body: JSON.stringify(draft) });
	}

	async remove(id: string): Promise<void> {
		const { store } = await this.#parts.local.open();
		store.drafts.remove(id);
	}

	/** Takes a document in. @param path of bytes that were opened. */
	async addDocument(path: string, name: string, pages: number): Promise<DraftDocument> {
		const { store } = await this.#parts.local.open();
		const kept = store.blobs.putFile(path);
		return { id: documentId.parse(newUuid(this.#parts.clock.now())), name, pages, ...kept };
	}

	/** A document of a draft as a file in the private folder. @throws {ServiceError} `blob-missing` */
	async fileOf(document: Pick<DraftDocument, 'sha256' | 'name'>): Promise<string> {
		const { store } = await this.#parts.local.open();
		return blobFile(store, document, this.#parts.folder);
	}

	/**
	 * Asks the rules first, puts the fields into the documents, and gives it to the outbox.
	 *
	 * @throws {PostingError} {ServiceError} `draft-incomplete` with what is missing; {ToldFailure} for a document that takes
	 * no field; then nothing was sent, and the draft is kept.
	 */
	async send(draft: PostingDraft): Promise<void> {
		const { store, sync } = await this.#parts.local.open();
		const account = requireAccount(store);
		const prepared = await this.#withFields(store, draft);
		const content = contentOf(draft, prepared);
		refuseEarly(draft, content, account, this.#parts.clock.now());
		const uploads = prepared.map(({ document, sha256: digest }) => ({
			sha256: sha256.parse(digest),
			document: documentId.parse(document.id),
			kind: 'document' as const,
		}));
		const entity = postingId.parse(draft.id);
		store.transaction(() => {
			sync.outbox.give([
				{ entity, baseVersion: 0, command: { type: 'create', body: { content } }, uploads },
				{ entity, baseVersion: 1, command: { type: 'activate', body: {} } },
			]);
			store.drafts.remove(draft.id);
		});
		sync.nudge();
	}

	async #withFields(store: LocalStore, draft: PostingDraft): Promise<readonly Prepared[]> {
		const { reading, folder } = this.#parts;
		return Promise.all(
			draft.documents.map(async (document): Promise<Prepared> => {
				const signers = signersOf(draft, document.id);
				const path = await blobFile(store, document, folder);
				const { sha256: digest, size } = document;
				if (signers.length === 0) return { document, sha256: digest, size, fields: new Map() };
				const out = await folder.place(document.name);
				const places = signers.map((person) => placeFor(draft, document.id, person.id));
				const names = await reading.run('writeWithFields', { path, password: undefined, out, places });
				return {
					document,
					...store.blobs.putFile(out),
					fields: new Map(signers.map(({ id }, at) => [id, names[at] ?? ''])),
				};
			}),
		);
	}
}

/** A document with the fields in it. */
interface Prepared {
	readonly document: DraftDocument;
	readonly sha256: string;
	readonly size: number;
	/** Names by signatory. */
	readonly fields: ReadonlyMap<string, string>;
}

/** Writes a blob of the store to a file of this name in the private folder. @throws {ServiceError} `blob-missing` */
export async function blobFile(
	store: LocalStore,
	{ sha256: digest, name }: { readonly sha256: string; readonly name: string },
	folder: PrivateFolder,
): Promise<string> {
	if (store.blobs.size(digest) === undefined) {
		throw new ServiceError('blob-missing', `${name} is no longer in the local store.`, {
			hint: 'Add the document again.',
			subject: name,
		});
	}
	const path = await folder.place(name);
	store.blobs.writeTo(digest, path);
	return path;
}

/** Those who sign a document, in the order of the steps. */
function signersOf({ steps, people }: PostingDraft, document: string): readonly DraftPerson[] {
	return steps
		.filter(({ documents }) => documents.includes(document))
		.flatMap(({ id }) => people.filter(({ step, role }) => step === id && (role === 'signer' || role === 'witness')));
}

function placeFor({ fields }: PostingDraft, document: string, person: string) {
	const field = fields.find((one) => one.document === document && one.person === person);
	return field ? { page: field.page, ...field.rectangle } : null;
}

/** @throws {ServiceError} `draft-incomplete` */
function contentOf(draft: PostingDraft, prepared: readonly Prepared[]): PostingContent {
	const { title, message, assurance, signatureLevel, expiresAt, deleteAt, remindAfterDays, allowDelegation } = draft;
	const parsed = postingContent.safeParse({
		title,
		message,
		minLevel: assurance,
		signatureLevel,
		expiresAt,
		deleteAt,
		remindAfterDays,
		allowDelegation,
		documents: prepared.map(({ document: { id, name }, sha256: digest, size }) => ({
			id,
			name,
			content: { sha256: digest, size },
		})),
		steps: draft.steps.map(({ id, count, documents }) => ({
			id,
			rule: count === null ? { kind: 'all' } : { kind: 'some', count },
			minLevel: null,
			documents,
		})),
		signatories: draft.people.map(({ id, step, role, name, email, language, identifier }) => ({
			id,
			step,
			role,
			...namedPerson({ name, email, language, identifier: identifier.trim() || null }),
			fields: prepared.flatMap(({ document, fields }) => {
				const field = fields.get(id);
				return field === undefined ? [] : [{ document: document.id, name: field }];
			}),
		})),
	});
	if (parsed.success) return parsed.data;
	throw new ServiceError('draft-incomplete', `The posting is not complete yet: ${z.prettifyError(parsed.error)}`, {
		hint: 'Complete it; the draft is kept as it is.',
		subject: title,
	});
}

/** The service's own rules, before anything is sent. @throws {PostingError} */
function refuseEarly(draft: PostingDraft, content: PostingContent, { account }: DeviceAccount, now: Date): void {
	const { user, level, name, email, language, identifiers } = account;
	const actor = {
		kind: 'person',
		user,
		level,
		emails: email === null ? [] : [email],
		identifiers,
		enrolled: [],
	} as const;
	// Which tenant it is changes no rule.
	const circumstances = { id: postingId.parse(draft.id), tenant: tenantId.parse(newUuid(now)), actor, now };
	const owner = { user, name, email: email ?? '', language };
	const created = decide(undefined, { type: 'create', content, owner }, circumstances);
	const fields = new Map<DocumentId, readonly string[]>();
	for (const field of content.signatories.flatMap((one) => one.fields)) {
		fields.set(field.document, [...(fields.get(field.document) ?? []), field.name]);
	}
	decide(created.posting, { type: 'activate', fields }, circumstances);
}

function parseDraft(body: string): PostingDraft {
	const value: unknown = JSON.parse(body);
	return postingDraft.parse(value);
}
