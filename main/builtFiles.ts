import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export interface BuiltFile {
	readonly type: string;
	readonly bytes: Buffer<ArrayBuffer>;
}

const types: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.mjs': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.gif': 'image/gif',
	'.woff2': 'font/woff2',
	'.wasm': 'application/wasm',
};

/**
 * The files of a built page by the address they are served at, e.g. `/assets/index.js`; `/` is `index.html`.
 *
 * What is served was listed before the first request: an address is looked up, and never turned into a path.
 */
export function builtFiles(folder: string): ReadonlyMap<string, () => BuiltFile> {
	const files = new Map<string, () => BuiltFile>();
	for (const path of filesIn(folder)) {
		const address = `/${relative(folder, path).split(sep).join('/')}`;
		const read = () => ({
			type: types[extname(path).toLowerCase()] ?? 'application/octet-stream',
			bytes: readFileSync(path),
		});
		files.set(address, read);
		if (address === '/index.html') files.set('/', read);
	}
	return files;
}

function filesIn(folder: string): readonly string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? filesIn(path) : [path];
	});
}

/** Stands in the built page for a value that is new for each answer (`html.cspNonce` of build/vite.window.config.ts). */
const NONCE_PLACEHOLDER = 'PARAPH_NONCE';

export function withNonce(page: Buffer, nonce: string): string {
	return page.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce);
}
