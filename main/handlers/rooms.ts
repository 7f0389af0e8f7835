import { basename, dirname, join } from 'node:path';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import type { BatchWish, ReturnedBundle, WrittenBundle } from '../../preload/contract.ts';
import type { BatchDesk } from '../batch/batchDesk.ts';
import { firstWish } from '../batch/firstWish.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { PickedFiles } from '../documents/pickedFiles.ts';
import { failureOf } from '../failure.ts';
import type { Host } from '../host.ts';
import type { BundleFile, RoomDesk } from '../rooms/roomDesk.ts';
import { unmetOf, wishOf } from '../rooms/signOptions.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { Jobs } from '../signing/jobs.ts';
import { openProofSources } from '../signing/proofSources.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface RoomHandlerParts {
	readonly rooms: RoomDesk;
	readonly batch: BatchDesk;
	readonly documents: OpenDocuments;
	readonly picked: PickedFiles;
	readonly store: SettingsStore;
	readonly jobs: Jobs;
	readonly host: Host;
	readonly env: NodeJS.ProcessEnv;
}

/** More than a person looks at at once. */
const MOST_OPENED = 8;

/** Bundles into a room and back. */
export function roomHandlers(parts: RoomHandlerParts): FacadeHandlers<'rooms'> {
	const { rooms, batch, documents, picked, store, jobs, host, env } = parts;
	const written = ({ path, ...bundle }: BundleFile): WrittenBundle => ({
		...bundle,
		file: picked.pick(path),
		name: basename(path),
		folder: basename(dirname(path)),
	});
	return {
		state: async () => rooms.state(),
		make: async () => rooms.make(),
		savePublic: () => host.keepCopy(rooms.publicFile, 'room.pem'),
		peer: async ({ pem }) => ({ fingerprint: rooms.fingerprintOf(pem) }),
		async pack({ pem, handles, level, due }) {
			const open = handles.map((handle) => documents.get(handle).file);
			for (const file of open) await file.refuseIfChanged();
			const wish: BatchWish = (open.length === 0 && batch.current?.wish) || firstWish(store.settings);
			const files = open.length > 0 ? open.map(({ path }) => path) : batch.signablePaths;
			return written(await rooms.pack(files, pem, wish, level, due === null ? null : new Date(due)));
		},
		async importTrust({ file, clockIsRight }) {
			host.tell('settingsChanged', store.trustRoom(await rooms.importTrust(picked.pathOf(file), clockIsRight)));
			return rooms.state();
		},
		async open({ file, clockIsRight, acceptLoss }) {
			const { bundle, folder, trust } = await rooms.open(picked.pathOf(file), clockIsRight, acceptLoss);
			const names = bundle.documents.map(({ name }) => name);
			await batch.add(names.map((name) => join(folder, name)));
			const { wish } = batch.current ?? { wish: firstWish(store.settings) };
			batch.wish({ ...wish, ...wishOf(bundle.signOptions), level: 'b-b' });
			return {
				number: bundle.number,
				created: bundle.created.toISOString(),
				due: bundle.due?.toISOString() ?? null,
				sender: bundle.sender.signing.fingerprint,
				documents: names,
				folder: basename(folder),
				unmet: unmetOf(bundle),
				trust,
			};
		},
		seal: async ({ bundle, partial, clockIsRight }) => written(await rooms.seal(bundle, partial, clockIsRight)),
		takeBack: ({ job, file, acceptLoss }) =>
			jobs.run(job, async (signal): Promise<ReturnedBundle> => {
				const { configuration, settings, anchors } = store;
				// What comes back was signed at this desk's request: its certificates are no stranger's.
				const sources = openProofSources(configuration, anchors, env, () => 'own-certificate');
				const back = await rooms.takeBack({
					bundle: picked.pathOf(file),
					acceptLoss,
					level: (packedFor) => packedFor ?? settings.level,
					digest: configuration.get('digest'),
					...sources,
					signal,
				});
				const paths = back.outcomes.map((outcome) => outcome.file).slice(0, MOST_OPENED);
				return {
					number: back.number,
					folder: basename(back.folder),
					documents: back.outcomes.map(returned),
					opened: await Promise.all(paths.map((path) => documents.open(path))),
				};
			}),
		save: async ({ file }) => host.keepCopy(picked.pathOf(file), basename(picked.pathOf(file))),
		async reveal({ file }) {
			await host.reveal(picked.pathOf(file));
			return null;
		},
	};
}

const returned = ({ file, outcome, level, error }: FileOutcome): ReturnedBundle['documents'][number] => ({
	name: basename(file),
	level: level ?? null,
	complete: outcome === 'signed' || outcome === 'skipped',
	failure: error === undefined ? null : failureOf(error),
});
