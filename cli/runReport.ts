/** `paraph sign --report pdf:FILE`: a paper on the run, signed with the same key where that is asked for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportedFile } from '../core/batch/batchReport.ts';
import type { BatchItem } from '../core/batch/signBatch.ts';
import type { FileOutcome } from '../core/pades/fileOutcome.ts';
import type { Level } from '../core/pades/level.ts';
import { writeOutput } from '../core/pades/outputFile.ts';
import { systemClock } from '../core/ports/clock.ts';
import { shapeError, UsageError } from './errors.ts';
import type { Output } from './output.ts';

export class RunReport {
	readonly isSigned: boolean;
	readonly #path: string;
	readonly #level: Level;
	readonly #begun = systemClock.now();
	readonly #files: ReportedFile[] = [];
	#item: BatchItem | undefined;
	#outcome: FileOutcome | undefined;

	/** @param option what `--report` says. @throws {UsageError} */
	constructor(option: string, isSigned: boolean, level: Level) {
		const path = /^pdf:(.+)$/s.exec(option)?.[1];
		if (path === undefined) throw new UsageError(`--report: '${option}' is not pdf:FILE`);
		this.#path = path;
		this.isSigned = isSigned;
		this.#level = level;
	}

	/** What became of a file. @returns whether it is the report itself. */
	takes(outcome: FileOutcome, item: BatchItem): boolean {
		if (item !== this.#item) return false;
		this.#outcome = outcome;
		return true;
	}

	/** Of a file, and what it was found to be worth. */
	note(outcome: FileOutcome, verified: ReportedFile['verified']): void {
		this.#files.push({ outcome, verified });
	}

	/** The report to be signed: unsigned, it lies in a folder that goes away. */
	async item(): Promise<BatchItem> {
		const folder = mkdtempSync(join(tmpdir(), 'paraph-report-'));
		const file = join(folder, 'report.pdf');
		writeFileSync(file, await this.#bytes(), { mode: 0o600 });
		this.#item = {
			file,
			out: this.#path,
			overwrite: 'force',
			level: this.#level,
			password: undefined,
			options: () => ({ digest: 'sha256', signingTime: systemClock.now() }),
		};
		return this.#item;
	}

	/** Writes the report, or tells what became of the one that was signed. @returns whether it is there as asked. */
	async finish(output: Output): Promise<boolean> {
		if (this.#item) rmSync(join(this.#item.file, '..'), { recursive: true, force: true });
		if (!this.isSigned) {
			await writeOutput(this.#path, await this.#bytes(), 'force');
			output.hint(`report: ${this.#path}`);
			return true;
		}
		const { ok = false, error } = this.#outcome ?? {};
		if (ok) output.hint(`report: ${this.#path}, signed`);
		else output.hint(`report: not signed: ${error === undefined ? 'the run ended before' : shapeError(error).message}`);
		return ok;
	}

	async #bytes(): Promise<Uint8Array> {
		const { batchReport } = await import('../core/batch/batchReport.ts');
		return batchReport({ begun: this.#begun, ended: systemClock.now(), files: this.#files });
	}
}
