import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../preload/language.ts';
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
