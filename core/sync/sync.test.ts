import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keySigner } from '../../test/kit/keySigner.ts';
import { planPosting } from '../../test/kit/postingScene.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { certificateOf, chooseAlgorithm } from '../pades/signerCertificate.ts';
import { systemClock } from '../ports/clock.ts';
import { type Fetcher, type FetchRequest, type FetchResponse, NetworkError } from '../ports/fetcher.ts';
import { type Keystore, KeystoreError } from '../ports/keystore.ts';
import { newUuid, signatoryId } from '../postings/identifiers.ts';
import { timeline } from '../postings/protocol/event.ts';
import { type LocalStore, openLocalStore } from '../store/localStore.ts';
import { download } from './blobTransfer.ts';
import { logInByCard } from './cardLogin.ts';
import { Connection } from './connection.ts';
import { accountOf, takeSession } from './deviceAccount.ts';
import { type Given, seenPosting } from './outbox.ts';
import { Synchroniser } from './synchroniser.ts';

type Cut = 'before' | 'after' | null;

/** A line that is cut: before a request leaves, or when its answer is on the way. */
class CutLine implements Fetcher {
	readonly #inner = new HttpFetcher();
	readonly asked: FetchRequest[] = [];
	/** What becomes of the next requests, in order. */
	cuts: Cut[] = [];
	/** Changes an answer. */
	forge: (request: FetchRequest, response: FetchResponse) => FetchResponse = (_, response) => response;

	async fetch(request: FetchRequest): Promise<FetchResponse> {
		this.asked.push(request);
		const cut = this.cuts.shift() ?? null;
		if (cut === 'before') throw lost(request);
		const response = await this.#inner.fetch(request);
		if (cut === 'after') throw lost(request);
		return this.forge(request, response);
	}

	close(): Promise<void> {
		return this.#inner.close();
	}
}

const lost = ({ url }: FetchRequest): NetworkError =>
	new NetworkError('unreachable', `${url} cannot be reached`, { hint: 'Check the line.' });

const refuse = async () => {
	throw new KeystoreError('keystore-unavailable', 'no keyring', { hint: 'none' });
};
const noKeyring: Keystore = { get: refuse, put: refuse, remove: refuse };

let site: ServiceSite;
let folder: string;
let store: LocalStore;
let line: CutLine;
let sync: Synchroniser;

beforeAll(async () => {
	site = await ServiceSite.start();
});
afterAll(() => site[Symbol.asyncDispose]());

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-sync-'));
	({ store } = await openLocalStore(folder, noKeyring));
	line = new CutLine();
	sync = new Synchroniser({ store, fetcher: () => line, clock: systemClock, changed: () => {} });
	await logIn();
});
afterEach(async () => {
	await sync.stop();
	await line.close();
	store.close();
	rmSync(folder, { recursive: true, force: true });
});

async function logIn(name = 'Olga'): Promise<void> {
	const signer = keySigner(site.pki.issue({ commonName: name, identifier: `PNONO-${name}` }));
	const algorithm = chooseAlgorithm(certificateOf(signer), 'sha256', false, signer);
	const { url } = site.service;
	takeSession(store, url, await logInByCard(new Connection(line, url), { signer, algorithm }));
}

/** A posting from Olga to Bo in the outbox. @returns its id. */
async function give(...more: readonly Given['command'][]) {
	const { id: entity, content, documents } = await planPosting({ steps: [[['Bo', 'signer']]] });
	for (const bytes of documents) store.blobs.put(bytes);
	const uploads = content.documents.map(({ id: document, content: { sha256 } }) => {
		return { sha256, document, kind: 'document' as const };
	});
	sync.outbox.give([
		{ entity, baseVersion: 0, command: { type: 'create', body: { content } }, uploads },
		...more.map((command, index) => ({ entity, baseVersion: index + 1, command })),
	]);
	return entity;
}

const activate = { type: 'activate', body: {} } as const;

/** As the synchroniser does, until the line holds. */
async function insist(): Promise<void> {
	for (let attempt = 0; attempt < 50; attempt++) {
		try {
			return await sync.exchange();
		} catch (error) {
			if (!(error instanceof NetworkError)) throw error;
		}
	}
	throw new Error('the line never held');
}

describe('the outbox', () => {
	it('is sent in order, documents first, and what came of it is seen', async () => {
		const id = await give(activate);
		await sync.exchange();
		expect(sync.outbox.queued()).toEqual([]);
		expect(seenPosting(store, id)).toMatchObject({ state: 'active', relation: 'owner', version: 2 });
	});

	it('does each thing once, wherever the line is cut', { timeout: 120_000 }, async () => {
		const cut = fc.constantFrom<Cut>('before', 'after', null);
		await fc.assert(
			fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 14 }), async (cuts) => {
				const id = await give(activate);
				line.cuts = [...cuts];
				await insist();
				line.cuts = [];
				await sync.exchange();
				expect(sync.outbox.queued()).toEqual([]);
				expect(seenPosting(store, id)?.version).toBe(2);
				const path = `/v1/postings/${id}/events`;
				const { events } = await sync.connection().read({ method: 'GET', path }, timeline);
				const happened = events.map(({ action }) => action).filter((action) => action.startsWith('posting.'));
				expect(happened).toEqual(['posting.created', 'posting.activated']);
			}),
			{ numRuns: 15 },
		);
	});

	it('stops behind what the service did not take, for that posting alone', async () => {
		const refused = await give({ type: 'remind', body: { signatory: anybody() } }, activate);
		const other = await give(activate);
		await sync.exchange();
		expect(sync.outbox.queued(refused)).toMatchObject([
			{ op: { type: 'remind' }, trouble: { kind: 'rejected', code: 'signatory-unknown' } },
			{ op: { type: 'activate' }, trouble: undefined },
		]);
		expect(seenPosting(store, other)).toMatchObject({ state: 'active' });

		const [first] = sync.outbox.queued(refused);
		sync.outbox.giveUp(first?.op.opId ?? '');
		await sync.exchange();
		expect(sync.outbox.queued(refused)).toEqual([]);
		expect(seenPosting(store, refused)).toMatchObject({ state: 'draft' });
	});

	it('sends what was in the way of a change anew, on what the posting is now', async () => {
		const id = await give();
		await sync.exchange();
		sync.outbox.give([{ entity: id, baseVersion: 7, command: activate }]);
		await sync.exchange();
		const [stale] = sync.outbox.queued(id);
		expect(stale).toMatchObject({ trouble: { kind: 'conflict', current: { version: 1 } } });
		sync.outbox.again(stale?.op.opId ?? '');
		await sync.exchange();
		expect(seenPosting(store, id)).toMatchObject({ state: 'active' });
	});

	it('tells apart the one command that the service cannot read', async () => {
		const sound = await give(activate);
		const strange = await give(activate);
		line.forge = (request, response) => {
			const body = Buffer.from(request.body ?? []).toString();
			if (!request.url.endsWith('/v1/ops') || !body.includes(strange)) return response;
			const problem = { status: 400, code: 'request-invalid', message: 'no', hint: 'none' };
			const bytes = Buffer.from(JSON.stringify(problem));
			return { ...response, status: 400, contentType: 'application/problem+json', body: bytes };
		};
		await sync.exchange();
		expect(seenPosting(store, sound)).toMatchObject({ state: 'active' });
		expect(sync.outbox.queued()[0]).toMatchObject({ trouble: { code: 'request-invalid' } });
	});
});

const anybody = () => signatoryId.parse(newUuid());

function fail(): never {
	throw new Error('a posting without documents');
}

describe('what the service has', () => {
	it('is taken whole when the changes since the last time are no longer kept', async () => {
		const id = await give(activate);
		await sync.exchange();
		store.postings.clear();
		let gone = 1;
		line.forge = (request, response) =>
			request.url.includes('/v1/changes') && gone-- > 0 ? { ...response, status: 410 } : response;
		await sync.exchange();
		expect(seenPosting(store, id)).toMatchObject({ state: 'active' });
		expect(line.asked.some(({ url }) => url.includes('/v1/snapshot'))).toBe(true);
	});

	it('waits for a login when the session has ended, and loses nothing', async () => {
		const known = store.account.get();
		store.account.set({ service: known?.service ?? '', person: known?.person ?? '', session: 'ended' });
		const id = await give(activate);
		sync.start();
		await expect.poll(() => sync.state.kind).toBe('login-needed');
		await logIn();
		sync.nudge();
		await expect.poll(() => seenPosting(store, id)?.state, { timeout: 10_000 }).toBe('active');
	});

	it('comes by itself while somebody looks', async () => {
		sync.start();
		await expect.poll(() => sync.state.kind).toBe('online');
		const id = await give(activate);
		sync.nudge();
		await expect.poll(() => seenPosting(store, id)?.state, { timeout: 10_000 }).toBe('active');
	});
});

describe('a document', () => {
	const sent = async () => {
		const id = await give(activate);
		await sync.exchange();
		const [blob] = seenPosting(store, id)?.documents[0]?.revisions ?? fail();
		store.blobs.remove(blob.sha256);
		return blob;
	};

	it('comes again as it went', async () => {
		const blob = await sent();
		await download(sync.connection(), store, blob);
		expect(store.blobs.size(blob.sha256)).toBe(blob.size);
	});

	it('is fetched from where the line was cut', async () => {
		const blob = await sent();
		store.blobs.begin(blob.sha256, blob.size);
		const whole = await sync.connection().ask({ method: 'GET', path: `/v1/blobs/${blob.sha256}` });
		store.blobs.append(blob.sha256, 0, whole.body.subarray(0, 1000));
		await download(sync.connection(), store, blob);
		expect(line.asked.at(-1)?.headers?.['range']).toBe(`bytes=1000-${blob.size - 1}`);
		expect(store.blobs.size(blob.sha256)).toBe(blob.size);
	});

	it('is refused when other bytes come than it is named by', async () => {
		const blob = await sent();
		line.forge = (request, response) =>
			request.url.includes('/v1/blobs/') ? { ...response, body: randomBytes(response.body.length) } : response;
		await expect(download(sync.connection(), store, blob)).rejects.toMatchObject({ code: 'blob-damaged' });
		expect(store.blobs.size(blob.sha256)).toBeUndefined();
	});

	it('is uploaded by the window and by a command at the same time', async () => {
		await give(activate);
		const other = new Synchroniser({ store, fetcher: () => line, clock: systemClock, changed: () => {} });
		await Promise.all([sync.exchange(), other.exchange()]);
		expect(sync.outbox.queued()).toEqual([]);
	});

	it('is uploaded anew when the service has forgotten that it began', async () => {
		const id = await give(activate);
		const [create] = sync.outbox.queued(id);
		const sha256 = create?.uploads[0]?.sha256 ?? '';
		store.uploads.begun(sha256, `/v1/uploads/${crypto.randomUUID()}`);
		await sync.exchange();
		expect(seenPosting(store, id)).toMatchObject({ state: 'active' });
		expect(store.uploads.address(sha256)).toBeUndefined();
	});
});

describe('an account', () => {
	it('is not taken over while something of the one before waits', async () => {
		await give(activate);
		await expect(logIn('Bo')).rejects.toMatchObject({ code: 'account-in-use' });
		expect(accountOf(store)?.account.name).toBe('Olga');
	});

	it('makes room for another person when all is sent', async () => {
		await give(activate);
		await sync.exchange();
		await logIn('Bo');
		expect(accountOf(store)?.account.name).toBe('Bo');
		expect(store.postings.all()).toEqual([]);
	});

	it('signs nothing for a service that says it is another one', async () => {
		line.forge = (_, response) => ({
			...response,
			body: Buffer.from(Buffer.from(response.body).toString().replace(site.service.url, 'https://bank.example')),
		});
		await expect(logIn()).rejects.toMatchObject({ code: 'wrong-origin' });
		expect(line.asked.at(-1)?.url).toContain('/v1/auth/challenges');
	});
});
