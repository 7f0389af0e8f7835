import { describe, expect, it } from 'vitest';
import { noticeText } from './noticeText.ts';
import { windowWords } from './windowWords.ts';

describe('a notice', () => {
	const one = { count: 1, title: 'Lease {{count}}', from: 'Ola $& Hansen' };

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
