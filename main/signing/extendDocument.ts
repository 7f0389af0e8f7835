import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import type { Level, SigningStage } from '../../preload/contract.ts';
import type { OpenFile } from '../documents/openDocuments.ts';
import type { ProofSources } from './proofSources.ts';

export async function extendDocument(
	_level: Level,
	_parts: { opened: OpenFile; sources: ProofSources; signal: AbortSignal; onStage: (stage: SigningStage) => void },
): Promise<FileOutcome & { out: string }> {
	throw new Error('not there yet');
}
