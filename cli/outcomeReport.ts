/** Outcomes as JSON lines, as text, as a summary, and as an exit code. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { FileOutcome } from '../core/pades/fileOutcome.ts';
import { NetworkError } from '../core/ports/fetcher.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { TimestampError } from '../core/tsp/errors.ts';
import { ExitCode } from './command.ts';
import { formatCsvLine } from './csv.ts';
import { isAbort, shapeError, UsageError } from './errors.ts';
import type { Output } from './output.ts';

const summaryColumns = [
	'file',
	'out',
	'outcome',
	'requested',
	'level',
	'pending',
	'field',
	'error',
	'message',
] as const;

/** Gathers the outcomes of a run, tells each, and knows the exit code in the end. */
export class OutcomeReport {
	readonly #output: Output;
	readonly #summary: number | undefined;
	readonly #outcomes: FileOutcome[] = [];

	/** @param summary `csv:FILE`. @throws {UsageError} */
	constructor(output: Output, summary: string | undefined) {
		this.#output = output;
		this.#summary = summary === undefined ? undefined : openSync(summaryPath(summary), 'w');
		if (this.#summary !== undefined) writeSync(this.#summary, formatCsvLine(summaryColumns));
	}

	tell(outcome: FileOutcome): void {
		this.#outcomes.push(outcome);
		this.#output.result(outcomeJson(outcome), outcomeText(outcome));
		if (this.#summary !== undefined) writeSync(this.#summary, summaryLine(outcome));
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
		if (this.#summary !== undefined) closeSync(this.#summary);
	}
}

/** The JSON line of one file. */
export function outcomeJson(outcome: FileOutcome): object {
	const { file, out, outcome: what, ok, requested, level, pending, field, signer, ms, warnings, error } = outcome;
	return {
		file,
		out: out ?? null,
		outcome: what,
		ok,
		requested,
		level: level ?? null,
		pending,
		field: field ?? null,
		signer: signer ?? null,
		ms: ms ?? { total: 0, hash: 0, token: 0, tsa: 0, revocation: 0 },
		warnings,
		error: error === undefined ? null : shapeError(error),
	};
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

function summaryLine(outcome: FileOutcome): string {
	const shaped = outcome.error === undefined ? undefined : shapeError(outcome.error);
	return formatCsvLine([
		outcome.file,
		outcome.out ?? '',
		outcome.outcome,
		outcome.requested,
		outcome.level ?? '',
		outcome.pending.join(' '),
		outcome.field ?? '',
		shaped?.code ?? '',
		shaped?.message ?? '',
	]);
}

function summaryPath(summary: string): string {
	const match = /^csv:(.+)$/s.exec(summary);
	if (!match?.[1]) throw new UsageError(`--summary: '${summary}' is not csv:FILE`);
	return match[1];
}

export function isNetwork(error: unknown): boolean {
	if (error instanceof TimestampError) return error.isNetwork;
	return error instanceof NetworkError && !isAbort(error);
}
