import { extendBatch } from '../../core/batch/extendBatch.ts';
import type { EvidenceSource } from '../../core/pades/completeDraft.ts';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import type { Level } from '../../core/pades/level.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { completeInPosting } from '../../core/sync/keptSignatures.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import type { MadeSignature } from '../../core/sync/signing.ts';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { PostingSigned, SigningStage } from '../../preload/contract.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import { failureOf } from '../failure.ts';
import { written } from '../signing/writtenOutcome.ts';
import type { OpenedPostings } from './localPostings.ts';
import { type Present, toComplete } from './postingShape.ts';
import { madeTo, outcomeOf } from './signPosting.ts';

export interface PostingCompletionParts {
	readonly opened: OpenedPostings;
	readonly folder: PrivateFolder;
	readonly sources: {
		readonly offline: boolean;
		readonly supply: TsaClient | undefined;
		readonly evidence: EvidenceSource;
	};
	readonly signal: AbortSignal;
	readonly onStage: (stage: SigningStage) => void;
}

/**
 * Adds what they lack to the signatures of a posting that were kept, and sends them; no key is needed.
 *
 * @returns what became of each.
 * @throws {ServiceError} `nothing-asked` where none is kept; what kept the first from being completed: it stays kept.
 */
export async function completePosting(present: Present, parts: PostingCompletionParts): Promise<PostingSigned> {
	const { opened, folder, signal } = parts;
	const { title, signatureLevel } = present.view;
	const waiting = toComplete(present);
	if (waiting.length === 0) {
		throw new ServiceError('nothing-asked', `No signature of yours in “${title}” waits to be completed.`, {
			hint: 'Look at the posting again.',
			subject: title,
		});
	}
	const documents: PostingSigned['documents'][number][] = [];
	for (const kept of waiting) {
		const { document } = kept;
		try {
			const result = await completeInPosting(kept, {
				...{ store: opened.store, sync: opened.sync, clock: systemClock, folder: folder.path, signal },
				complete: (path) => extendSigned(path, signatureLevel, parts),
			});
			documents.push({ document, ...outcomeOf(result) });
		} catch (error) {
			if (documents.length === 0) throw error;
			// What was sent before is sent; each of the others stays kept.
			documents.push({ document, outcome: 'incomplete', failure: failureOf(error) });
		}
	}
	return { documents };
}

async function extendSigned(
	path: string,
	level: Level,
	{ sources, folder, signal, onStage }: PostingCompletionParts,
): Promise<MadeSignature> {
	onStage('preparing');
	let outcome: FileOutcome | undefined;
	await extendBatch(
		[{ file: path, out: await folder.place('completed.pdf'), overwrite: 'never', password: undefined }],
		{
			work: { kind: 'extend', level },
			digest: 'sha256',
			...sources,
			signal,
			onStage,
			onOutcome: (one) => {
				outcome = one;
			},
		},
	);
	if (outcome?.outcome === 'skipped') return { path, lack: undefined };
	return madeTo(level, written(outcome));
}
