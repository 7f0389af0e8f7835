import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newRow, type Row } from './batchRow.ts';
import { unwritable } from './outputs.ts';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-outputs-'));
	for (const name of ['a.pdf', 'b.pdf']) writeFileSync(join(folder, name), 'never looked at');
});

afterEach(() => rmSync(folder, { recursive: true }));

const rows = (changes: Partial<Row>): readonly Row[] =>
	['a.pdf', 'b.pdf'].map((name) => ({ ...newRow(join(folder, name), folder), size: 1, ...changes }));
const codes = (found: readonly Row[], to: string | null, room = 0) => {
	const failures = unwritable(found, to, room);
	return found.map(({ id }) => failures.get(id)?.code);
};

it('finds nothing wrong with files that can be written', () => {
	expect(codes(rows({}), null)).toEqual([undefined, undefined]);
});

it('finds that there is no room for the proof of any', () => {
	expect(codes(rows({}), null, 2 ** 60)).toEqual(['disk-full', 'disk-full']);
});

it('counts what those before take: there may be room for the first alone', () => {
	const { bavail, bsize } = statfsSync(folder);
	expect(codes(rows({ size: Math.floor(0.6 * bavail * bsize) }), null)).toEqual([undefined, 'disk-full']);
});

it('looks at the disk of a folder that is still to be made, and makes none', () => {
	expect(codes(rows({}), join(folder, 'to', 'come'), 2 ** 60)).toEqual(['disk-full', 'disk-full']);
	expect(codes(rows({}), join(folder, 'to', 'come'))).toEqual([undefined, undefined]);
	expect(readdirSync(folder)).toEqual(['a.pdf', 'b.pdf']);
});

it('finds a place that somebody else has taken since an earlier run chose it', () => {
	const out = join(folder, 'a-signed.pdf');
	const [first, second] = rows({});
	if (!first || !second) throw new Error('there are two');
	writeFileSync(out, 'of somebody else');
	expect(codes([{ ...first, out }, second], null)).toEqual(['output-exists', undefined]);
});

it('says which file is gone', () => {
	rmSync(join(folder, 'b.pdf'));
	expect(codes(rows({}), null)).toEqual([undefined, 'file-not-found']);
});
