/** Postings from end to end: a service, applications with three tokens, mail, bundle and chain, on both kinds of stores. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { genesis } from '../core/evidence/event.ts';
import { openObject } from '../core/evidence/sealedObject.ts';
import { verifyChain } from '../core/evidence/verifyChain.ts';
import type { Signer } from '../core/ports/signer.ts';
import { newUuid, signatoryId } from '../core/postings/identifiers.ts';
import { openTokenSigner } from '../native/openTokenSigner.ts';
import type { RunningService } from '../service/service.ts';
import { largeStores } from './kit/largeStores.ts';
import type { PostingApp } from './kit/postingApp.ts';
import { PostingScene, personNamed, planPosting } from './kit/postingScene.ts';
import { CardService, VirtualCard } from './kit/virtualCard.ts';

/** The authorities answer in this process, so nothing may hold it up. */
const run = promisify(execFile);
const paraph = fileURLToPath(new URL('../bin/paraph', import.meta.url));
const missing = CardService.missing;
if (missing !== undefined) console.error(`SKIPPED: the third token of the postings test: ${missing}`);

/** A service and the applications of Olga (RSA), Bo (P-256) and Kai (a smart card). */
async function openScene(kind: 'SQLite and files' | 'PostgreSQL and S3') {
	const ends = new AsyncDisposableStack();
	const options = kind === 'SQLite and files' ? {} : await largeStores(ends);
	const scene = ends.use(await PostingScene.open(options));
	const service = await scene.startService();
	const olga = await scene.app('Olga', service.url, await scene.token('Olga', 'rsa-2048'));
	const bo = await scene.app('Bo', service.url, await scene.token('Bo', 'p256'));
	const kai = await scene.app('Kai', service.url, await openCard(scene, ends));
	return { scene, service, olga, bo, kai, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

/** Where there is no card reader the third token is a soft one, and it was said so. */
async function openCard(scene: PostingScene, ends: AsyncDisposableStack): Promise<() => Promise<Signer>> {
	if (missing !== undefined) return scene.token('Kai', 'rsa-2048');
	ends.use(await CardService.start());
	const issued = scene.issue('Kai', 'rsa-2048');
	const card = ends.use(new VirtualCard({ keys: { '9C': issued }, pin: '123456', tries: 3 }));
	await card.insert();
	const uri = 'pkcs11:id=%02?module-path=/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
	const openSigner = () => openTokenSigner({ uri, pin: async () => '123456' });
	// The reader takes its time to see a card.
	await vi.waitFor(async () => (await openSigner()).close(), { timeout: 60_000, interval: 500 });
	return openSigner;
}

type Scene = Awaited<ReturnType<typeof openScene>>;

describe.each(['SQLite and files', 'PostgreSQL and S3'] as const)('a posting, on %s', (kind) => {
	let scene: Scene;
	let id: string;
	beforeAll(async () => {
		scene = await openScene(kind);
	}, 120_000);
	afterAll(async () => {
		await scene?.[Symbol.asyncDispose]();
	}, 60_000);

	/** Two steps; Bo declines in the first, and Kai takes his place. */
	it('is sent, declined, handed to somebody else, signed with three tokens, and completed', async () => {
		const { olga, bo, kai } = scene;
		const plan = await planPosting({
			documents: ['contract.pdf', 'annex.pdf'],
			steps: [
				[['Bo', 'signer']],
				[
					['Olga', 'signer'],
					['Bo', 'witness'],
				],
			],
		});
		id = plan.id;
		olga.send(plan.id, plan.content, plan.documents);
		await olga.exchange();
		expect(olga.view(id).state).toBe('active');

		await bo.exchange();
		await bo.give(id, { type: 'open', body: { as: bo.own(id) } });
		await bo.give(id, { type: 'decline', body: { as: bo.own(id), reason: 'Kai has to sign this one' } });
		await olga.exchange();
		expect(olga.view(id)).toMatchObject({ state: 'active', isBlocked: true });

		const declined = olga.view(id).signatories.find(({ state }) => state === 'declined');
		if (!declined) throw new TypeError('nobody declined');
		const successor = signatoryId.parse(newUuid());
		const body = { signatory: declined.id, successor, person: personNamed('Kai') };
		await olga.give(id, { type: 'replace', body });

		await kai.exchange();
		expect(await kai.sign(id)).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
		await Promise.all([olga.exchange(), bo.exchange()]);
		await Promise.all([untilSigned(olga, id), untilSigned(bo, id)]);
		await olga.exchange();
		expect(olga.view(id).state).toBe('completed');
	}, 120_000);

	it('ends with a bundle whose documents pdfsig and paraph verify find valid', async () => {
		const { olga, service } = scene;
		const bundle = await bundleOf(olga, service, id);
		const folder = join(scene.scene.folder, 'bundle');
		mkdirSync(folder);
		const names = [
			'documents/contract.pdf',
			'documents/annex.pdf',
			'receipts/Kai.pdf',
			'receipts/Olga.pdf',
			'receipts/Bo.pdf',
		];
		expect(Object.keys(bundle).toSorted()).toEqual([...names, 'events.jsonl', 'signature-object.jws'].toSorted());
		for (const name of names) {
			const path = join(folder, name.replace('/', '-'));
			writeFileSync(path, bundle[name] ?? Buffer.of());
			const { stdout } = await run('pdfsig', ['-nocert', path]);
			expect(stdout.match(/Signature is Valid/g)).toHaveLength(name.startsWith('documents/') ? 3 : 1);
		}
		const documents = ['documents-contract.pdf', 'documents-annex.pdf'].map((name) => join(folder, name));
		const verdicts = await verify([...documents], scene.scene);
		expect(verdicts.map(({ indication }) => indication)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED']);
		for (const { signatures } of verdicts) expect(signatures.map(({ level }) => level)).toEqual(['b-t', 'b-t', 'b-t']);
	}, 120_000);

	it('has a signature object that says who signed by what right, and who did not', async () => {
		const { olga, service } = scene;
		const files = await bundleOf(olga, service, id);
		const { object } = await openObject(Buffer.from(files['signature-object.jws'] ?? Buffer.of()).toString('ascii'));
		expect(object.posting).toMatchObject({ id, state: 'completed' });
		for (const { signed, notSigned } of object.documents) {
			expect(signed.map(({ name, identity }) => `${name} ${identity['found']}`).toSorted()).toEqual([
				'Bo PNONO-Bo',
				'Kai PNONO-Kai',
				'Olga PNONO-Olga',
			]);
			expect(notSigned).toMatchObject([{ name: 'Bo', reason: 'declined' }]);
		}
		const view = olga.view(id);
		for (const { id: document, current } of object.documents)
			expect(current.sha256).toBe(view.documents.find((one) => one.id === document)?.revisions.at(-1)?.sha256);
	});

	it('has told everybody by mail what they had to know, once', async () => {
		const { scene: where } = scene;
		const counted = () => {
			const counts = new Map<string, number>();
			for (const { to } of where.mail.received) for (const one of to) counts.set(one, (counts.get(one) ?? 0) + 1);
			return Object.fromEntries(counts);
		};
		// Bo: asked, asked again in step two, receipt. Kai: asked, receipt. Olga: declined, asked, receipt, completed.
		const expected = { 'bo@example.com': 3, 'kai@example.com': 2, 'olga@example.com': 4 };
		await vi.waitFor(() => expect(counted()).toEqual(expected), { timeout: 30_000, interval: 100 });
		expect(where.mail.received[0]?.raw).toContain(`/p/${id}`);
	}, 60_000);

	it('is in the chain of events from first to last, which holds', async () => {
		const { service, olga } = scene;
		const { events, tenants } = service.parts;
		for (const tenant of tenants) {
			const through = [await events.head(tenant)];
			const question = { tenant: tenant.id, start: genesis(tenant.id), through };
			const report = await verifyChain(events.walk(tenant, 1), question);
			expect(report.brokenAt).toBeUndefined();
			expect(report.checked).toBe(through[0]?.seq);
		}
		await olga.exchange();
	});

	it('is gone once everybody let go, and each application knows', async () => {
		const { olga, bo, kai, service } = scene;
		for (const app of [bo, kai, olga]) {
			await app.exchange();
			const { signatories, own } = app.view(id);
			for (const { id: as, receipt } of signatories)
				if (receipt && own.includes(as)) await app.give(id, { type: 'release', body: { as, receipt: receipt.sha256 } });
		}
		const { bundle } = olga.view(id);
		if (!bundle) throw new TypeError('a bundle');
		await olga.give(id, { type: 'acknowledge', body: { bundle: bundle.sha256 } });
		await vi.waitFor(
			async () => {
				await service.runJobs();
				for (const app of [olga, bo, kai]) await app.exchange();
				expect([olga, bo, kai].flatMap(({ postings }) => postings)).toEqual([]);
			},
			{ timeout: 60_000, interval: 500 },
		);
	}, 90_000);
});

/** Two sign the same documents at the same time: whoever is late tries again. */
async function untilSigned(app: PostingApp, id: string): Promise<void> {
	await vi.waitFor(
		async () => {
			const results = await app.sign(id);
			expect(results.every(({ outcome }) => outcome === 'accepted')).toBe(true);
			expect(app.view(id).signatories.filter((one) => one.id === app.own(id))).toMatchObject([
				{ state: expect.stringMatching(/^(signed|witnessed)$/) },
			]);
		},
		{ timeout: 90_000, interval: 50 },
	);
}

async function bundleOf(app: PostingApp, service: RunningService, id: string) {
	await vi.waitFor(
		async () => {
			await service.runJobs();
			await app.exchange();
			expect(app.view(id).bundle).not.toBeNull();
		},
		{ timeout: 60_000, interval: 500 },
	);
	const { bundle } = app.view(id);
	if (!bundle) throw new TypeError('a bundle');
	return unzipSync(await app.fetch(bundle));
}

interface Verdict {
	readonly indication: string;
	readonly signatures: readonly { readonly level: string }[];
}

async function verify(files: readonly string[], scene: PostingScene): Promise<readonly Verdict[]> {
	const config = join(scene.folder, 'paraph.json');
	writeFileSync(config, JSON.stringify({ network: { allowLocal: true } }));
	const { stdout } = await run(paraph, ['verify', '--json', '--config', config, '--trust', scene.anchor, ...files]);
	return stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
}
