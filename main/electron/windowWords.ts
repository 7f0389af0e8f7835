/** The words of the menu and of notices, from the texts of the window. */
import type { Language } from '../../preload/language.ts';
import de from '../../renderer/i18n/de.json' with { type: 'json' };
import en from '../../renderer/i18n/en.json' with { type: 'json' };
import fr from '../../renderer/i18n/fr.json' with { type: 'json' };
import nb from '../../renderer/i18n/nb.json' with { type: 'json' };

const texts = { en, nb, fr, de };

export type WindowWords = Pick<typeof en, 'menu' | 'command' | 'notice'>;

export function windowWords(language: Language): WindowWords {
	return texts[language];
}
