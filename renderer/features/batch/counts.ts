import type { BatchRow, BatchSummary, RowState } from '../../../preload/contract.ts';

/** How many rows are in each state. */
export type Counts = Readonly<Record<RowState, number>>;

export function countsOf(rows: readonly Pick<BatchRow, 'state'>[]): Counts {
	const counts: Record<RowState, number> = {
		looking: 0,
		ready: 0,
		trouble: 0,
		waiting: 0,
		signing: 0,
		proving: 0,
		signed: 0,
		incomplete: 0,
		failed: 0,
		cancelled: 0,
	};
	for (const { state } of rows) counts[state] += 1;
	return counts;
}

/** From 0 to 1. The key's work and the proof's count half each, where there is proof. */
export function progressOf({ total, signed, done, wish }: BatchSummary): number {
	if (total === 0) return 0;
	return wish.level === 'b-b' ? done / total : (signed + done) / (2 * total);
}

/** Milliseconds that are left, as things went so far; null while that would be a guess. */
export function timeLeft(summary: BatchSummary): number | null {
	const progress = progressOf(summary);
	if (progress < 0.05 || summary.worked < 1000) return null;
	return (summary.worked * (1 - progress)) / progress;
}

export interface Group {
	/** The failure's or the warning's code. */
	readonly code: string;
	readonly rows: readonly BatchRow[];
}

/** Rows in trouble gathered by reason, the most frequent first. */
export const groupsOf = (rows: readonly BatchRow[]): readonly Group[] =>
	gathered(rows.flatMap((row) => (row.failure ? [[row.failure.code, row] as const] : [])));

/** Rows that can be signed and of which something is worth knowing, in the same way. */
export const notesOf = (rows: readonly BatchRow[]): readonly Group[] =>
	gathered(
		rows.flatMap((row) =>
			row.state === 'ready' ? row.warnings.map((warning) => [codeOf(warning), row] as const) : [],
		),
	);

/** Some say after a colon what they are about. */
const codeOf = (warning: string): string => warning.split(':', 1)[0] ?? warning;

function gathered(found: readonly (readonly [code: string, row: BatchRow])[]): readonly Group[] {
	const groups = Map.groupBy(found, ([code]) => code);
	return [...groups]
		.map(([code, pairs]) => ({ code, rows: pairs.map(([, row]) => row) }))
		.sort((a, b) => b.rows.length - a.rows.length);
}
