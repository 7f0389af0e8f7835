/** Rows of tables as lines of JSON, the same from both databases and for both. */
import { type QueryExecutorProvider, sql } from 'kysely';
import { z } from 'zod';

/** A table that is kept, with the columns of its primary key. */
export interface KeptTable {
	readonly name: string;
	readonly key: readonly string[];
}

const PAGE = 500;

const value = z.union([z.string(), z.number(), z.null(), z.object({ $bytes: z.base64() })]);
const line = z.object({ table: z.string(), row: z.record(z.string(), value) });

export type Value = string | number | Buffer | null;
export interface TableRow {
	readonly table: string;
	readonly row: Readonly<Record<string, Value>>;
}

/** All rows of a table in the order of its key, page by page; within the transaction that `db` is. */
export async function* tableRows(db: QueryExecutorProvider, { name, key }: KeptTable): AsyncIterable<TableRow> {
	const columns = sql.join(key.map((column) => sql.ref(column)));
	for (let after: readonly Value[] | undefined; ; ) {
		const page = after === undefined ? sql`` : sql`where (${columns}) > (${sql.join([...after])})`;
		const { rows } = await sql<
			Record<string, Value>
		>`select * from ${sql.table(name)} ${page} order by ${columns} limit ${PAGE}`.execute(db);
		for (const row of rows) yield { table: name, row };
		const last = rows.at(-1);
		if (last === undefined || rows.length < PAGE) return;
		after = key.map((column) => last[camelCase(column)] ?? null);
	}
}

export const writeRow = ({ table, row }: TableRow): string => {
	const encoded = Object.entries(row).map(([name, one]) => [
		name,
		Buffer.isBuffer(one) ? { $bytes: one.toString('base64') } : one,
	]);
	return `${JSON.stringify({ table, row: Object.fromEntries(encoded) })}\n`;
};

/** @throws where the line is none that {@link writeRow} wrote. */
export function readRow(text: string): TableRow {
	const { table, row } = line.parse(JSON.parse(text));
	const decoded = Object.entries(row).map(([name, one]): [string, Value] => [
		name,
		typeof one === 'object' && one !== null ? Buffer.from(one.$bytes, 'base64') : one,
	]);
	return { table, row: Object.fromEntries(decoded) };
}

export async function insertRow(db: QueryExecutorProvider, { table, row }: TableRow): Promise<void> {
	const names = Object.keys(row);
	const columns = sql.join(names.map((name) => sql.ref(name)));
	await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(db);
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Lines of a text that comes in pieces. */
export async function* linesOf(text: AsyncIterable<string>): AsyncIterable<string> {
	let rest = '';
	for await (const piece of text) {
		const lines = (rest + piece).split('\n');
		rest = lines.pop() ?? '';
		yield* lines;
	}
	if (rest !== '') yield rest;
}
