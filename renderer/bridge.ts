/** What the host (Electron, or the loopback host in a browser) put into the page before this script ran. */
import type { Bridge } from '../preload/contract.ts';

declare global {
	interface Window {
		readonly paraph?: Bridge;
	}
}

/** @throws where the page was opened without a host. */
export function bridgeOfHost(): Bridge {
	const { paraph } = globalThis.window;
	if (!paraph) throw new Error('This page works in Paraph alone.');
	return paraph;
}
