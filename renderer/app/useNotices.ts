import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge } from '../../preload/contract.ts';

/**
 * Shows notices by means of the browser, where the window is in one. Whoever looks at the window sees it there.
 *
 * @param show what a press on a notice leads to.
 */
export function useNotices(bridge: Bridge, show: () => void): void {
	const { t } = useTranslation();
	useEffect(
		() =>
			bridge.events.on('postingNotice', (notice) => {
				if (document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return;
				// One of a kind at a time, also where the window is open twice.
				const shown = new Notification('Paraph', { body: t(`notice.${notice.kind}`, { ...notice }), tag: notice.kind });
				shown.addEventListener('click', () => {
					window.focus();
					show();
					shown.close();
				});
			}),
		[bridge, show, t],
	);
}
