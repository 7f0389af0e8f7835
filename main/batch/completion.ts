import { extendBatch } from '../../core/batch/extendBatch.ts';
import { Journal } from '../../core/batch/journal.ts';
import type { Level, RowId } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { ProofSources } from '../signing/proofSources.ts';
import type { Row } from './batchRow.ts';

/** Adds timestamps and proof to documents that have their signature and lack them; no key is needed. */
export async function completeRows(
	rows: readonly Row[],
	parts: {
		readonly sources: ProofSources;
		readonly level: Level;
		/** Path of the journal. */
		readonly journal: string;
		readonly signal: AbortSignal;
		readonly changed: (id: RowId, changes: Partial<Row>) => void;
	},
): Promise<void> {
	const { sources, level, signal, changed } = parts;
	const signed = rows.flatMap((row) => (row.out === undefined ? [] : { ...row, out: row.out }));
	const byOutput = new Map(signed.map((row) => [row.out, row]));
	if (byOutput.size === 0) return;
	for (const { id } of signed) changed(id, { state: 'proving', failure: null });
	const journal = Journal.open(parts.journal);
	try {
		await extendBatch(
			signed.map(({ path, out, password, sha256 }) => ({
				file: out,
				out,
				overwrite: 'in-place' as const,
				password,
				origin: sha256 === undefined ? undefined : { file: path, inputSha256: sha256 },
			})),
			{
				work: { kind: 'extend', level },
				digest: 'sha256',
				supply: sources.supply,
				evidence: sources.evidence,
				offline: sources.offline,
				journal,
				signal,
				onOutcome({ file, outcome, level: reached, error }) {
					const row = byOutput.get(file);
					if (!row) return;
					const isComplete = outcome === 'signed' || outcome === 'skipped';
					changed(row.id, {
						state: isComplete ? 'signed' : 'incomplete',
						level: reached ?? row.level,
						failure: isComplete || error === undefined ? null : failureOf(error),
					});
				},
			},
		);
	} finally {
		journal.close();
	}
}
