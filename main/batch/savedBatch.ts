import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Journal } from '../../core/batch/journal.ts';
import type { JournalLine } from '../../core/batch/journalEntry.ts';
import { batchWish, markPlace, rowId } from '../../preload/contract.ts';
import { safeName } from '../documents/privateFolder.ts';
import { readJsonFile, writeJsonFile } from '../settings/jsonFile.ts';
import { newRow, type Row } from './batchRow.ts';

const savedRow = z.strictObject({
	id: rowId,
	path: z.string(),
	folder: z.string().nullable(),
	out: z.string().optional(),
	sha256: z.string().optional(),
	certificate: z.strictObject({ subject: z.string(), issuer: z.string(), serial: z.string() }).nullable().default(null),
	ownPlace: markPlace.nullable(),
	read: z.boolean(),
});
const saved = z.strictObject({
	rows: z.array(savedRow),
	wish: batchWish,
	folder: z.string().nullable(),
	signer: z.string().nullable(),
	begun: z.string().nullable(),
});

/** A batch as it outlives the program: everything but passwords. */
export type SavedBatch = Omit<z.infer<typeof saved>, 'rows'> & { readonly rows: readonly Row[] };

/**
 * The batch on disk: what was to be signed, the journal of what was, and the files that were dropped and lie nowhere
 * else. It stays until the person is done with it.
 */
export class BatchFolder {
	readonly #path: string;
	#dropped = 0;

	constructor(env: NodeJS.ProcessEnv) {
		const state = env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state');
		this.#path = join(state, 'paraph', 'batch');
	}

	get journal(): string {
		return join(this.#path, 'journal.db');
	}

	/** A place for a dropped file, in a folder of its own, so that no two clash. */
	place(name: string): string {
		this.#dropped += 1;
		const folder = join(this.#path, 'dropped', `${process.pid}-${this.#dropped}`);
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		return join(folder, safeName(name));
	}

	contains(path: string): boolean {
		return path.startsWith(this.#path);
	}

	save({ rows, ...batch }: SavedBatch): void {
		writeJsonFile(this.#file, {
			...batch,
			rows: rows.map(({ id, path, folder, out, sha256, certificate, ownPlace, read }) => ({
				id,
				path,
				folder,
				out,
				sha256,
				certificate,
				ownPlace,
				read,
			})),
		});
	}

	/** With what the journal knows of each file; undefined where there is none, or it cannot be read. */
	load(): SavedBatch | undefined {
		const read = saved.safeParse(readJsonFile(this.#file));
		if (!read.success || read.data.rows.length === 0) return undefined;
		const journal = Journal.open(this.journal);
		try {
			const lines = new Map([...journal.lines()].map((line) => [line.file, line]));
			return { ...read.data, rows: read.data.rows.map((row) => restored(row, lines.get(row.path))) };
		} finally {
			journal.close();
		}
	}

	remove(): void {
		rmSync(this.#path, { recursive: true, force: true });
	}

	get #file(): string {
		return join(this.#path, 'batch.json');
	}
}

/** What is stamped has its signature, and its file appears with its proof: by the next run, which signs it no more. */
function restored({ path, folder, out, ...known }: z.infer<typeof savedRow>, line: JournalLine | undefined): Row {
	const row: Row = { ...newRow(path, folder), ...known, out, sha256: known.sha256, state: 'cancelled' };
	if (line?.state === 'stamped') return { ...row, state: 'proving' };
	const isWritten = line?.state === 'signed' || line?.state === 'incomplete';
	if (!isWritten || out === undefined || !existsSync(out)) return row;
	return { ...row, state: line.state === 'signed' ? 'signed' : 'incomplete', level: line.level };
}
