import { rm } from 'node:fs/promises';
import { extendBatch } from '../../core/batch/extendBatch.ts';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import type { Level, SigningStage } from '../../preload/contract.ts';
import type { OpenFile } from '../documents/openDocuments.ts';
import { sha256Of } from '../documents/pinnedFile.ts';
import { outputPath } from './outputPath.ts';
import type { ProofSources } from './proofSources.ts';
import { type WrittenOutcome, written } from './writtenOutcome.ts';

export interface ExtensionParts {
	readonly opened: OpenFile;
	readonly sources: ProofSources;
	readonly signal: AbortSignal;
	readonly onStage: (stage: SigningStage) => void;
}

/**
 * Adds to the signatures of an open document what they lack to a level; no key is needed.
 *
 * @returns the outcome with the file that was written; the document's own where it lacked nothing.
 * @throws whatever kept it from being extended; then nothing was written.
 */
export async function extendDocument(level: Level, parts: ExtensionParts): Promise<WrittenOutcome> {
	const { opened, sources, signal, onStage } = parts;
	const { file, password } = opened;
	onStage('preparing');
	await file.refuseIfChanged();
	let outcome: FileOutcome | undefined;
	await extendBatch([{ file: file.path, out: outputPath(file.path), overwrite: 'never', password }], {
		work: { kind: 'extend', level },
		digest: 'sha256',
		supply: sources.supply,
		evidence: sources.evidence,
		offline: sources.offline,
		signal,
		onStage,
		onOutcome: (one) => {
			outcome = one;
		},
	});
	if (outcome?.outcome === 'skipped') return { ...outcome, out: file.path };
	const done = written(outcome);
	await refuseOtherBytes(opened, done.out);
	return done;
}

/** What was extended begins with the bytes that the handle pins, or it is not kept. */
async function refuseOtherBytes({ file }: OpenFile, output: string): Promise<void> {
	if ((await sha256Of(output, file.size)) === file.sha256) return;
	await rm(output, { force: true });
	throw new SigningError('document-changed', `${file.name} is no longer the file that was shown.`, {
		subject: file.name,
	});
}
