import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BatchNews, BatchSummary } from '../../preload/contract.ts';
import { newRow } from './batchRow.ts';
import { Rows } from './rows.ts';

let told: readonly BatchNews[];
let rows: Rows;

beforeEach(() => {
	vi.useFakeTimers();
	told = [];
	const summary: Partial<BatchSummary> = { phase: 'choosing' };
	rows = new Rows(
		() => summary as BatchSummary,
		(news) => {
			told = [...told, news];
		},
	);
});
afterEach(() => vi.useRealTimers());

const add = (count: number) => {
	for (let at = 0; at < count; at++) rows.set(newRow(`/papers/${at}.pdf`, '/papers'));
};

it('tells at once what changes after a silence', () => {
	vi.advanceTimersByTime(10_000);
	add(1);
	vi.advanceTimersByTime(20);
	expect(told).toMatchObject([{ rows: [{ name: '0.pdf' }], gone: [] }]);
});

it('bundles what changes all the time, the more the more rows there are', () => {
	vi.advanceTimersByTime(10_000);
	add(1000);
	vi.advanceTimersByTime(20);
	expect(told.map((news) => news.rows.length)).toEqual([1000]);
	for (let time = 0; time < 1000; time++) {
		for (const { id } of rows.all.slice(0, 5)) rows.update(id, { read: true });
		vi.advanceTimersByTime(1);
	}
	expect(told.map((news) => news.rows.length)).toEqual([1000, 5, 5]);
});

it('tells of a row that was taken out, and no more of what became of it', () => {
	add(2);
	rows.flush();
	const [first] = rows.all;
	if (!first) throw new Error('there are two');
	rows.update(first.id, { read: true });
	rows.remove(first.id);
	rows.flush();
	expect(told.at(-1)).toMatchObject({ rows: [], gone: [first.id] });
});
