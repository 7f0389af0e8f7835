import type { Saved } from '../../preload/contract.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { Signers } from '../keys/signers.ts';
import { completePosting } from '../postings/completePosting.ts';
import { blobFile, type DraftBox } from '../postings/draftBox.ts';
import type { LocalPostings } from '../postings/localPostings.ts';
import type { PostingDesk } from '../postings/postingDesk.ts';
import { signPosting } from '../postings/signPosting.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { Jobs } from '../signing/jobs.ts';
import { openProofSources } from '../signing/proofSources.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface PostingHandlerParts {
	readonly desk: PostingDesk;
	readonly drafts: DraftBox;
	readonly local: LocalPostings;
	readonly documents: OpenDocuments;
	readonly signers: Signers;
	readonly reading: ReadingPool;
	readonly folder: PrivateFolder;
	readonly store: SettingsStore;
	readonly jobs: Jobs;
	readonly host: Host;
	readonly env: NodeJS.ProcessEnv;
}

/** What one can do with postings that there are. */
export function postingHandlers(parts: PostingHandlerParts): FacadeHandlers<'postings'> {
	const { desk, drafts, local, documents, signers, reading, folder, store: settings, host, env } = parts;
	const keep = async ({ name, blob }: Awaited<ReturnType<PostingDesk['fetchBundle']>>): Promise<Saved> => {
		const { store } = await local.open();
		const path = await blobFile(store, { name, sha256: blob.sha256 }, folder);
		return host.keepCopy(path, name);
	};
	return {
		list: async () => ({ postings: await desk.list(), drafts: await drafts.list() }),
		get: ({ posting }) => desk.get(posting),
		timeline: ({ posting }) => desk.timeline(posting),
		async openDocument({ posting, document }) {
			const { name, blob } = await desk.fetchDocument(posting, document);
			const { store } = await local.open();
			return documents.open(await blobFile(store, { name, sha256: blob.sha256 }, folder));
		},
		sign: (request) =>
			parts.jobs.run(request.job, async (signal) => {
				const seen = request.documents.map(({ document, handle }) => ({
					document,
					sha256: documents.get(handle).file.sha256,
				}));
				const present = await desk.present(request.posting);
				const signer = await signers.open(request.identity, { pin: request.pin, signal });
				try {
					return await signPosting(present, seen, {
						opened: await local.open(),
						reading,
						folder,
						signer,
						sources: openProofSources(settings.configuration, settings.anchors, env, () => 'own-certificate'),
						words: { reason: request.reason, location: request.location },
						signal,
						onStage: (stage) => host.tell('signingStage', { job: request.job, stage }),
					});
				} finally {
					await signer.close();
				}
			}),
		complete: ({ job, posting }) =>
			parts.jobs.run(job, async (signal) =>
				completePosting(await desk.present(posting), {
					opened: await local.open(),
					folder,
					sources: openProofSources(settings.configuration, settings.anchors, env, () => 'own-certificate'),
					signal,
					onStage: (stage) => host.tell('signingStage', { job, stage }),
				}),
			),
		approve: ({ posting }) => desk.approve(posting),
		decline: ({ posting, reason }) => desk.decline(posting, reason),
		delegate: ({ posting, person }) => desk.delegate(posting, person),
		cancel: ({ posting, reason }) => desk.cancel(posting, reason),
		acceptDecline: ({ posting }) => desk.acceptDecline(posting),
		remind: ({ posting, person }) => desk.remind(posting, person),
		replace: ({ posting, person, by }) => desk.replace(posting, person, by),
		download: async ({ posting }) => keep(await desk.fetchBundle(posting)),
		acknowledge: ({ posting }) => desk.acknowledge(posting),
		saveReceipt: async ({ posting }) => keep(await desk.fetchReceipt(posting)),
		release: ({ posting }) => desk.release(posting),
		async again({ opId }) {
			await desk.again(opId);
			return null;
		},
		async giveUp({ opId }) {
			await desk.giveUp(opId);
			return null;
		},
	};
}
