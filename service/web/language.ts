import type { FastifyRequest } from 'fastify';
import { type Language, language } from '../../core/postings/posting.ts';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';
import { fr } from './texts/fr.ts';
import { nb } from './texts/nb.ts';
import type { PageTexts } from './texts/texts.ts';

export const pageTexts: Readonly<Record<Language, PageTexts>> = { en, nb, fr, de };
export const languages = language.options;
export const LANGUAGE_COOKIE = 'paraph-language';

/** Chosen on a page before, else the account's, else the browser's first that there is. */
export function languageOf(request: FastifyRequest): Language {
	const chosen = language.safeParse(request.cookies[LANGUAGE_COOKIE]);
	if (chosen.success) return chosen.data;
	return request.session?.language ?? accepted(request.headers['accept-language']) ?? 'en';
}

/** RFC 9110 §12.5.4; Norwegian by any of its names. */
function accepted(header: string | undefined): Language | undefined {
	const ranges = (header ?? '').split(',').map((part) => {
		const [tag = '', quality = ''] = part.trim().split(';');
		return { tag: tag.slice(0, 2).toLowerCase(), weight: Number(/q=([\d.]+)/.exec(quality)?.[1] ?? 1) };
	});
	return ranges
		.toSorted((a, b) => b.weight - a.weight)
		.map(({ tag }) => language.safeParse(tag === 'no' || tag === 'nn' ? 'nb' : tag).data)
		.find((one) => one !== undefined);
}
