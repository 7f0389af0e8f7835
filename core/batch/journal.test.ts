import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { OutputFile } from '../pades/outputFile.ts';
import { Journal } from './journal.ts';
import type { WrittenEntry } from './journalEntry.ts';
import { takeUp } from './takeUp.ts';

function scene(changes: Partial<WrittenEntry> = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-journal-'));
	const path = (name: string): string => join(folder, name);
	writeFileSync(path('in.pdf'), 'input');
	const entry: WrittenEntry = {
		file: path('in.pdf'),
		out: path('out.pdf'),
		part: path('.out.part'),
		size: 6,
		replaces: 'nothing',
		inputSha256: sha256('input'),
		outputSha256: sha256('output'),
		state: 'signed',
		level: 'b-b',
		requested: 'b-b',
		field: 'Signature1',
		...changes,
	};
	return { path, entry, journal: path('journal'), record: (one = entry) => record(path('journal'), one) };
}

async function record(journal: string, entry: WrittenEntry): Promise<void> {
	const first = Journal.open(journal);
	await first.record(entry);
	first.close();
}

function lookUp(journal: string, { file, out }: WrittenEntry): WrittenEntry | undefined {
	const second = Journal.open(journal);
	const found = second.finished(file, out);
	second.close();
	return found;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the journal of a batch', () => {
	it('knows in a second run what the first one finished', async () => {
		const { path, entry, journal, record } = scene();
		await record();
		writeFileSync(path('out.pdf'), 'output');
		expect(lookUp(journal, entry)).toEqual(entry);
	});

	it('renames an output that was written when the run broke off', async () => {
		const { path, entry, journal, record } = scene();
		writeFileSync(entry.part, 'output');
		await record();
		Journal.open(journal).close();
		expect(readFileSync(path('out.pdf'), 'utf8')).toBe('output');
		expect(existsSync(entry.part)).toBe(false);
	});

	it('removes an output that was not written whole', async () => {
		const { path, entry, journal, record } = scene();
		writeFileSync(entry.part, 'outp');
		await record();
		Journal.open(journal).close();
		expect([existsSync(entry.part), existsSync(path('out.pdf'))]).toEqual([false, false]);
	});

	it.each([
		['what someone else put there', 'nothing', 'mine'],
		['what was there, when it was told to replace it', 'anything', 'output'],
		['the file it was made from, in its place', sha256('mine'), 'output'],
		['a file that changed meanwhile, in its place', sha256('another'), 'mine'],
	])('treats rightly %s', async (_, replaces, then) => {
		const { path, entry, journal, record } = scene({ replaces });
		writeFileSync(path('out.pdf'), 'mine');
		writeFileSync(entry.part, 'output');
		await record();
		Journal.open(journal).close();
		expect(readFileSync(path('out.pdf'), 'utf8')).toBe(then);
		expect(existsSync(entry.part)).toBe(false);
	});

	it('keeps what was stamped, and drops what was being appended to it', async () => {
		const { entry, journal, record } = scene({ state: 'stamped', stampedAt: new Date('2026-11-02T09:00:00Z') });
		writeFileSync(entry.part, 'output and half of the proof');
		await record();
		expect(lookUp(journal, entry)).toEqual(entry);
		expect(readFileSync(entry.part, 'utf8')).toBe('output');
	});

	it('does a file again when its input or its output is another by now', async () => {
		const { path, entry, journal, record } = scene();
		await record();
		writeFileSync(path('out.pdf'), 'output of somebody else');
		expect(lookUp(journal, entry)).toBeUndefined();
	});

	it('writes what comes at the same time down at once, each for itself', async () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		const outs = Array.from({ length: 50 }, (_, index) => path(`${index}.pdf`));
		await Promise.all(outs.map((out) => first.record({ ...entry, out })));
		expect([...first.lines()].map(({ out }) => out)).toEqual(outs);
		first.close();
	});

	it('remembers a signature until its file is written', async () => {
		const { entry, journal } = scene();
		const first = Journal.open(journal);
		const given = { signingTime: new Date('2026-11-02T09:00:00Z'), timestampRoom: 4096, value: Buffer.from('value') };
		first.keepGiven(entry, given);
		first.close();
		const second = Journal.open(journal);
		expect(second.given(entry)).toEqual(given);
		await second.record(entry);
		expect(second.given(entry)).toBeUndefined();
		second.close();
	});

	it('says why a file was not signed', () => {
		const { entry, journal } = scene();
		const first = Journal.open(journal);
		const { file, out, requested } = entry;
		first.recordFailure({ file, out, requested, state: 'failed', code: 'not-a-pdf', message: 'it is none' });
		first.close();
		const second = Journal.open(journal);
		expect([...second.lines()]).toMatchObject([{ file, out, state: 'failed', code: 'not-a-pdf', level: null }]);
		second.close();
	});

	it('lets parts be found that a broken run left lying, and no others', () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		const left = new OutputFile(entry.out, 'never', first.mark).partPath;
		const others = new OutputFile(entry.out, 'never').partPath;
		for (const part of [left, others]) writeFileSync(part, 'half');
		first.close();
		const second = Journal.open(journal);
		const item = { file: entry.file, out: entry.out, overwrite: 'never', level: 'b-b', password: undefined } as const;
		const options = () => ({ digest: 'sha256', signingTime: new Date() }) as const;
		expect(takeUp([{ ...item, options }], second).left).toHaveLength(1);
		expect([existsSync(left), existsSync(others)]).toEqual([false, true]);
		expect(existsSync(path('in.pdf'))).toBe(true);
		second.close();
	});

	it.each([
		['a text', (path: string) => writeFileSync(path, 'remember the milk\n'.repeat(100))],
		['another database', (path: string) => new Sqlite(path).exec('CREATE TABLE milk (litres INTEGER)').close()],
	])('refuses %s', (_, write) => {
		const { path } = scene();
		write(path('notes'));
		expect(() => Journal.open(path('notes'))).toThrow(expect.objectContaining({ code: 'journal-unreadable' }));
	});
});
