import type { BatchNews, BatchSummary, RowId } from '../../preload/contract.ts';
import { type Row, shownRow } from './batchRow.ts';

/**
 * Milliseconds between two news: a thousand rows change a thousand times a second, and each time the window goes through
 * all of them, which takes it 0.15 ms a row.
 */
const tellEvery = (rows: number): number => Math.max(80, rows / 2);
/** Milliseconds for which what comes after a silence waits for more of its kind. */
const GATHER = 20;

/** The rows of a batch in their order. What changes is told in bundles, however fast it changes. */
export class Rows {
	readonly #rows = new Map<RowId, Row>();
	readonly #changed = new Set<RowId>();
	readonly #gone = new Set<RowId>();
	readonly #summary: () => BatchSummary;
	readonly #tell: (news: BatchNews) => void;
	#timer: NodeJS.Timeout | undefined;
	#toldAt = 0;

	/** @param summary asked when news are told. */
	constructor(summary: () => BatchSummary, tell: (news: BatchNews) => void) {
		this.#summary = summary;
		this.#tell = tell;
	}

	get all(): readonly Row[] {
		return [...this.#rows.values()];
	}

	/** Those that are not signed and not being signed. */
	get open(): readonly Row[] {
		return this.all.filter(({ state }) => state === 'looking' || state === 'ready' || state === 'trouble');
	}

	get size(): number {
		return this.#rows.size;
	}

	get(id: RowId): Row | undefined {
		return this.#rows.get(id);
	}

	/** Adds a row, or puts another version in its place. */
	set(row: Row): void {
		this.#rows.set(row.id, row);
		this.#changed.add(row.id);
		this.changed();
	}

	/** A row that was taken out meanwhile is left alone. */
	update(id: RowId, changes: Partial<Row>): void {
		const row = this.#rows.get(id);
		if (row) this.set({ ...row, ...changes });
	}

	remove(id: RowId): void {
		if (!this.#rows.delete(id)) return;
		this.#changed.delete(id);
		this.#gone.add(id);
		this.changed();
	}

	clear(): void {
		for (const id of [...this.#rows.keys()]) this.remove(id);
	}

	/** Something about the whole is different. */
	changed(): void {
		if (this.#timer) return;
		const wait = this.#toldAt + tellEvery(this.size) - performance.now();
		this.#timer = setTimeout(() => this.flush(), Math.max(GATHER, wait)).unref();
	}

	/** Tells now what there is to tell. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#toldAt = performance.now();
		const rows = [...this.#changed].flatMap((id) => this.#rows.get(id) ?? []).map(shownRow);
		const gone = [...this.#gone];
		this.#changed.clear();
		this.#gone.clear();
		this.#tell({ summary: this.#summary(), rows, gone });
	}
}
