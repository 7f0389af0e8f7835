import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
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

function freeName(input: string, folder: string, taken: ReadonlySet<string>): string {
	const extension = extname(input);
	const name = basename(input, extension).replace(/-signed(-\d+)?$/, '');
	for (let count = 1; ; count++) {
		const path = join(folder, `${name}-signed${count === 1 ? '' : `-${count}`}${extension || '.pdf'}`);
		if (!taken.has(path) && !existsSync(path)) return path;
	}
}
