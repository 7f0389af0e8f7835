/** Electron's preload script: one CommonJS file, since a sandboxed preload takes no ES modules. */
import { defineConfig } from 'vite';

export default defineConfig({
	build: {
		outDir: 'dist/preload',
		emptyOutDir: true,
		target: 'chrome130',
		copyPublicDir: false,
		lib: { entry: 'preload/electron.ts', formats: ['cjs'], fileName: () => 'electron.cjs' },
		rolldownOptions: { external: ['electron'] },
	},
});
