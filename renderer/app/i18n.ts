import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Settings } from '../../preload/contract.ts';
import de from '../i18n/de.json' with { type: 'json' };
import en from '../i18n/en.json' with { type: 'json' };
import fr from '../i18n/fr.json' with { type: 'json' };
import nb from '../i18n/nb.json' with { type: 'json' };

declare module 'i18next' {
	interface CustomTypeOptions {
		defaultNS: 'translation';
		resources: { translation: typeof en };
	}
}

const languages = ['en', 'nb', 'fr', 'de'] as const;
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

export async function startTranslation(language: Language): Promise<i18n> {
	const instance = createInstance();
	await instance.use(initReactI18next).init({
		lng: language,
		fallbackLng: 'en',
		resources: {
			en: { translation: en },
			nb: { translation: nb },
			fr: { translation: fr },
			de: { translation: de },
		},
		// React escapes what it shows.
		interpolation: { escapeValue: false },
	});
	return instance;
}
