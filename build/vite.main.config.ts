/** Electron's main process and the process of a driver, as ES modules; packages stay where npm put them. */
import { builtinModules } from 'node:module';
import { defineConfig, type Plugin } from 'vite';

/** A source that starts another one as a thread names it by its `.ts`: built, it lies beside as `.js`. */
export const builtThreads: Plugin = {
	name: 'built-threads',
	transform(code) {
		const built = code.replace(
			/new URL\((['"])\.\/(\w+)\.ts\1, import\.meta\.url\)/g,
			"new URL('./$2.js', import.meta.url)",
		);
		return built === code ? null : { code: built, map: null };
	},
};

export default defineConfig({
	plugins: [builtThreads],
	build: {
		outDir: 'dist/main',
		emptyOutDir: true,
		copyPublicDir: false,
		target: 'node24',
		minify: false,
		// A stack in a report should name what it means.
		sourcemap: true,
		ssr: true,
		rolldownOptions: {
			input: {
				electron: 'main/electron.ts',
				moduleProcess: 'native/modules/moduleProcess.ts',
				hashWorker: 'core/pades/hashWorker.ts',
				readingThread: 'main/reading/readingThread.ts',
			},
			output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
			external: ['electron', /^node:/, ...builtinModules],
		},
	},
	ssr: { external: true, noExternal: [] },
});
