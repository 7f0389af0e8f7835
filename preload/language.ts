/** In which language the window and its menu speak. */
import type { Settings } from './contract.ts';

export const languages = ['en', 'nb', 'fr', 'de'] as const;
export type Language = (typeof languages)[number];

/** The first of the system's languages that there are texts in; Norwegian of any kind reads Bokmål. */
export function languageOf(setting: Settings['language'], preferred: readonly string[]): Language {
	if (setting !== 'system') return setting;
	for (const wanted of preferred) {
		const primary = wanted.toLowerCase().split('-')[0];
		const written = primary === 'no' || primary === 'nn' ? 'nb' : primary;
		const found = languages.find((language) => language === written);
		if (found) return found;
	}
	return 'en';
}
