import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal, type JournalEntry } from './journal.ts';

function scene() {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-journal-'));
	const path = (name: string): string => join(folder, name);
	writeFileSync(path('in.pdf'), 'input');
	const entry: JournalEntry = {
		file: path('in.pdf'),
		out: path('out.pdf'),
		part: path('.out.part'),
		inputSha256: sha256('input'),
		outputSha256: sha256('output'),
		state: 'signed',
		level: 'b-b',
		requested: 'b-b',
		field: 'Signature1',
	};
	return { path, entry, journal: path('journal') };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the journal of a batch', () => {
	it('knows in a second run what the first one finished', async () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		await first.record(entry);
		first.close();
		writeFileSync(path('out.pdf'), 'output');
		expect(Journal.open(journal).finished(entry.file, entry.out)).toEqual(entry);
	});

	it('renames an output that was written when the run broke off', async () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		writeFileSync(entry.part, 'output');
		await first.record(entry);
		first.close();
		Journal.open(journal).close();
		expect(readFileSync(path('out.pdf'), 'utf8')).toBe('output');
		expect(existsSync(entry.part)).toBe(false);
	});

	it('removes an output that was not written whole', async () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		writeFileSync(entry.part, 'outp');
		await first.record(entry);
		first.close();
		Journal.open(journal).close();
		expect([existsSync(entry.part), existsSync(path('out.pdf'))]).toEqual([false, false]);
	});

	it('does a file again when its input or its output is another by now', async () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		await first.record(entry);
		first.close();
		writeFileSync(path('out.pdf'), 'output of somebody else');
		expect(Journal.open(journal).finished(entry.file, entry.out)).toBeUndefined();
	});

	it('takes a line that a crash cut short for no entry, and goes on after it', async () => {
		const { path, entry, journal } = scene();
		const first = Journal.open(journal);
		await first.record(entry);
		first.close();
		appendFileSync(journal, '{"file":"/x/y.pdf","out"');
		writeFileSync(path('out.pdf'), 'output');
		const second = Journal.open(journal);
		await second.record({ ...entry, file: path('other.pdf') });
		second.close();
		expect(Journal.open(journal).finished(entry.file, entry.out)).toEqual(entry);
	});

	it('refuses a file that is no journal', () => {
		const { path } = scene();
		writeFileSync(path('notes.txt'), 'remember the milk\n');
		expect(() => Journal.open(path('notes.txt'))).toThrow(expect.objectContaining({ code: 'journal-unreadable' }));
	});
});
