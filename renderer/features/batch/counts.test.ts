import { expect, it } from 'vitest';
import type { BatchRow, BatchSummary, Failure, RowId } from '../../../preload/contract.ts';
import { groupsOf, progressOf, timeLeft, timestampsOf } from './counts.ts';

const summary = (changes: Partial<BatchSummary>): BatchSummary => ({
	phase: 'running',
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

it.each([
	['b-b', 0],
	['b-t', 28],
	['b-lt', 28],
	['b-lta', 56],
] as const)('28 documents at %s cost %d timestamps', (level, timestamps) => {
	expect(timestampsOf(28, level)).toBe(timestamps);
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
