import type { BatchRow, BatchSummary, Level, RowState } from '../../../preload/contract.ts';

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

/** What one document costs: a timestamp of the signature, and one over all of its proof. */
const timestampsFor: Readonly<Record<Level, number>> = { 'b-b': 0, 'b-t': 1, 'b-lt': 1, 'b-lta': 2 };

export const timestampsOf = (documents: number, level: Level): number => documents * timestampsFor[level];

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
	/** The failure's code. */
	readonly code: string;
	readonly rows: readonly BatchRow[];
}

/** Rows in trouble gathered by reason, the most frequent first. */
export function groupsOf(rows: readonly BatchRow[]): readonly Group[] {
	const groups = Map.groupBy(
		rows.filter(({ failure }) => failure !== null),
		({ failure }) => failure?.code ?? '',
	);
	return [...groups].map(([code, found]) => ({ code, rows: found })).sort((a, b) => b.rows.length - a.rows.length);
}
