import { describe, expect, it } from 'vitest';
import { postingId } from '../../preload/contract.ts';
import { noticeText } from './noticeText.ts';
import { windowWords } from './windowWords.ts';

describe('a notice', () => {
	const posting = postingId.parse('01a216e3-2cc2-7d18-961c-000000000001');
	const one = { count: 1, posting, title: 'Lease {{count}}', from: 'Ola $& Hansen' };

	it.each(['en', 'nb', 'fr', 'de'] as const)(
		'names the posting, and who sent it, as they are written (%s)',
		(language) => {
			const { notice } = windowWords(language);
			const waits = noticeText({ kind: 'waits', ...one }, notice);
			expect(waits).toContain(one.title);
			expect(waits).toContain(one.from);
			expect(noticeText({ kind: 'completed', ...one }, notice)).toContain(one.title);
		},
	);

	it.each(['en', 'nb', 'fr', 'de'] as const)('counts several (%s)', (language) => {
		const { notice } = windowWords(language);
		for (const kind of ['waits', 'completed'] as const)
			expect(noticeText({ kind, ...one, count: 3 }, notice)).toMatch(/^[^{}]*3[^{}]*$/);
	});
});
