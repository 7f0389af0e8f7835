import type { Session, WebContents } from 'electron';
import { frameOrigin, originOf, windowOrigin } from './origins.ts';

/** Refuses everything a page could do to leave its place. The window and its one frame are all there is. */
export function guardContents(contents: WebContents): void {
	contents.setWindowOpenHandler(() => ({ action: 'deny' }));
	contents.on('will-attach-webview', (event) => event.preventDefault());
	contents.on('will-frame-navigate', (event) => {
		const expected = event.isMainFrame ? windowOrigin : frameOrigin;
		if (originOf(event.url) !== expected) event.preventDefault();
	});
	contents.on('will-redirect', (event) => event.preventDefault());
}

/** What a page may ask the system for, each with its reason; all else is refused. */
const permissions = new Map([['clipboard-sanitized-write', 'facts and reports are copied as text']]);

export function guardSession(session: Session): void {
	const isAllowed = (permission: string, origin: string | undefined) =>
		origin === windowOrigin && permissions.has(permission);
	session.setPermissionRequestHandler((contents, permission, callback) =>
		callback(isAllowed(permission, originOf(contents.getURL()))),
	);
	session.setPermissionCheckHandler((_contents, permission, origin) => isAllowed(permission, originOf(origin)));
	session.setDevicePermissionHandler(() => false);
	// Nothing in the window comes from the network: what asks for it was not written by us.
	session.webRequest.onBeforeRequest((details, callback) => {
		const isOurs = [windowOrigin, frameOrigin].includes(originOf(details.url) ?? '');
		callback({ cancel: !isOurs && !/^(blob|data|devtools):/.test(details.url) });
	});
}
