import { batchReport, type ReportedFile } from '../../core/batch/batchReport.ts';
import { unwrittenOutcome, writtenOutcome } from '../../core/pades/fileOutcome.ts';
import { pendingBetween } from '../../core/pades/level.ts';
import { writeOutput } from '../../core/pades/outputFile.ts';
import type { ParaphError } from '../../core/ports/errors.ts';
import { ToldFailure } from '../reading/readingError.ts';
import type { BatchResult, ResultFile } from './batchResult.ts';

/** Writes the report on a batch to this path, as `paraph sign --report` does. @throws system errors. */
export async function writeBatchReport({ path, ...result }: BatchResult & { readonly path: string }): Promise<void> {
	await writeOutput(path, await batchReport({ ...result, files: result.files.map(reported) }), 'never');
}

/** What the journal says, as the run would have told it. */
function reported({ line, signer, failure }: ResultFile): ReportedFile {
	const { file, out, state, requested, inputSha256, outputSha256 } = line;
	const level = line.level ?? undefined;
	const error = failure ? new ToldFailure(failure) : errorOf(line);
	const facts = { file, out, requested, field: line.field || undefined, signer, ms: undefined, warnings: [], error };
	const digests = { input: inputSha256 ?? undefined, output: outputSha256 ?? undefined };
	if (level !== undefined && (state === 'signed' || state === 'incomplete'))
		return { outcome: writtenOutcome({ ...facts, level }, false), digests };
	// Signed and timestamped, it waits for the next run to be completed and to appear.
	const pending = level === undefined ? [] : pendingBetween(level, requested);
	return {
		outcome: unwrittenOutcome(state === 'failed' ? 'failed' : 'cancelled', { ...facts, level, pending }),
		digests,
	};
}

/** Of a failure that is remembered by the journal alone. */
function errorOf({ code, message }: ResultFile['line']): ParaphError | undefined {
	if (code === null || message === null || code === 'cancelled') return undefined;
	return new ToldFailure({ code, message, hint: message, subject: null, details: {} });
}
