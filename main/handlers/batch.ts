import { basename } from 'node:path';
import { startSigningRun } from '../../core/pades/signingRun.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { ArgumentOf, Level } from '../../preload/contract.ts';
import type { BatchDesk, StandingSigner } from '../batch/batchDesk.ts';
import { writeResult } from '../batch/writeResult.ts';
import type { Chooser } from '../documents/listing.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { Signers } from '../keys/signers.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { ProofSources } from '../signing/proofSources.ts';
import type { TokenRegistry } from '../tokens/tokenRegistry.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface BatchHandlerParts {
	readonly batch: BatchDesk;
	readonly chooser: Chooser;
	readonly tokens: TokenRegistry;
	readonly signers: Signers;
	readonly store: SettingsStore;
	readonly reading: ReadingPool;
	readonly folder: PrivateFolder;
	readonly host: Host;
	readonly openSources: () => ProofSources;
}

/** Signing many documents in one go. */
export function batchHandlers(parts: BatchHandlerParts): FacadeHandlers<'batch'> {
	const { batch, chooser, tokens, reading, folder, host } = parts;
	return {
		current: async () => batch.current,
		async choose({ kind }) {
			const chosen = kind === 'files' ? await host.chooseFiles() : [await host.chooseFolder()];
			const paths = chosen.filter((path) => path !== undefined);
			await batch.add(paths);
			return paths.length > 0;
		},
		addListed: quietly(({ id }) => batch.add([chooser.pathOf(id)])),
		remove: quietly(({ rows }) => batch.remove(rows)),
		unlock: ({ row, password }) => batch.unlock(row, password),
		wish: quietly((wish) => batch.wish(wish)),
		place: quietly(({ row, place }) => batch.place(row, place)),
		output: quietly(({ id }) => batch.output(id === null ? null : chooser.pathOf(id))),
		async chooseOutput() {
			const path = await host.chooseFolder();
			if (path !== undefined) batch.output(path);
			return path !== undefined;
		},
		open: ({ row, reading }) => batch.open(row, reading),
		survey: quietly(({ identity }) =>
			batch.survey(identity === null ? null : { identity, signer: tokens.identity(identity).signer }),
		),
		start: quietly((request) => {
			const { certificate } = tokens.identity(request.identity);
			const level = batch.current?.wish.level ?? 'b-b';
			const files = batch.signablePaths.length;
			return batch.start(certificate, () => stand(request, { level, files }, parts));
		}),
		pause: quietly(() => batch.pause()),
		resume: quietly(() => batch.resume()),
		cancel: quietly(() => batch.cancel()),
		again: quietly(() => batch.again()),
		complete: quietly(() => batch.complete(parts.openSources())),
		async saveResult({ kind }) {
			const path = await writeResult(kind, batch.result(), folder, reading);
			return host.keepCopy(path, basename(path));
		},
		reveal: quietly(async () => {
			if (batch.signedPath !== undefined) await host.reveal(batch.signedPath);
		}),
		close: quietly(() => batch.close()),
	};
}

/** What is done is told by events, and the answer says nothing. */
function quietly<Argument>(work: (argument: Argument) => void | Promise<void>): (argument: Argument) => Promise<null> {
	return async (argument) => {
		await work(argument);
		return null;
	};
}

/** @throws whatever keeps the run from beginning: then the PIN is held no longer, and nothing was signed. */
async function stand(
	{ identity, pin }: ArgumentOf<'batch', 'start'>,
	{ level, files }: { readonly level: Level; readonly files: number },
	parts: BatchHandlerParts,
): Promise<StandingSigner> {
	const { signers, store } = parts;
	const sources = parts.openSources();
	const { offline } = sources;
	const processes = store.configuration.get('tokenProcesses');
	const signer = await signers.open(identity, { pin, processes });
	try {
		const supply = offline ? undefined : sources.supply;
		await startSigningRun({ signer, level, clock: systemClock, ...sources, supply });
		if (signer.authentication === 'once') await signer.unlock?.(undefined, files);
		return { signer, sources };
	} catch (error) {
		await signer.close();
		throw error;
	}
}
