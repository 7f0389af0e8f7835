import { isDeepStrictEqual } from 'node:util';
import type { BatchOutlook, BatchWish, RowId } from '../../preload/contract.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { ProofSources } from '../signing/proofSources.ts';
import { isSignable, placeFor } from './batchRow.ts';
import { Looking } from './looking.ts';
import { type ChosenSigner, Outlook } from './outlook.ts';
import { unwritable } from './outputs.ts';
import type { Rows } from './rows.ts';

/** How the batch is to be signed, as things are now. */
export interface BatchPlan {
	/** Nothing is being signed, and what is found may still change what will be. */
	readonly choosing: boolean;
	readonly wish: BatchWish;
	/** Where signed files go; null: beside each original. */
	readonly folder: string | null;
	/** When the first document is due outside a room. */
	readonly due: Date | undefined;
}

/** Milliseconds: whoever types has come to an end. */
const TYPED = 400;

/** What is found out about the batch before the PIN: of each document, of its output, and of the run as a whole. */
export class BatchSurvey {
	readonly #rows: Rows;
	readonly #plan: () => BatchPlan;
	readonly #looking: Looking;
	readonly #outlook: Outlook;
	#typing: NodeJS.Timeout | undefined;

	constructor(rows: Rows, reading: ReadingPool, openSources: () => ProofSources, plan: () => BatchPlan) {
		this.#rows = rows;
		this.#plan = plan;
		this.#outlook = new Outlook(openSources, () => rows.changed());
		const intent = () => ({ wish: plan().wish, means: this.#outlook.means });
		this.#looking = new Looking(rows, reading, intent, () => this.checkOutputs());
	}

	/** Null while it is not known, and where nobody is named to sign. */
	get outlook(): BatchOutlook | null {
		const { choosing, wish } = this.#plan();
		return choosing ? this.#outlook.shown(wish.level, this.#rows.all.filter(isSignable).length) : null;
	}

	/** Looks at a document when it is its turn. */
	look(id: RowId): void {
		this.#looking.look(id);
	}

	/**
	 * Looks at what is not signed with this certificate; asked with the same one again, at what is in trouble.
	 *
	 * @param chosen null: there is none.
	 */
	with(chosen: ChosenSigner | null): void {
		const { wish, due } = this.#plan();
		const isSame = chosen?.identity === this.#outlook.identity;
		if (chosen) this.#outlook.ask(chosen, wish.level, due);
		else this.#outlook.forget();
		for (const { id, state } of this.#rows.open) if (!isSame || state === 'trouble') this.look(id);
		this.#rows.changed();
	}

	/** @param id null: every document that wants a password. @returns how many it opened. */
	async unlock(id: RowId | null, password: string): Promise<number> {
		const locked = this.#rows.all.filter(
			(row) => (id === null || row.id === id) && row.failure?.code === 'document-locked',
		);
		let opened = 0;
		for (const row of locked) {
			const found = await this.#looking.survey({ ...row, password });
			if (found.failure?.code === 'document-locked') continue;
			opened += 1;
			this.#rows.set(found);
		}
		this.checkOutputs();
		return opened;
	}

	/** Looks again at what the new wish makes another thing. */
	wished({ place, ...words }: BatchWish): void {
		const { wish, due } = this.#plan();
		const { place: wanted, ...now } = wish;
		if (!isDeepStrictEqual(place, wanted)) {
			for (const row of this.#rows.open) if (row.ownPlace === null) this.look(row.id);
		}
		if (now.level !== words.level) this.#outlook.askAgain(now.level, due);
		if (isDeepStrictEqual(words, now)) return;
		clearTimeout(this.#typing);
		this.#typing = setTimeout(() => this.#lookAtFields(), TYPED).unref();
	}

	/** The documents are due at another time. */
	dueChanged(): void {
		const { wish, due } = this.#plan();
		this.#outlook.askAgain(wish.level, due);
	}

	/** Room on a disk is for all of them together: it is seen when all were looked at. */
	checkOutputs(): void {
		const { choosing, wish, folder } = this.#plan();
		if (!choosing) return;
		const rows = this.#rows.all.filter((row) => isSignable(row) || row.unwritable);
		const failures = unwritable(rows, folder, this.#outlook.costOf(wish.level).room);
		for (const { id, unwritable: was } of rows) {
			const failure = failures.get(id);
			if (failure) this.#rows.update(id, { state: 'trouble', failure, unwritable: true });
			else if (was) this.#rows.update(id, { state: 'ready', failure: null, unwritable: false });
		}
	}

	/** Nobody is going to sign. */
	forget(): void {
		clearTimeout(this.#typing);
		this.#outlook.forget();
	}

	/** What a signature says is another thing to a field whose author asks for certain words or proof. */
	#lookAtFields(): void {
		const { choosing, wish } = this.#plan();
		if (!choosing) return;
		for (const row of this.#rows.open) if (placeFor(row, wish.place).kind === 'field') this.look(row.id);
	}
}
