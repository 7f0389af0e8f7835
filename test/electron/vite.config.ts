/**
 * The app for the smoke test's Electron, which is older than ours and takes no ES modules: the same sources in CommonJS
 * files, with their packages inside and what that Node lacks in front.
 */
import { defineConfig, type Plugin } from 'vite';
import { builtThreads } from '../../build/vite.main.config.ts';

/** What came with later Node and the smoke test comes by. */
const sinceThen = `
AbortSignal.any ??= (signals) => {
	const controller = new AbortController();
	for (const signal of signals) {
		if (signal.aborted) controller.abort(signal.reason);
		signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
	}
	return controller.signal;
};
// Chromium's sandbox refuses to run as root, which the test may be; each window still asks for its own.
if (process.getuid() === 0 && process.type === 'browser') require('electron').app.enableSandbox = () => {};
URL.parse ??= (address, base) => {
	try {
		return new URL(address, base);
	} catch {
		return null;
	}
};
URL.canParse ??= (address, base) => URL.parse(address, base) !== null;
Map.groupBy ??= (items, keyOf) => {
	const groups = new Map();
	for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
	return groups;
};
Promise.withResolvers ??= () => {
	const parts = {};
	parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
	return parts;
};
Symbol.dispose ??= Symbol('dispose');
Symbol.asyncDispose ??= Symbol('asyncDispose');
`;

/** Libraries that a source requires on first use; they are ES modules, which the Node of then does not let be required. */
const inlinedLibraries: Plugin = {
	name: 'inlined-libraries',
	enforce: 'pre',
	transform(code) {
		const names = [...new Set([...code.matchAll(/\brequire\('(@noble\/[^']+)'\)/g)].map(([, name]) => name))];
		if (names.length === 0) return null;
		const imports = names.map((name, index) => `import * as library${index} from '${name}';`).join(' ');
		const table = names.map((name, index) => `'${name}': library${index}`).join(', ');
		const require = `(name: string): any => ({ ${table} })[name]`;
		return { code: imports + code.replace('createRequire(import.meta.url)', require), map: null };
	},
};

export default defineConfig({
	plugins: [builtThreads, inlinedLibraries],
	build: {
		outDir: 'dist/smoke/main',
		emptyOutDir: true,
		copyPublicDir: false,
		target: 'node18',
		minify: false,
		ssr: true,
		rolldownOptions: {
			input: {
				electron: 'main/electron.ts',
				moduleProcess: 'native/modules/moduleProcess.ts',
				hashWorker: 'core/pades/hashWorker.ts',
				readingThread: 'main/reading/readingThread.ts',
			},
			output: {
				format: 'cjs',
				banner: sinceThen,
				entryFileNames: '[name].js',
				chunkFileNames: 'chunks/[name].cjs',
			},
			external: ['electron', 'pkcs11js', '@napi-rs/keyring', 'electron-updater'],
		},
	},
	ssr: { noExternal: true, external: ['electron', 'pkcs11js', '@napi-rs/keyring', 'electron-updater'] },
});
