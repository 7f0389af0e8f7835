import { journalCsv, journalJson } from '../../core/batch/journalExport.ts';
import { writeOutput } from '../../core/pades/outputFile.ts';
import { assertNever } from '../../core/ports/errors.ts';
import type { ResultKind } from '../../preload/contract.ts';
import { minuteStamp } from '../documents/minuteStamp.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { BatchResult } from './batchResult.ts';

/** Spreadsheets take a file without it for one in the encoding of thirty years ago. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Writes what came of a batch into the private folder. @returns the path. */
export async function writeResult(
	kind: ResultKind,
	result: BatchResult,
	folder: PrivateFolder,
	reading: ReadingPool,
): Promise<string> {
	const when = minuteStamp(result.begun);
	const path = await folder.place(kind === 'report' ? `batch-report-${when}.pdf` : `batch-list-${when}.${kind}`);
	const lines = result.files.map(({ line }) => line);
	const write = (text: string) => writeOutput(path, Buffer.from(text, 'utf8'), 'never');
	switch (kind) {
		case 'report':
			await reading.run('writeBatchReport', { path, ...result });
			break;
		case 'csv':
			await write([BYTE_ORDER_MARK, ...journalCsv(lines)].join(''));
			break;
		case 'json':
			await write(journalJson(lines));
			break;
		default:
			return assertNever(kind);
	}
	return path;
}
