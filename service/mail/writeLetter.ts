import { assertNever } from '../../core/ports/errors.ts';
import type { Letter } from './letters.ts';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';
import { fr } from './texts/fr.ts';
import { nb } from './texts/nb.ts';
import { type Format, formatOf, type LetterText, type Texts } from './texts/texts.ts';

const languages: Readonly<Record<Letter['to']['language'], Texts>> = { en, nb, fr, de };

/** Longest subject; mail programs cut it sooner. */
const SUBJECT_LIMIT = 160;

export interface WrittenLetter {
	readonly to: { readonly name: string; readonly address: string };
	readonly subject: string;
	readonly text: string;
}

/** A letter in the language of whom it is for. @param linkTo the address of a posting's page. */
export function writeLetter(letter: Letter, linkTo: (posting: string) => string): WrittenLetter {
	const texts = languages[letter.to.language];
	const { subject, paragraphs } = textOf(letter, texts, formatOf(letter.to.language));
	const link = 'posting' in letter ? [`${texts.link}\n${linkTo(letter.posting)}`] : [];
	return {
		to: { name: letter.to.name, address: letter.to.email },
		subject: oneLine(subject),
		text: `${[texts.greeting(letter.to.name), ...paragraphs, ...link, `-- \n${texts.closing}`].join('\n\n')}\n`,
	};
}

function textOf(letter: Letter, texts: Texts, format: Format): LetterText {
	switch (letter.kind) {
		case 'asked':
			return texts.asked(letter, format);
		case 'reminded':
			return texts.reminded(letter, format);
		case 'closed':
			return texts.closed(letter, format);
		case 'receipt':
			return texts.receipt(letter, format);
		case 'completed':
			return texts.completed(letter, format);
		case 'declined':
			return texts.declined(letter, format);
		case 'delegated':
			return texts.delegated(letter, format);
		case 'expired':
			return texts.expired(letter, format);
		case 'download-due':
			return texts['download-due'](letter, format);
		case 'administrator-login':
			return texts['administrator-login'](letter, format);
		case 'login-code':
			return texts['login-code'](letter, format);
		default:
			return assertNever(letter);
	}
}

/** Titles are people's own words: a subject has one line, and an end. */
function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length <= SUBJECT_LIMIT ? line : `${line.slice(0, SUBJECT_LIMIT - 1)}…`;
}
