/** The window: one page for both hosts. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
	root: 'renderer',
	plugins: [react()],
	// Replaced by each host, for each answer (main/securityHeaders.ts).
	html: { cspNonce: 'PARAPH_NONCE' },
	build: {
		outDir: '../dist/window',
		emptyOutDir: true,
		target: 'chrome130',
		sourcemap: false,
		// Nothing as data: URL: the policy allows none.
		assetsInlineLimit: 0,
		// Its loader is an inline script's work; every browser that we start preloads by itself.
		modulePreload: { polyfill: false },
		// It comes from this machine: what splitting would save is not worth its requests.
		chunkSizeWarningLimit: 2048,
	},
});
