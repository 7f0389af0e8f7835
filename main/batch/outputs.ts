import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { OutputSurvey } from '../../core/batch/outputSurvey.ts';
import type { Failure, RowId } from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { Row } from './batchRow.ts';
import type { RowToSign } from './runningBatch.ts';

/**
 * A name for the signed file of each row: `NAME-signed.pdf`, or the first of `NAME-signed-2.pdf`, … that is free on disk
 * and among the others. A row that has one keeps it.
 *
 * @param folder null: beside each original.
 */
export function withOutputs(rows: readonly Row[], folder: string | null): readonly RowToSign[] {
	const taken = new Set(rows.flatMap(({ out }) => out ?? []));
	return rows.map((row) => {
		const out = row.out ?? freeName(row.path, folder ?? dirname(row.path), taken);
		taken.add(out);
		return { ...row, out };
	});
}

/**
 * Which of these signed files could not be written, all of them together, and why.
 *
 * @param folder null: beside each original. It need not be there yet.
 * @param room bytes of proof that each gets.
 */
export function unwritable(rows: readonly Row[], folder: string | null, room: number): ReadonlyMap<RowId, Failure> {
	const named = withOutputs(rows, folder === null ? null : nearestFolder(folder));
	const outputs = new OutputSurvey(named.map(({ path, out }) => ({ file: path, out, overwrite: 'never' })));
	const failures = new Map<RowId, Failure>();
	for (const [index, { id, size }] of named.entries()) {
		try {
			outputs.check(index);
			outputs.take(index, size + room);
		} catch (error) {
			failures.set(id, { ...failureOf(error), subject: null });
		}
	}
	return failures;
}

/** One that is still to be made lies on the disk of the first that is there. */
function nearestFolder(folder: string): string {
	for (let path = folder; ; path = dirname(path)) if (existsSync(path) || path === dirname(path)) return path;
}

function freeName(input: string, folder: string, taken: ReadonlySet<string>): string {
	const extension = extname(input);
	const name = basename(input, extension).replace(/-signed(-\d+)?$/, '');
	for (let count = 1; ; count++) {
		const path = join(folder, `${name}-signed${count === 1 ? '' : `-${count}`}${extension || '.pdf'}`);
		if (!taken.has(path) && !existsSync(path)) return path;
	}
}
