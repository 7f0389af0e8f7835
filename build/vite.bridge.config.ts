/** The bridge of the loopback host: one classic script, loaded before the window's own. */
import { defineConfig } from 'vite';

export default defineConfig({
	build: {
		outDir: 'dist/bridge',
		emptyOutDir: true,
		target: 'chrome130',
		copyPublicDir: false,
		lib: { entry: 'preload/loopback.ts', formats: ['iife'], name: 'paraphBridge', fileName: () => 'loopback.js' },
	},
});
