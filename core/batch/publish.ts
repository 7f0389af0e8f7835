/** The last step of each file: the journal knows first, then the output appears. */
import { statSync } from 'node:fs';
import { type FileOutcome, unwrittenOutcome, writtenOutcome } from '../pades/fileOutcome.ts';
import type { Level } from '../pades/level.ts';
import type { OutputFile, Overwrite } from '../pades/outputFile.ts';
import type { SignerDescription } from '../pades/signingRun.ts';
import type { Stopwatch } from '../pades/stopwatch.ts';
import type { Journal } from './journal.ts';

/** How far a file has come. */
export interface Reached {
	readonly level: Level;
	readonly warnings: readonly string[];
	/** Why it is no further. */
	readonly failure: unknown;
}

/** SHA-256 of the file that was signed, and of the part. */
export interface PartDigests {
	readonly input: Uint8Array;
	readonly output: Uint8Array;
}

/** What is known of a file whose part is written whole. */
export interface WrittenPart {
	readonly file: string;
	readonly requested: Level;
	readonly field: string | undefined;
	readonly signer: SignerDescription | undefined;
	/** Asked for where they are written down. */
	digests(): Promise<PartDigests>;
	readonly output: OutputFile;
	readonly reached: Reached;
	readonly watch: Stopwatch;
}

/**
 * @returns `failed` where the output could not appear though the journal knows of it: the next run makes up for that.
 * @throws {JournalError}; without a journal, what kept the output from appearing. Then the part is of no more use.
 */
export async function publish(
	part: WrittenPart,
	{ journal, offline }: { readonly journal: Journal | undefined; readonly offline: boolean },
): Promise<FileOutcome> {
	const { file, requested, field, signer, output, reached, watch } = part;
	const { level, warnings, failure: error } = reached;
	const facts = { file, out: output.path, requested, level, field, signer, ms: undefined, warnings, error };
	const outcome = writtenOutcome(facts, offline);
	if (journal) {
		const digests = await part.digests();
		await journal.record({
			file,
			out: output.path,
			part: output.partPath,
			size: statSync(output.partPath).size,
			replaces: replacedBy(output.overwrite, digests.input),
			inputSha256: hex(digests.input),
			outputSha256: hex(digests.output),
			state: outcome.outcome === 'signed' ? 'signed' : 'incomplete',
			level,
			requested,
			field: field ?? '',
		});
	}
	try {
		output.commit();
	} catch (failure) {
		if (!journal) throw failure;
		return unwrittenOutcome('failed', { file, requested, error: failure, signer });
	}
	return { ...outcome, ms: watch.durations() };
}

/** What the journal is to know of the place that an output takes. @param replaced digest of the file in that place. */
export function replacedBy(overwrite: Overwrite, replaced: Uint8Array): string {
	switch (overwrite) {
		case 'never':
			return 'nothing';
		case 'force':
			return 'anything';
		case 'in-place':
			return hex(replaced);
	}
}

export const hex = (bytes: Uint8Array): string =>
	Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
