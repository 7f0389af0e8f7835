/** One run over many files: what an earlier run left, what is still to be signed, and how each file stands. */
import type { FileOutcome } from '../pades/fileOutcome.ts';
import { unwrittenOutcome } from '../pades/fileOutcome.ts';
import { type Level, levels } from '../pades/level.ts';
import { type SigningRun, startSigningRun } from '../pades/signingRun.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { NetworkError } from '../ports/fetcher.ts';
import { reasonOf } from '../ports/reason.ts';
import type { Signer } from '../ports/signer.ts';
import { TokenError } from '../ports/tokenError.ts';
import { completeBatch } from './completeBatch.ts';
import { extendBatch } from './extendBatch.ts';
import { Gate } from './gate.ts';
import type { HeadStart } from './headStart.ts';
import type { Journal } from './journal.ts';
import { type BatchItem, type SigningStage, signBatch } from './signBatch.ts';
import { type TakenUp, takeUp } from './takeUp.ts';

/** How a file stands. */
export type FileState =
	| { readonly kind: 'waiting' }
	| { readonly kind: 'under-way'; readonly stage: SigningStage }
	| { readonly kind: 'settled'; readonly outcome: FileOutcome };

export interface BatchRequest<Item extends BatchItem> extends Pick<SigningRun, 'supply' | 'evidence' | 'clock'> {
	readonly items: readonly Item[];
	/** Called once there is something to sign; the run closes what was opened. */
	readonly openSigner: (signal: AbortSignal) => Promise<Signer>;
	/** Of timestamps over files that an earlier run left incomplete. */
	readonly digest: SigningDigest;
	/** What needs the network is left for `extend`. */
	readonly offline: boolean;
	/** Until when there will be no proof of time, where that is known. */
	readonly neededUntil?: Date | undefined;
	/** Whether a signature may wait for a timestamp: offline, only where an authority is a service nearby. */
	readonly supplyInReach: boolean;
	/** Taken up where it left off. Stays open. */
	readonly journal?: Journal | undefined;
	/** The first item's, where it was begun already. */
	readonly headStart?: HeadStart | undefined;
	readonly signal?: AbortSignal | undefined;
	/**
	 * What is made of the run once all files have their outcome, to be signed with the same key: a report. Then a key is
	 * wanted also where no file is left to be signed.
	 */
	readonly conclusion?: (() => Promise<Item>) | undefined;
	/** Called once for each file, as soon as its fate is known. */
	readonly onOutcome?: ((outcome: FileOutcome, item: Item) => void) | undefined;
	/** Called whenever a file's state changes. */
	readonly onState?: ((state: FileState, item: Item) => void) | undefined;
}

export interface BatchEnd {
	/** What kept the run from starting, or ended it before all files had their turn. */
	readonly ended: unknown;
	readonly cancelled: boolean;
}

export class BatchRun<Item extends BatchItem> {
	readonly #request: BatchRequest<Item>;
	readonly #states = new Map<Item, FileState>();
	readonly #gate = new Gate();
	readonly #cancelled = new AbortController();
	readonly #signal: AbortSignal;

	constructor(request: BatchRequest<Item>) {
		this.#request = request;
		const { signal } = request;
		this.#signal = signal ? AbortSignal.any([signal, this.#cancelled.signal]) : this.#cancelled.signal;
		for (const item of request.items) this.#states.set(item, { kind: 'waiting' });
	}

	/** How each file stands, in the order given. */
	get states(): ReadonlyMap<Item, FileState> {
		return this.#states;
	}

	get isPaused(): boolean {
		return this.#gate.isClosed;
	}

	/** Lets what is under way come to its end, and begins nothing new. */
	pause(): void {
		this.#gate.close();
	}

	resume(): void {
		this.#gate.open();
	}

	/** Begins nothing new. What was signed is written at the level it has; another run with the journal goes on. */
	cancel(): void {
		this.#cancelled.abort();
	}

	/** Works until every file has an outcome. Called once. */
	async run(): Promise<BatchEnd> {
		const { items, journal } = this.#request;
		const taken = takeUp(items, journal);
		for (const { item, level, field } of taken.finished) {
			const { file, out, level: requested } = item;
			this.#settle(unwrittenOutcome('skipped', { file, out, requested, level, field }), item);
		}
		await this.#extend(taken.incomplete);
		const needsKey = taken.left.length > 0 || this.#request.conclusion !== undefined;
		const ended = needsKey ? await this.#sign(taken) : await this.#complete(taken);
		return { ended, cancelled: this.#signal.aborted };
	}

	/** Level by level: files may be asked for at different ones. */
	async #extend(incomplete: TakenUp<Item>['incomplete']): Promise<void> {
		const { digest, supply, evidence, offline, journal } = this.#request;
		if (!evidence) return;
		for (const level of levels) {
			const alike = incomplete.filter(({ item }) => item.level === level);
			const byPath = new Map(alike.map((one) => [one.file, one.item]));
			await extendBatch(alike, {
				work: { kind: 'extend', level },
				digest,
				supply,
				evidence,
				offline,
				journal,
				signal: this.#signal,
				onOutcome: (outcome) => {
					const item = byPath.get(outcome.file);
					if (item) this.#settle({ ...outcome, file: item.file }, item);
				},
			});
		}
	}

	async #complete({ stamped }: TakenUp<Item>): Promise<undefined> {
		const { evidence, offline, journal } = this.#request;
		const supply = this.#supplyInReach;
		await completeBatch(stamped, { ...this.#listeners(), supply, evidence, offline, journal, signer: undefined });
	}

	/**
	 * @returns what kept the run from starting, or ended it.
	 * @throws what is no fault of token or network: the key was not named as it should be.
	 */
	async #sign(taken: TakenUp<Item>): Promise<unknown> {
		const { evidence, clock, offline, neededUntil, journal, headStart } = this.#request;
		const means = { evidence, clock, offline, neededUntil };
		const supply = this.#supplyInReach;
		let signer: Signer;
		try {
			signer = await this.#request.openSigner(this.#signal);
		} catch (error) {
			const isFault = error instanceof TokenError || error instanceof NetworkError;
			if (!isFault || error.code === 'token-uri-invalid') throw error;
			return this.#refuse(taken, error);
		}
		try {
			const level = highest([...taken.left, ...taken.stamped.map(({ item }) => item)]);
			const run = await startSigningRun({ ...means, signer, level, supply, signal: this.#signal });
			const options = { ...this.#listeners(), run, offline, journal };
			const { ended } = await signBatch(taken.left, { ...options, headStart, stamped: taken.stamped });
			if (ended || this.#signal.aborted || !this.#request.conclusion) return ended;
			const conclusion = await this.#request.conclusion();
			// A report is of one run: it is in no journal.
			return (await signBatch([conclusion], { ...options, journal: undefined })).ended;
		} catch (error) {
			return await this.#refuse(taken, error);
		} finally {
			await signer.close();
		}
	}

	get #supplyInReach(): SigningRun['supply'] {
		return this.#request.supplyInReach ? this.#request.supply : undefined;
	}

	/** What keeps the key from being used keeps each file that needs it from being signed. @returns the error. */
	async #refuse(taken: TakenUp<Item>, error: unknown): Promise<unknown> {
		const state = this.#signal.aborted ? 'cancelled' : 'failed';
		const { code, message } = reasonOf(error);
		for (const item of taken.left) {
			const { file, out, level: requested } = item;
			this.#request.journal?.recordFailure({ file, out, state, requested, code, message });
			this.#settle(unwrittenOutcome(state, { file, requested, error }), item);
		}
		await this.#complete(taken);
		return error;
	}

	#listeners() {
		return {
			signal: this.#signal,
			gate: this.#gate,
			onOutcome: (outcome: FileOutcome, item: Item) => this.#settle(outcome, item),
			onStage: (stage: SigningStage, _file: string, item: Item) => this.#change({ kind: 'under-way', stage }, item),
		};
	}

	#settle(outcome: FileOutcome, item: Item): void {
		this.#change({ kind: 'settled', outcome }, item);
		this.#request.onOutcome?.(outcome, item);
	}

	#change(state: FileState, item: Item): void {
		this.#states.set(item, state);
		this.#request.onState?.(state, item);
	}
}

const highest = (items: readonly BatchItem[]): Level =>
	levels.findLast((level) => items.some((item) => item.level === level)) ?? 'b-b';
