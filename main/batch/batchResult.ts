/** What came of a batch, to be kept: each file with what the journal says of it. */
import { resolve } from 'node:path';
import { readJournal } from '../../core/batch/journal.ts';
import type { JournalLine } from '../../core/batch/journalEntry.ts';
import type { SignerDescription } from '../../core/pades/signingRun.ts';
import type { Failure, Level } from '../../preload/contract.ts';
import type { Row } from './batchRow.ts';

/** As the journal has it; a file that came into no run has no time, and is `failed` or `cancelled`. */
export type ResultLine = Omit<JournalLine, 'at'> & { readonly at: string | null };

export interface ResultFile {
	readonly line: ResultLine;
	/** Undefined where nothing is signed. */
	readonly signer: SignerDescription | undefined;
	readonly failure: Failure | null;
}

/** Plain data: it goes to another thread. */
export interface BatchResult {
	readonly begun: Date;
	readonly ended: Date;
	/** In the order in which they were added. */
	readonly files: readonly ResultFile[];
}

/** @param journal its path. @throws {JournalError} */
export function batchResult(rows: readonly Row[], requested: Level, begun: Date, journal: string): BatchResult {
	const lines = new Map([...readJournal(journal)].map((line) => [keyOf(line.file, line.out), line]));
	const files = rows.map((row) => resultFile(row, lines.get(keyOf(row.path, row.out ?? '')), requested));
	const ended = files.reduce((latest, { line }) => Math.max(latest, Date.parse(line.at ?? '') || 0), begun.getTime());
	return { begun, ended: new Date(ended), files };
}

const keyOf = (file: string, out: string): string => JSON.stringify([resolve(file), resolve(out)]);

function resultFile(row: Row, known: JournalLine | undefined, requested: Level): ResultFile {
	const { path, name, folder, out, sha256, state, failure } = row;
	const line = known ?? {
		file: path,
		out: out ?? '',
		state: state === 'trouble' || state === 'failed' ? 'failed' : 'cancelled',
		requested,
		level: null,
		field: null,
		inputSha256: null,
		outputSha256: null,
		code: failure?.code ?? null,
		message: failure?.message ?? null,
		at: null,
	};
	return {
		line: {
			...line,
			// What was dropped lies in a folder of ours that nobody knows.
			file: folder === null ? name : line.file,
			// Of a file that was not signed: what was looked at.
			inputSha256: line.inputSha256 ?? sha256 ?? null,
		},
		signer: line.level === null ? undefined : (row.certificate ?? undefined),
		failure,
	};
}
