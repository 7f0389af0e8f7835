import { expect, it } from 'vitest';
import type { BatchRow, BatchSummary, Failure, RowId } from '../../../preload/contract.ts';
import { groupsOf, notesOf, progressOf, timeLeft } from './counts.ts';

const summary = (changes: Partial<BatchSummary>): BatchSummary => ({
	phase: 'running',
	outlook: null,
	wish: { place: { kind: 'none' }, reason: '', location: '', level: 'b-lta' },
	folder: null,
	folderNeeded: false,
	worked: 10_000,
	total: 100,
	signed: 0,
	done: 0,
	signer: null,
	failure: null,
	begun: null,
	due: null,
	...changes,
});

it('counts a signature and its proof as half of the way each', () => {
	expect(progressOf(summary({ signed: 100, done: 0 }))).toBe(0.5);
	expect(progressOf(summary({ signed: 100, done: 100 }))).toBe(1);
});

it('says how long it still takes only when it can know', () => {
	expect(timeLeft(summary({ signed: 2 }))).toBeNull();
	expect(timeLeft(summary({ signed: 100 }))).toBe(10_000);
});

it('gathers what is in trouble by reason, the most frequent first', () => {
	const failure = (code: string): Failure => ({ code, message: '', hint: '', subject: null, details: {} });
	const row = (id: string, code: string | null) =>
		({ id: id as RowId, failure: code === null ? null : failure(code) }) as BatchRow;
	const groups = groupsOf([
		row('a', 'not-a-pdf'),
		row('b', null),
		row('c', 'document-locked'),
		row('d', 'document-locked'),
	]);
	expect(groups.map(({ code, rows }) => [code, rows.length])).toEqual([
		['document-locked', 2],
		['not-a-pdf', 1],
	]);
});

const blank: Omit<BatchRow, 'id'> = {
	name: '',
	folder: null,
	pages: 1,
	signatureCount: 0,
	emptyFields: [],
	concerns: [],
	warnings: [],
	state: 'ready',
	failure: null,
	place: null,
	ownPlace: null,
	read: false,
	output: null,
	level: null,
};

it('gathers what is worth knowing of documents that can be signed, and of no others', () => {
	const row = (id: string, state: BatchRow['state'], ...warnings: string[]): BatchRow => ({
		...blank,
		id: id as RowId,
		state,
		warnings,
	});
	const groups = notesOf([
		row('a', 'ready', 'characters-missing: ☃'),
		row('b', 'ready', 'signed-before'),
		row('c', 'ready', 'signed-before', 'characters-missing: ☂'),
		row('d', 'looking', 'signed-before'),
		row('e', 'signed', 'characters-missing: ☃'),
	]);
	expect(groups.map(({ code, rows }) => [code, rows.map(({ id }) => id)])).toEqual([
		['characters-missing', ['a', 'c']],
		['signed-before', ['b', 'c']],
	]);
});
