/** `--summary csv:FILE|json:FILE`: what became of each file, for spreadsheets and scripts. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { csvLine } from '../core/batch/csvLine.ts';
import type { FileOutcome } from '../core/pades/fileOutcome.ts';
import { shapeError, UsageError } from './errors.ts';
import { outcomeJson } from './outcomeJson.ts';

const columns = ['file', 'out', 'outcome', 'requested', 'level', 'pending', 'field', 'error', 'message'] as const;

export class SummaryFile {
	readonly #descriptor: number;
	readonly #kind: string;
	#isFirst = true;

	/** @param option what `--summary` says. @throws {UsageError} */
	constructor(option: string) {
		const [, kind, path] = /^(csv|json):(.+)$/s.exec(option) ?? [];
		if (kind === undefined || path === undefined)
			throw new UsageError(`--summary: '${option}' is not csv:FILE or json:FILE`);
		this.#kind = kind;
		this.#descriptor = open(path);
		this.#write(kind === 'csv' ? csvLine(columns) : '[');
	}

	add(outcome: FileOutcome): void {
		if (this.#kind === 'csv') this.#write(summaryLine(outcome));
		else this.#write(`${this.#isFirst ? '\n' : ',\n'}${JSON.stringify(outcomeJson(outcome))}`);
		this.#isFirst = false;
	}

	close(): void {
		if (this.#kind === 'json') this.#write('\n]\n');
		closeSync(this.#descriptor);
	}

	#write(text: string): void {
		writeSync(this.#descriptor, text);
	}
}

function open(path: string): number {
	try {
		return openSync(path, 'w');
	} catch {
		throw new UsageError(`--summary: ${path} cannot be written`, { subject: path });
	}
}

function summaryLine(outcome: FileOutcome): string {
	const error = outcome.error === undefined ? undefined : shapeError(outcome.error);
	const { file, out, outcome: what, requested, level, pending, field } = outcome;
	return csvLine([
		file,
		out ?? '',
		what,
		requested,
		level ?? '',
		pending.join(' '),
		field ?? '',
		error?.code ?? '',
		error?.message ?? '',
	]);
}
