import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostingApp } from '../../test/kit/postingApp.ts';
import { PostingScene, planPosting } from '../../test/kit/postingScene.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { Draft } from '../pades/draft.ts';
import { beginExtension } from '../pades/extendDraft.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import { systemClock } from '../ports/clock.ts';
import { headOf } from '../postings/posting.ts';
import { TsaClient } from '../tsp/tsaClient.ts';
import { completeInPosting, keptSignaturesIn } from './keptSignatures.ts';
import type { SignedInPosting } from './signing.ts';

let scene: PostingScene;
let olga: PostingApp;
let bo: PostingApp;
let folder: string;
let keyUses = 0;
const fetcher = new HttpFetcher();

beforeAll(async () => {
	scene = await PostingScene.open();
	folder = mkdtempSync(join(tmpdir(), 'paraph-kept-'));
	const service = await scene.startService();
	olga = await scene.app('Olga', service.url, await scene.token('Olga', 'p256'));
	const openKey = await scene.token('Bo', 'p256');
	bo = await scene.app('Bo', service.url, () => {
		keyUses++;
		return openKey();
	});
}, 60_000);
afterAll(async () => {
	await scene[Symbol.asyncDispose]();
	await fetcher.close();
	rmSync(folder, { recursive: true, force: true });
});

/** A posting that Bo has signed while the timestamp service was out of order. */
async function signedWithoutTimestamp() {
	const plan = await planPosting({
		steps: [
			[
				['Bo', 'signer'],
				['Olga', 'signer'],
			],
		],
	});
	olga.send(plan.id, plan.content, plan.documents);
	await olga.exchange();
	await bo.exchange();
	await scene.pki.tsa.fail('down');
	expect(await bo.sign(plan.id)).toMatchObject([{ outcome: 'incomplete', cause: { code: 'tsa-unreachable' } }]);
	const [kept] = keptSignaturesIn(bo.store, bo.view(plan.id));
	if (!kept) throw new TypeError('nothing is kept');
	return { id: plan.id, kept };
}

/** Adds a timestamp, and nothing else. */
async function complete(path: string) {
	const draft = Draft.open(path, { digest: 'sha256' });
	try {
		const supply = new TsaClient({ authorities: [{ url: scene.pki.tsa.url }], fetcher, clock: systemClock });
		const { failure } = await beginExtension(draft, supply, { level: 'b-t', digest: 'sha256' }, new Stopwatch());
		if (failure) throw failure;
		const out = join(folder, 'completed.pdf');
		writeFileSync(out, draft.source.read(0, draft.source.size));
		return { path: out, lack: undefined };
	} finally {
		draft.close();
	}
}

const completed = ({ kept }: Awaited<ReturnType<typeof signedWithoutTimestamp>>): Promise<SignedInPosting> =>
	completeInPosting(kept, { store: bo.store, sync: bo.sync, clock: systemClock, folder, complete });

describe('a signature in a posting that got no timestamp', () => {
	it('is kept, completed later and accepted, and the key is not asked again', async () => {
		const signed = await signedWithoutTimestamp();
		const before = keyUses;
		await scene.pki.tsa.heal();
		expect(await completed(signed)).toEqual({ outcome: 'accepted' });
		expect(keyUses).toBe(before);
		const view = bo.view(signed.id);
		expect(view.signatures).toMatchObject([{ state: 'accepted', level: 'b-t' }]);
		const [document] = view.documents;
		if (!document) throw new TypeError('a document');
		const made = Buffer.from(bo.store.blobs.read(signed.kept.signed, 0, 1 << 24));
		expect(Buffer.from(await bo.fetch(headOf(document))).subarray(0, made.length)).toEqual(made);
		expect(keptSignaturesIn(bo.store, view)).toEqual([]);
	}, 60_000);

	it('stays kept while the timestamp cannot be had', async () => {
		const signed = await signedWithoutTimestamp();
		await expect(completed(signed)).rejects.toMatchObject({ code: 'tsa-unreachable' });
		expect(keptSignaturesIn(bo.store, bo.view(signed.id))).toEqual([signed.kept]);
		await scene.pki.tsa.heal();
		expect(await completed(signed)).toEqual({ outcome: 'accepted' });
	}, 60_000);

	it('stays kept with what was added, while something still lacks', async () => {
		const signed = await signedWithoutTimestamp();
		await scene.pki.tsa.heal();
		const lack = new Error('no proof yet');
		const parts = { store: bo.store, sync: bo.sync, clock: systemClock, folder };
		const result = await completeInPosting(signed.kept, {
			...parts,
			complete: async (path) => ({ ...(await complete(path)), lack }),
		});
		expect(result).toEqual({ outcome: 'incomplete', cause: lack });
		const [still] = keptSignaturesIn(bo.store, bo.view(signed.id));
		expect(still).toMatchObject({ document: signed.kept.document, base: signed.kept.base });
		expect(still?.signed).not.toBe(signed.kept.signed);
	}, 60_000);

	it('is of no use any more once somebody else has signed, which is said', async () => {
		const signed = await signedWithoutTimestamp();
		await scene.pki.tsa.heal();
		await bo.give(signed.id, releaseOf(signed));
		await olga.exchange();
		expect(await olga.sign(signed.id)).toEqual([{ outcome: 'accepted' }]);
		expect(await completed(signed)).toEqual({ outcome: 'changed' });
		expect(bo.store.keptSignatures.of(signed.id)).toEqual([]);
		expect(await bo.sign(signed.id)).toEqual([{ outcome: 'accepted' }]);
	}, 60_000);

	it('goes with the account', async () => {
		const { id } = await signedWithoutTimestamp();
		await scene.pki.tsa.heal();
		bo.store.forget();
		expect(bo.store.keptSignatures.of(id)).toEqual([]);
	}, 60_000);
});

/** Gives up the lease, as time does. */
function releaseOf({ id }: { readonly id: string }) {
	const [lease] = bo.view(id).leases;
	if (!lease) throw new TypeError('the document is kept for whoever signed');
	return { type: 'releaseLease' as const, body: { as: lease.signatory, signature: lease.signature } };
}
