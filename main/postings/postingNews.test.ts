import { describe, expect, it } from 'vitest';
import { type PostingSummary, postingId } from '../../preload/contract.ts';
import { PostingNews } from './postingNews.ts';

const summary = (number: number, part: Partial<PostingSummary> = {}): PostingSummary => ({
	id: postingId.parse(`01a216e3-2cc2-7d18-961c-00000000000${number}`),
	title: `Lease ${number}`,
	owner: 'Ola Hansen',
	received: true,
	sent: false,
	state: 'active',
	todo: null,
	progress: { done: 0, wanted: 1 },
	expiresAt: '2027-01-01T00:00:00.000Z',
	pending: null,
	...part,
});

describe('news of postings', () => {
	const since = (...before: readonly PostingSummary[]) => {
		const news = new PostingNews();
		expect(news.look(before, true)).toEqual([]);
		return news;
	};

	it.each(['sign', 'approve', 'open'] as const)('are that something newly waits for me to %s', (todo) => {
		const notice = { kind: 'waits', count: 1, posting: summary(1).id, title: 'Lease 1', from: 'Ola Hansen' };
		expect(since().look([summary(1, { todo })], true)).toEqual([notice]);
		expect(since(summary(1)).look([summary(1, { todo })], true)).toEqual([notice]);
	});

	it('are told once', () => {
		const news = since();
		const now = [summary(1, { todo: 'sign' }), summary(2, { sent: true, state: 'completed' })];
		expect(news.look(now, true)).toHaveLength(2);
		expect(news.look(now, true)).toEqual([]);
	});

	it('are that one of mine is completed, and not that another’s is', () => {
		const mine = { sent: true, owner: 'Kari Nordmann' };
		const news = since(summary(1, mine), summary(2));
		expect(news.look([summary(1, { ...mine, state: 'completed' }), summary(2, { state: 'completed' })], true)).toEqual([
			{ kind: 'completed', count: 1, posting: summary(1).id, title: 'Lease 1', from: 'Kari Nordmann' },
		]);
	});

	it('come as one where there are several, which leads to the first', () => {
		const now = [1, 2, 3].map((number) => summary(number, { todo: 'sign' }));
		expect(since().look(now, true)).toMatchObject([{ kind: 'waits', count: 3, posting: summary(1).id }]);
	});

	it('are not what was there already, what the first look at a service brings, or what I have only to complete', () => {
		const waiting = summary(1, { todo: 'sign' });
		expect(since(waiting).look([waiting], true)).toEqual([]);
		expect(since(waiting).look([summary(1, { todo: 'complete' })], true)).toEqual([]);
		const news = new PostingNews();
		expect(news.look([], false)).toEqual([]);
		expect(news.look([waiting], true)).toEqual([]);
		// Logged out, and in again.
		expect(news.look([], false)).toEqual([]);
		expect(news.look([waiting], true)).toEqual([]);
	});
});
