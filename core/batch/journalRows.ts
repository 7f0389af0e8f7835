/** The journal's tables as rows, and the statements over them. */
import type { Level } from '../pades/level.ts';
import type { Database } from '../store/database.ts';
import type { JournalKey, JournalLine, WrittenEntry } from './journalEntry.ts';

/** A row of the table `file`. */
export interface Row {
	readonly file: string;
	readonly out: string;
	readonly part: string | null;
	readonly size: number | null;
	readonly replaces: string | null;
	readonly inputSha256: string | null;
	readonly outputSha256: string | null;
	readonly state: JournalLine['state'];
	readonly level: Level | null;
	readonly requested: Level;
	readonly field: string | null;
	readonly stampedAt: string | null;
	readonly code: string | null;
	readonly message: string | null;
	readonly at: string;
}

const columns =
	'file, out, part, size, replaces, inputSha256, outputSha256, state, level, requested, field, stampedAt, code, message, at';
const values = columns.replaceAll(/\w+/g, '@$&');

interface GivenRow {
	readonly signingTime: string;
	readonly timestampRoom: number;
}

export function prepareStatements(database: Database) {
	const put = `INSERT INTO file (${columns}) VALUES (${values}) ON CONFLICT (file, out) DO UPDATE SET
		part = excluded.part, size = excluded.size, replaces = excluded.replaces, inputSha256 = excluded.inputSha256,
		outputSha256 = excluded.outputSha256, state = excluded.state, level = excluded.level,
		requested = excluded.requested, field = excluded.field, stampedAt = excluded.stampedAt,
		code = excluded.code, message = excluded.message, at = excluded.at`;
	return {
		begin: database.prepare<{ mark: string; at: string }>('INSERT INTO run (mark, at) VALUES (@mark, @at)'),
		marks: database.prepare<[], { mark: string }>('SELECT mark FROM run'),
		put: database.prepare<Row>(put),
		one: database.prepare<JournalKey, Row>(`SELECT ${columns} FROM file WHERE file = @file AND out = @out`),
		all: database.prepare<[], Row>(`SELECT ${columns} FROM file ORDER BY rowid`),
		written: database.prepare<[], Row & Written>(`SELECT ${columns} FROM file WHERE part IS NOT NULL`),
		keep: database.prepare<JournalKey & GivenRow & { value: Uint8Array }>(
			`INSERT OR REPLACE INTO given (file, out, signingTime, timestampRoom, value)
				VALUES (@file, @out, @signingTime, @timestampRoom, @value)`,
		),
		given: database.prepare<JournalKey, GivenRow & { value: Buffer }>(
			'SELECT signingTime, timestampRoom, value FROM given WHERE file = @file AND out = @out',
		),
		forget: database.prepare<JournalKey>('DELETE FROM given WHERE file = @file AND out = @out'),
	};
}

/** What the schema holds of every row that has a part. */
type Written = {
	readonly [K in 'part' | 'size' | 'replaces' | 'inputSha256' | 'outputSha256' | 'level' | 'field']: NonNullable<
		Row[K]
	>;
} & { readonly state: WrittenEntry['state'] };

export const isWritten = (row: Row): row is Row & Written => row.part !== null;

export function writtenOf({ code: _, message: __, at: ___, stampedAt, ...row }: Row & Written): WrittenEntry {
	return stampedAt === null ? row : { ...row, stampedAt: new Date(stampedAt) };
}

/** Every file, in the order it was first written down. */
export function* linesOf({ all }: ReturnType<typeof prepareStatements>): Generator<JournalLine> {
	for (const row of all.iterate()) {
		const { file, out, state, requested, level, field, inputSha256, outputSha256, code, message, at } = row;
		yield { file, out, state, requested, level, field, inputSha256, outputSha256, code, message, at };
	}
}
