/** Outcomes as JSON lines, as text, as a summary, and as an exit code. */
import { failuresByReason } from '../core/batch/failures.ts';
import type { FileOutcome } from '../core/pades/fileOutcome.ts';
import { NetworkError } from '../core/ports/fetcher.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { TimestampError } from '../core/tsp/errors.ts';
import { ExitCode } from './command.ts';
import { isAbort, shapeError } from './errors.ts';
import { outcomeJson } from './outcomeJson.ts';
import type { Output } from './output.ts';
import { SummaryFile } from './summaryFile.ts';

/** Gathers the outcomes of a run, tells each, and knows the exit code in the end. */
export class OutcomeReport {
	readonly #output: Output;
	readonly #summary: SummaryFile | undefined;
	readonly #outcomes: FileOutcome[] = [];

	/** @param summary what `--summary` says. @throws {UsageError} */
	constructor(output: Output, summary: string | undefined) {
		this.#output = output;
		this.#summary = summary === undefined ? undefined : new SummaryFile(summary);
	}

	/** @param verified what the output was found to be worth, where that was asked for. */
	tell(outcome: FileOutcome, verified?: string): void {
		this.#outcomes.push(outcome);
		const json = verified === undefined ? outcomeJson(outcome) : { ...outcomeJson(outcome), verified };
		this.#output.result(json, `${outcomeText(outcome)}${verified === undefined ? '' : `\n  verified: ${verified}`}`);
		this.#summary?.add(outcome);
	}

	/** Says of many files what kept them from being signed, each reason once. */
	tellReasons(): void {
		if (this.#outcomes.length < 2) return;
		for (const { reason, outcomes } of failuresByReason(this.#outcomes))
			this.#output.hint(`${outcomes.length} of ${this.#outcomes.length} files: ${reason.code}: ${reason.hint}`);
	}

	/** 0 all well; else, where several fit: 130, 3, 4, 1. */
	exitCode(ended: boolean, cancelled: boolean): number {
		const unwell = this.#outcomes.filter(({ ok }) => !ok);
		if (unwell.length === 0) return ExitCode.ok;
		if (cancelled) return ExitCode.cancelled;
		const none = this.#outcomes.every(({ ok }) => !ok);
		if (ended || (none && unwell.every(({ error }) => error instanceof TokenError))) return ExitCode.token;
		return none && unwell.every(({ error }) => isNetwork(error)) ? ExitCode.network : ExitCode.failed;
	}

	close(): void {
		this.#summary?.close();
	}
}

function outcomeText(outcome: FileOutcome): string {
	const { file, out, outcome: what, level, pending, error, warnings } = outcome;
	const notes = warnings.map((warning) => `\n  warning: ${warning}`).join('');
	const shaped = error === undefined ? undefined : shapeError(error);
	const why = shaped ? `\n  ${shaped.message}\n  ${shaped.hint}` : '';
	if (what === 'signed') return `${file}: signed at ${level?.toUpperCase()} → ${out}${notes}`;
	if (what === 'incomplete') {
		const done = out === undefined ? `left at ${level?.toUpperCase()}` : `signed at ${level?.toUpperCase()} → ${out}`;
		return `${file}: ${done}, still to be added: ${pending.join(', ')}${why}${notes}`;
	}
	return `${file}: ${what}${why}${notes}`;
}

export function isNetwork(error: unknown): boolean {
	if (error instanceof TimestampError) return error.isNetwork;
	return error instanceof NetworkError && !isAbort(error);
}
