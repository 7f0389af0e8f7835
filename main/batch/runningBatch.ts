import { type BatchEnd, BatchRun, type FileState } from '../../core/batch/batchRun.ts';
import { Journal } from '../../core/batch/journal.ts';
import type { BatchItem } from '../../core/batch/signBatch.ts';
import { MarkStudio } from '../../core/pades/appearance/markStudio.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { Signer } from '../../core/ports/signer.ts';
import type { BatchWish, Failure, RowId } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { ProofSources } from '../signing/proofSources.ts';
import { placeFor, type Row } from './batchRow.ts';
import { signatureOptions } from './signatureOptions.ts';

/** A row that is to be signed, with the place of its output. */
export type RowToSign = Row & { readonly out: string };

export interface RunningBatchParts {
	/** Those that are to be signed, and those that are signed and lack something. */
	readonly rows: readonly RowToSign[];
	readonly wish: BatchWish;
	readonly sources: ProofSources;
	/** Until when nothing will prove the time, where that is known. */
	readonly neededUntil: Date | undefined;
	/** Asked where there is something to sign. */
	readonly openSigner: () => Promise<Signer>;
	/** Path of the journal. */
	readonly journal: string;
	/** What of a row is different. */
	readonly changed: (id: RowId, changes: Partial<Row>) => void;
}

type Item = BatchItem & { readonly row: RowToSign };

/** A run over rows of the batch, as the window follows it. */
export class RunningBatch {
	readonly #parts: RunningBatchParts;
	readonly #journal: Journal;
	readonly #run: BatchRun<Item>;
	readonly #begun = performance.now();
	#heldSince: number | undefined;
	#heldFor = 0;
	readonly #signed = new Set<RowId>();
	#done = 0;
	#failure: Failure | null = null;

	/** @throws {JournalError} */
	constructor(parts: RunningBatchParts) {
		this.#parts = parts;
		const { rows, sources, neededUntil, openSigner } = parts;
		this.#journal = Journal.open(parts.journal);
		const studio = new MarkStudio();
		this.#run = new BatchRun({
			items: rows.map((row) => this.#item(row, studio)),
			openSigner,
			digest: 'sha256',
			supply: sources.supply,
			supplyInReach: !sources.offline,
			evidence: sources.evidence,
			offline: sources.offline,
			neededUntil,
			clock: systemClock,
			journal: this.#journal,
			onState: (state, { row }) => this.#change(row, state),
		});
	}

	get done(): number {
		return this.#done;
	}

	/** How many have their signature, whether or not their proof is there. */
	get signed(): number {
		return this.#signed.size;
	}

	get total(): number {
		return this.#parts.rows.length;
	}

	/** What ended the run for all that were left. */
	get failure(): Failure | null {
		return this.#failure;
	}

	/** Milliseconds, without the time it was held. */
	get worked(): number {
		const held = this.#heldFor + (this.#heldSince === undefined ? 0 : performance.now() - this.#heldSince);
		return Math.round(performance.now() - this.#begun - held);
	}

	/** No further document is begun. */
	hold(): void {
		this.#heldSince ??= performance.now();
		this.#run.pause();
	}

	goOn(): void {
		if (this.#heldSince !== undefined) this.#heldFor += performance.now() - this.#heldSince;
		this.#heldSince = undefined;
		this.#run.resume();
	}

	/** What the card has signed is kept. */
	cancel(): void {
		this.#run.cancel();
	}

	async work(): Promise<void> {
		try {
			const { ended, cancelled }: BatchEnd = await this.#run.run();
			if (ended !== undefined && !cancelled) this.#failure = failureOf(ended);
		} finally {
			this.#journal.close();
		}
	}

	#item(row: RowToSign, studio: MarkStudio): Item {
		const { wish } = this.#parts;
		return {
			row,
			file: row.path,
			out: row.out,
			overwrite: 'never',
			level: wish.level,
			password: row.password,
			async options(draft) {
				// What was looked at is what is signed.
				const digest = Buffer.from(await draft.inputDigest()).toString('hex');
				if (digest !== row.sha256) {
					throw new SigningError('document-changed', `${row.name} is no longer the file that was looked at.`, {
						subject: row.name,
					});
				}
				return signatureOptions(draft, placeFor(row, wish.place), wish, studio);
			},
		};
	}

	#change({ id }: Row, state: FileState): void {
		const { changed } = this.#parts;
		switch (state.kind) {
			case 'waiting':
				return;
			case 'under-way':
				if (state.stage === 'token') changed(id, { state: 'signing' });
				else this.#signed.add(id);
				// Without proof to come, writing is a part of signing.
				if (state.stage !== 'token' && state.stage !== 'writing') changed(id, { state: 'proving' });
				return;
			case 'settled': {
				const { outcome, level = null, error, warnings } = state.outcome;
				this.#done += 1;
				const isSigned = outcome === 'signed' || outcome === 'incomplete' || outcome === 'skipped';
				if (isSigned) this.#signed.add(id);
				changed(id, {
					state: outcome === 'skipped' ? 'signed' : outcome,
					level,
					warnings,
					failure: outcome === 'cancelled' || error === undefined || isCancelled(error) ? null : failureOf(error),
				});
			}
		}
	}
}

/** A signed file that was left without its proof because somebody gave the run up is no failure. */
const isCancelled = (error: unknown): boolean => failureOf(error).code === 'cancelled';
