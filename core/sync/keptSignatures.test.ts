import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keySigner } from '../../test/kit/keySigner.ts';
import { planPosting } from '../../test/kit/postingScene.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { certificateOf, chooseAlgorithm } from '../pades/signerCertificate.ts';
import { systemClock } from '../ports/clock.ts';
import { type Keystore, KeystoreError } from '../ports/keystore.ts';
import type { PostingView } from '../postings/protocol/view.ts';
import { type LocalStore, openLocalStore } from '../store/localStore.ts';
import { logInByCard } from './cardLogin.ts';
import { Connection } from './connection.ts';
import { takeSession } from './deviceAccount.ts';
import { type CompletionParts, completeInPosting, keptSignaturesIn } from './keptSignatures.ts';
import { seenPosting } from './outbox.ts';
import { keepSignature, type MadeFor } from './signing.ts';
import { Synchroniser } from './synchroniser.ts';

const refuse = async () => {
	throw new KeystoreError('keystore-unavailable', 'no keyring', { hint: 'none' });
};
const noKeyring: Keystore = { get: refuse, put: refuse, remove: refuse };

let site: ServiceSite;
let folder: string;
let store: LocalStore;
let sync: Synchroniser;
let fetcher: HttpFetcher;

beforeAll(async () => {
	site = await ServiceSite.start();
});
afterAll(() => site.close());

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-kept-'));
	({ store } = await openLocalStore(folder, noKeyring));
	fetcher = new HttpFetcher();
	sync = new Synchroniser({ store, fetcher: () => fetcher, clock: systemClock, changed: () => {} });
	const signer = keySigner(site.pki.issue({ commonName: 'Olga', identifier: 'PNONO-Olga' }));
	const proof = { signer, algorithm: chooseAlgorithm(certificateOf(signer), 'sha256', false, signer) };
	const { url } = site.service;
	takeSession(store, url, await logInByCard(new Connection(fetcher, url), proof));
});
afterEach(async () => {
	await sync.stop();
	await fetcher.close();
	store.close();
	rmSync(folder, { recursive: true, force: true });
});

/** A posting under way with one document. */
async function posting(): Promise<PostingView> {
	const { id: entity, content, documents } = await planPosting({ steps: [[['Bo', 'signer']]] });
	for (const bytes of documents) store.blobs.put(bytes);
	const uploads = content.documents.map(({ id: document, content: { sha256 } }) => {
		return { sha256, document, kind: 'document' as const };
	});
	sync.outbox.give([
		{ entity, baseVersion: 0, command: { type: 'create', body: { content } }, uploads },
		{ entity, baseVersion: 1, command: { type: 'activate', body: {} } },
	]);
	await sync.exchange();
	const view = seenPosting(store, entity);
	if (!view) throw new Error('the posting was not taken');
	return view;
}

/** Keeps some bytes as if they were a signed document. @param base where it is not over the present head. */
async function keep(view: PostingView, base?: string): Promise<void> {
	const [document] = view.documents;
	const head = document?.revisions.at(-1);
	const [signatory] = view.signatories;
	if (!document || !head || !signatory) throw new Error('the posting is empty');
	const path = join(folder, 'signed.pdf');
	writeFileSync(path, 'signed');
	const over = (base ?? head.sha256) as MadeFor['base'];
	const made = { posting: view.id, as: signatory.id, document: document.id, base: over, baseSize: head.size };
	keepSignature(made, path, { store, clock: systemClock });
}

const parts = (complete: CompletionParts['complete']): CompletionParts => ({
	...{ store, sync, clock: systemClock, folder, complete, signal: new AbortController().signal },
});

describe('a kept signature', () => {
	it('stays kept, with what was added, while something lacks', async () => {
		const view = await posting();
		await keep(view);
		const [kept] = keptSignaturesIn(store, view);
		if (!kept) throw new Error('nothing is kept');
		const lack = new Error('no proof yet');
		const result = await completeInPosting(
			kept,
			parts(async (path) => {
				expect(readFileSync(path, 'utf8')).toBe('signed');
				const out = join(folder, 'more.pdf');
				writeFileSync(out, 'signed, stamped');
				return { path: out, lack };
			}),
		);
		expect(result).toEqual({ outcome: 'incomplete', cause: lack });
		const [still] = keptSignaturesIn(store, view);
		expect(still).toMatchObject({ document: kept.document, base: kept.base });
		expect(still?.signed).not.toBe(kept.signed);
	});

	it('is given up where somebody else has signed first, and nothing is asked of anybody for it', async () => {
		const view = await posting();
		await keep(view, '0'.repeat(64));
		// It is over what the document was: the window does not offer it any more.
		expect(keptSignaturesIn(store, view)).toEqual([]);
		const [kept] = store.keptSignatures.of(view.id);
		if (!kept) throw new Error('nothing is kept');
		const asked = async () => {
			throw new Error('it should not be completed');
		};
		expect(await completeInPosting(kept, parts(asked))).toEqual({ outcome: 'changed' });
		expect(store.keptSignatures.of(view.id)).toEqual([]);
	});

	it('goes with the account', async () => {
		const view = await posting();
		await keep(view);
		store.forget();
		expect(store.keptSignatures.of(view.id)).toEqual([]);
	});
});
