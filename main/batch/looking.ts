import type { MarkPlace, RowId } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import { placeFor, type Row, surveyed } from './batchRow.ts';
import type { Rows } from './rows.ts';

/** The others wait in our own queue, so that a document that somebody opens is read next. */
const AT_ONCE = 2;

/** Reads the files of a batch, in the order in which they were asked for, and says of each what it found. */
export class Looking {
	readonly #rows: Rows;
	readonly #reading: ReadingPool;
	readonly #placeOfAll: () => MarkPlace;
	readonly #waiting = new Set<RowId>();
	#busy = 0;

	constructor(rows: Rows, reading: ReadingPool, placeOfAll: () => MarkPlace) {
		this.#rows = rows;
		this.#reading = reading;
		this.#placeOfAll = placeOfAll;
	}

	/** Reads a row's file when it is its turn. */
	look(id: RowId): void {
		this.#rows.update(id, { state: 'looking', failure: null });
		this.#waiting.add(id);
		if (this.#busy < AT_ONCE) void this.#goOn();
	}

	/** Reads it now. */
	async survey(row: Row): Promise<Row> {
		const { path, password } = row;
		try {
			const place = placeFor(row, this.#placeOfAll());
			return surveyed(row, await this.#reading.run('surveyDocument', { path, password, place }));
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
			const wanted = placeFor(row, this.#placeOfAll());
			const found = await this.survey(row);
			const now = this.#rows.get(id);
			// What was wished meanwhile is looked at in its own turn.
			if (!now || this.#waiting.has(id) || placeFor(now, this.#placeOfAll()) !== wanted) continue;
			this.#rows.set({ ...found, read: now.read && found.sha256 === now.sha256 });
		}
		this.#busy -= 1;
	}
}
