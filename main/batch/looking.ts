import type { SurveyMeans } from '../../core/batch/surveyDraft.ts';
import type { BatchWish, RowId } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import { placeFor, type Row, surveyed } from './batchRow.ts';
import type { Rows } from './rows.ts';

/** The others wait in our own queue, so that a document that somebody opens is read next. */
const AT_ONCE = 2;

/** What a document is to be signed with, as things are now. */
export interface Intent {
	readonly wish: BatchWish;
	readonly means: SurveyMeans;
}

/** Reads the files of a batch, in the order in which they were asked for, and says of each what it found. */
export class Looking {
	readonly #rows: Rows;
	readonly #reading: ReadingPool;
	readonly #intent: () => Intent;
	readonly #finished: () => void;
	readonly #waiting = new Set<RowId>();
	/** How often each row was asked for: an answer to an earlier question counts no more. */
	readonly #asked = new Map<RowId, number>();
	#busy = 0;

	/** @param finished called when nothing is left to be looked at. */
	constructor(rows: Rows, reading: ReadingPool, intent: () => Intent, finished: () => void) {
		this.#rows = rows;
		this.#reading = reading;
		this.#intent = intent;
		this.#finished = finished;
	}

	/** Reads a row's file when it is its turn. */
	look(id: RowId): void {
		this.#rows.update(id, { state: 'looking', failure: null, unwritable: false });
		this.#asked.set(id, (this.#asked.get(id) ?? 0) + 1);
		this.#waiting.add(id);
		if (this.#busy < AT_ONCE) void this.#goOn();
	}

	/** Reads it now. */
	async survey(row: Row): Promise<Row> {
		const { path, password } = row;
		const { wish, means } = this.#intent();
		try {
			const place = placeFor(row, wish.place);
			return surveyed(row, await this.#reading.run('surveyDocument', { path, password, place, wish, means }));
		} catch (error) {
			return { ...row, state: 'trouble', failure: { ...failureOf(error), subject: null } };
		}
	}

	async #goOn(): Promise<void> {
		this.#busy += 1;
		for (const id of this.#waiting) {
			this.#waiting.delete(id);
			const row = this.#rows.get(id);
			if (!row) continue;
			const asked = this.#asked.get(id);
			const found = await this.survey(row);
			const now = this.#rows.get(id);
			// What was wished meanwhile is looked at in its own turn.
			if (!now || this.#asked.get(id) !== asked) continue;
			this.#rows.set({ ...found, read: now.read && found.sha256 === now.sha256 });
		}
		this.#busy -= 1;
		if (this.#busy > 0) return;
		this.#asked.clear();
		this.#finished();
	}
}
