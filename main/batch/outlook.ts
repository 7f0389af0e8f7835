import { durationOf, type SurveyedRun, surveyRun } from '../../core/batch/survey.ts';
import { type LevelCost, levelCost, type SurveyMeans } from '../../core/batch/surveyDraft.ts';
import { reaches } from '../../core/pades/level.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { SignerFacts } from '../../core/ports/signer.ts';
import type { BatchOutlook, IdentityId, Level } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { ProofSources } from '../signing/proofSources.ts';

/** Who is going to sign. */
export interface ChosenSigner {
	readonly identity: IdentityId;
	readonly signer: SignerFacts;
}

/** What is known of the run before the PIN: of one certificate, and a level. */
export class Outlook {
	readonly #openSources: () => ProofSources;
	readonly #changed: () => void;
	#chosen: ChosenSigner | undefined;
	#supply: ProofSources['supply'];
	#run: Pick<SurveyedRun, 'obstacle' | 'warnings'> | undefined;
	#asking = new AbortController();

	/**
	 * @param openSources throws where the settings do not make sense.
	 * @param changed called when more is known.
	 */
	constructor(openSources: () => ProofSources, changed: () => void) {
		this.#openSources = openSources;
		this.#changed = changed;
	}

	get identity(): IdentityId | undefined {
		return this.#chosen?.identity;
	}

	/** What documents are looked at with; plain data, since it goes to another thread. */
	get means(): SurveyMeans {
		const supply = this.#supply && { tokenRoom: this.#supply.tokenRoom, addresses: this.#supply.addresses };
		return { signer: this.#chosen?.signer, supply };
	}

	/** Finds everything out anew, and waits for nothing. @param due when the documents are due outside a room. */
	ask(chosen: ChosenSigner, level: Level, due: Date | undefined): void {
		this.forget();
		this.#chosen = chosen;
		const asking = new AbortController();
		this.#asking = asking;
		void this.#find(chosen.signer, level, due, asking.signal)
			.catch((obstacle: unknown) => ({ obstacle, warnings: [] }))
			.then((run) => {
				if (asking.signal.aborted) return;
				this.#run = run;
				this.#changed();
			});
	}

	/** The same for another level, or another day. */
	askAgain(level: Level, due: Date | undefined): void {
		if (this.#chosen) this.ask(this.#chosen, level, due);
	}

	/** Nobody is going to sign. */
	forget(): void {
		this.#asking.abort();
		this.#chosen = undefined;
		this.#supply = undefined;
		this.#run = undefined;
	}

	/** What a level adds to each document. */
	costOf(level: Level): LevelCost {
		return levelCost(level, this.#supply !== undefined);
	}

	/** @param ready how many documents can be signed. @returns null while it is being found out. */
	shown(level: Level, ready: number): BatchOutlook | null {
		if (!this.#chosen || !this.#run) return null;
		const { identity, signer } = this.#chosen;
		const { obstacle, warnings } = this.#run;
		const timestamps = ready * this.costOf(level).timestamps;
		return {
			identity,
			obstacle: obstacle === undefined ? null : failureOf(obstacle),
			warnings,
			timestamps,
			duration: durationOf(ready, timestamps, { signer, supply: this.#supply }),
		};
	}

	async #find(signer: SignerFacts, level: Level, due: Date | undefined, signal: AbortSignal): Promise<SurveyedRun> {
		const { offline, evidence, ...sources } = this.#openSources();
		const supply = offline ? undefined : sources.supply;
		this.#supply = supply;
		const neededUntil = unprovenUntil(due, level, offline);
		return surveyRun({ signer, level, supply, evidence, clock: systemClock, offline, neededUntil, signal });
	}
}

/** Until when nothing will prove the time of signatures; undefined where each gets its timestamp. */
export const unprovenUntil = (due: Date | undefined, level: Level, offline: boolean): Date | undefined =>
	offline || !reaches(level, 'b-t') ? due : undefined;
