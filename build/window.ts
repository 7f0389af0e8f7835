/** Builds what the window needs when a source is newer: `paraph desk` works in a fresh clone. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whatever the window is made of; `build/vite.*` by name below. */
const sources = ['renderer', 'preload', 'build', 'package-lock.json'];
const stamp = 'dist/window.stamp';

/**
 * @param root the repository.
 * @param tell called once, before a build that takes seconds.
 */
export async function ensureWindowBuilt(root: string, tell: (text: string) => void): Promise<void> {
	const state = stateOf(root);
	const stampPath = join(root, stamp);
	if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === state) return;
	tell('Building the window…');
	const previous = process.cwd();
	// The configurations name folders from the repository's root.
	process.chdir(root);
	try {
		const { build } = await import('vite');
		for (const part of ['window', 'frame', 'bridge']) {
			await build({ configFile: `build/vite.${part}.config.ts`, logLevel: 'warn' });
		}
	} finally {
		process.chdir(previous);
	}
	mkdirSync(join(root, 'dist'), { recursive: true });
	writeFileSync(stampPath, state);
}

/** Changes whenever a source is written, added or removed. */
function stateOf(root: string): string {
	const hash = createHash('sha256');
	for (const source of sources) {
		const path = join(root, source);
		const files = statSync(path).isDirectory() ? filesIn(path) : [path];
		for (const file of files.sort()) hash.update(`${file} ${statSync(file).mtimeMs}\n`);
	}
	return hash.digest('hex');
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
		.map((entry) => join(entry.parentPath, entry.name));
}
