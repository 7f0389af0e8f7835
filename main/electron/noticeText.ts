import type { PostingNotice } from '../../preload/contract.ts';
import type { WindowWords } from './windowWords.ts';

/** A notice in the words of the window. */
export function noticeText(notice: PostingNotice, words: WindowWords['notice']): string {
	const { kind, count, title, from } = notice;
	const values: Readonly<Record<string, string>> = { count: String(count), title, from };
	return words[`${kind}_${count === 1 ? 'one' : 'other'}`].replace(
		/\{\{(\w+)\}\}/g,
		(_whole, name: string) => values[name] ?? '',
	);
}
