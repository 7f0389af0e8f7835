/** What a journal says of files, as a list to be kept: for spreadsheets and for programs. */
import { csvLine } from './csvLine.ts';

const columns = [
	...(['file', 'out', 'state', 'requested', 'level', 'field', 'inputSha256', 'outputSha256'] as const),
	...(['code', 'message', 'at'] as const),
] as const;

/** A line of a journal, or what stands for one where a file came into none. */
export type ListedLine = { readonly [Column in (typeof columns)[number]]: string | null };

/** As CSV, line by line, the header first. */
export function* journalCsv(lines: Iterable<ListedLine>): Generator<string> {
	yield csvLine(columns);
	for (const line of lines) yield csvLine(columns.map((column) => inert(line[column] ?? '')));
}

/** As one JSON array, an object a line. */
export function journalJson(lines: Iterable<ListedLine>): string {
	return `[\n${[...lines].map((line) => JSON.stringify(line)).join(',\n')}\n]\n`;
}

/** Names of fields are whatever a document says: a spreadsheet shall show them, not calculate with them. */
const inert = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
