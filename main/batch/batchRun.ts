import { Journal } from '../../core/batch/journal.ts';
import { type BatchItem, type SigningStage, signBatch } from '../../core/batch/signBatch.ts';
import { MarkStudio } from '../../core/pades/appearance/markStudio.ts';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import type { SigningRun } from '../../core/pades/signingRun.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { BatchWish, Failure, RowId } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import { placeFor, type Row } from './batchRow.ts';
import { placeIn } from './markPlace.ts';

export interface BatchRunParts {
	readonly run: SigningRun;
	readonly rows: readonly (Row & { readonly out: string })[];
	readonly wish: BatchWish;
	readonly offline: boolean;
	/** Path of the journal. */
	readonly journal: string;
	/** What of a row is different. */
	readonly changed: (id: RowId, changes: Partial<Row>) => void;
}

/** One pass of signing over the rows that were ready: it can be held, and it can be given up. */
export class BatchRun {
	readonly #parts: BatchRunParts;
	readonly #controller = new AbortController();
	/** Open while nothing is held. */
	#gate = Promise.withResolvers<void>();
	#held = false;
	#heldSince = 0;
	#heldFor = 0;
	readonly #begun = performance.now();
	#signed = 0;
	#done = 0;
	#failure: Failure | null = null;

	constructor(parts: BatchRunParts) {
		this.#parts = parts;
		this.#gate.resolve();
	}

	get done(): number {
		return this.#done;
	}

	/** How many have their signature, whether or not their proof is there. */
	get signed(): number {
		return Math.max(this.#signed, this.#done);
	}

	get total(): number {
		return this.#parts.rows.length;
	}

	get isCancelled(): boolean {
		return this.#controller.signal.aborted;
	}

	/** What ended the run for all that were left. */
	get failure(): Failure | null {
		return this.#failure;
	}

	/** Milliseconds, without the time it was held. */
	get worked(): number {
		const held = this.#heldFor + (this.#held ? performance.now() - this.#heldSince : 0);
		return Math.round(performance.now() - this.#begun - held);
	}

	/** No further document is begun. */
	hold(): void {
		if (this.#held) return;
		this.#held = true;
		this.#heldSince = performance.now();
		this.#gate = Promise.withResolvers();
	}

	goOn(): void {
		if (!this.#held) return;
		this.#held = false;
		this.#heldFor += performance.now() - this.#heldSince;
		this.#gate.resolve();
	}

	/** What the card has signed is kept. */
	cancel(): void {
		this.#controller.abort();
		this.goOn();
	}

	async work(): Promise<void> {
		const { rows, run, offline } = this.#parts;
		const byFile = new Map(rows.map((row) => [row.path, row]));
		const studio = new MarkStudio();
		const journal = Journal.open(this.#parts.journal);
		try {
			await signBatch(
				rows.map((row) => this.#item(row, studio)),
				{
					run,
					offline,
					journal,
					signal: this.#controller.signal,
					onStage: (stage, file) => {
						const row = byFile.get(file);
						if (row) this.#stage(row, stage);
					},
					onOutcome: (outcome) => {
						const row = byFile.get(outcome.file);
						if (row) this.#outcome(row, outcome);
					},
				},
			);
		} finally {
			journal.close();
		}
	}

	#item(row: Row & { readonly out: string }, studio: MarkStudio): BatchItem {
		const { wish } = this.#parts;
		return {
			file: row.path,
			out: row.out,
			overwrite: 'never',
			level: wish.level,
			password: row.password,
			options: async (draft) => {
				await this.#gate.promise;
				this.#controller.signal.throwIfAborted();
				// What was looked at is what is signed.
				const digest = Buffer.from(await draft.inputDigest()).toString('hex');
				if (digest !== row.sha256) {
					throw new SigningError('document-changed', `${row.name} is no longer the file that was looked at.`, {
						subject: row.name,
					});
				}
				return {
					digest: 'sha256',
					signingTime: systemClock.now(),
					studio,
					...(await placeIn(draft, placeFor(row, wish.place))),
					...(wish.reason && { reason: wish.reason }),
					...(wish.location && { location: wish.location }),
				};
			},
		};
	}

	#stage({ id }: Row, stage: SigningStage): void {
		const { changed } = this.#parts;
		if (stage === 'token') changed(id, { state: 'signing' });
		if (stage !== 'timestamp') return;
		this.#signed += 1;
		changed(id, { state: 'proving' });
	}

	#outcome({ id }: Row, { outcome, level, error }: FileOutcome): void {
		this.#done += 1;
		const failure = error === undefined ? null : failureOf(error);
		if (outcome === 'cancelled') this.#failure ??= failure;
		this.#parts.changed(id, {
			state: outcome === 'skipped' ? 'failed' : outcome,
			level: level ?? null,
			failure: outcome === 'cancelled' ? null : failure,
		});
	}
}
