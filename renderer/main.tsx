import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { z } from 'zod';
import { languageOf } from '../preload/language.ts';
import { App } from './app/App.tsx';
import { startTranslation } from './app/i18n.ts';
import { bridgeOfHost } from './bridge.ts';

// Zod would compile its schemas with `new Function`, which our policy refuses.
z.config({ jitless: true });

async function start(): Promise<void> {
	const bridge = bridgeOfHost();
	const [info, settings] = await Promise.all([bridge.app.info(), bridge.settings.get()]);
	if (!info.ok) throw new Error(info.error.message);
	if (!settings.ok) throw new Error(settings.error.message);
	const translation = await startTranslation(languageOf(settings.value.language, navigator.languages));
	const place = document.getElementById('root');
	if (!place) throw new Error('the page has no #root');
	createRoot(place).render(
		<I18nextProvider i18n={translation}>
			<App bridge={bridge} info={info.value} firstSettings={settings.value} />
		</I18nextProvider>,
	);
}

start().catch((error: unknown) => {
	const text = document.createElement('p');
	text.role = 'alert';
	text.textContent = error instanceof Error ? error.message : String(error);
	document.body.replaceChildren(text);
});
