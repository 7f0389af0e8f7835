import type { Letter } from '../letters.ts';

export interface LetterText {
	readonly subject: string;
	/** Paragraphs, without greeting and signature. */
	readonly paragraphs: readonly string[];
}

type OfKind<Kind extends Letter['kind']> = Extract<Letter, { readonly kind: Kind }>;

/** Everything the service writes in one language. */
export type Texts = {
	readonly [Kind in Letter['kind']]: (letter: OfKind<Kind>, format: Format) => LetterText;
} & {
	readonly greeting: (name: string) => string;
	readonly closing: string;
	/** Before the address of the page. */
	readonly link: string;
};

/** How dates are written in the language. */
export interface Format {
	date(instant: string): string;
	time(instant: string): string;
}

export function formatOf(language: Letter['to']['language']): Format {
	const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
	const time = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' });
	return { date: (instant) => date.format(new Date(instant)), time: (instant) => time.format(new Date(instant)) };
}
