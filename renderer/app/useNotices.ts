import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge, PostingId } from '../../preload/contract.ts';

/**
 * Shows notices by means of the browser, where the window is in one. Whoever looks at the window sees it there.
 *
 * @param show what a press on a notice leads to, also on one that the host has shown.
 */
export function useNotices(bridge: Bridge, show: (posting: PostingId) => void): void {
	const { t } = useTranslation();
	useEffect(() => bridge.events.on('postingWanted', ({ posting }) => show(posting)), [bridge, show]);
	useEffect(
		() =>
			bridge.events.on('postingNotice', (notice) => {
				if (document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return;
				// One of a kind at a time, also where the window is open twice.
				const shown = new Notification('Paraph', { body: t(`notice.${notice.kind}`, { ...notice }), tag: notice.kind });
				shown.addEventListener('click', () => {
					window.focus();
					show(notice.posting);
					shown.close();
				});
			}),
		[bridge, show, t],
	);
}
