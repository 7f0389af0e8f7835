import { useEffect, useSyncExternalStore } from 'react';
import type { Settings } from '../../preload/contract.ts';

const darkWanted = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

/** The theme in effect, put on the page as `data-theme`. */
export function useTheme(setting: Settings['theme']): 'light' | 'dark' {
	const systemDark = useSyncExternalStore(
		(changed) => {
			darkWanted.addEventListener('change', changed);
			return () => darkWanted.removeEventListener('change', changed);
		},
		() => darkWanted.matches,
	);
	const theme = setting === 'system' ? (systemDark ? 'dark' : 'light') : setting;
	useEffect(() => {
		document.documentElement.dataset.theme = theme;
	}, [theme]);
	return theme;
}
