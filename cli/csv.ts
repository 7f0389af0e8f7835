import { UsageError } from './errors.ts';

/**
 * Reads CSV with a header line (RFC 4180): quotes, doubled quotes, line breaks in quotes, LF or CRLF, a byte order mark.
 *
 * @param columns the names that the header may have, in any order.
 * @returns one record a line; a column that is missing or empty is undefined.
 * @throws {UsageError} for an unknown or repeated column, a line with more cells than the header, an open quote.
 */
export function parseCsv<const C extends string>(
	text: string,
	columns: readonly C[],
	subject: string,
): readonly Partial<Record<C, string>>[] {
	const [header, ...rows] = readRows(text.replace(/^\uFEFF/, ''), subject);
	if (header === undefined) throw new UsageError(`${subject} is empty`);
	const names = header.map((cell) => {
		const found = columns.find((column) => column === cell.trim());
		if (found === undefined) {
			throw new UsageError(`${subject}: there is no column '${cell}'`, { hint: `Columns are ${columns.join(', ')}.` });
		}
		return found;
	});
	if (new Set(names).size !== names.length) throw new UsageError(`${subject}: a column occurs twice`);
	return rows
		.filter((row) => row.some((cell) => cell !== ''))
		.map((row) => {
			if (row.length > names.length) throw new UsageError(`${subject}: a line has more cells than the header`);
			const record: Partial<Record<C, string>> = {};
			names.forEach((column, index) => {
				const cell = row[index];
				if (cell !== undefined && cell !== '') record[column] = cell;
			});
			return record;
		});
}

function readRows(text: string, subject: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let cell = '';
	let quoted = false;
	const endRow = (): void => {
		rows.push([...row, cell]);
		row = [];
		cell = '';
	};
	for (let index = 0; index < text.length; index++) {
		const character = text.charAt(index);
		if (quoted) {
			if (character !== '"') cell += character;
			else if (text[index + 1] === '"') cell += text.charAt(index++);
			else quoted = false;
		} else if (character === '"' && cell === '') quoted = true;
		else if (character === ',') {
			row.push(cell);
			cell = '';
		} else if (character === '\n') endRow();
		else if (character !== '\r' || text[index + 1] !== '\n') cell += character;
	}
	if (quoted) throw new UsageError(`${subject}: a quote is not closed`);
	if (cell !== '' || row.length > 0) endRow();
	return rows;
}
