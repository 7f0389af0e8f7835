/** The page in which pdf.js runs, with all it may fetch: character maps, standard fonts, colour profiles, decoders. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const folders = ['cmaps', 'standard_fonts', 'iccs', 'wasm'];

const pdfjsFolders: Plugin = {
	name: 'pdfjs-folders',
	writeBundle({ dir = 'dist/frame' }) {
		for (const folder of folders) {
			cpSync(join('node_modules/pdfjs-dist', folder), join(dir, 'pdfjs', folder), { recursive: true });
		}
	},
};

export default defineConfig({
	root: 'renderer/frame',
	plugins: [pdfjsFolders],
	build: {
		outDir: '../../dist/frame',
		emptyOutDir: true,
		target: 'chrome130',
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 2048,
	},
});
