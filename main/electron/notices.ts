import { Notification } from 'electron';

/** Until they are gone: what nobody holds is collected, and nothing hears that it was pressed. */
const shown = new Set<Notification>();

/** Shows a notice of the system, where it has any. */
export function showNotice(body: string, pressed: () => void): void {
	if (!Notification.isSupported()) return;
	const notice = new Notification({ title: 'Paraph', body });
	shown.add(notice);
	notice.on('click', () => {
		shown.delete(notice);
		pressed();
	});
	notice.on('close', () => shown.delete(notice));
	notice.show();
}
