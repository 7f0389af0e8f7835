/** Builds what the window needs when a source is newer: `paraph desk` works in a fresh clone. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

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
	const isBuilt = () => existsSync(stampPath) && readFileSync(stampPath, 'utf8') === state;
	if (isBuilt()) return;
	tell('Building the window…');
	mkdirSync(join(root, 'dist'), { recursive: true });
	const lock = join(root, 'dist', 'window.lock');
	await takeTurn(lock);
	try {
		// Whoever had the turn before may have built the very same.
		if (isBuilt()) return;
		await build(root);
		writeFileSync(stampPath, state);
	} finally {
		rmSync(lock, { force: true });
	}
}

async function build(root: string): Promise<void> {
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
}

/** Waits while another process builds; one that died in the middle holds nobody up. */
async function takeTurn(lock: string): Promise<void> {
	for (;;) {
		try {
			writeFileSync(lock, String(process.pid), { flag: 'wx' });
			return;
		} catch {
			if (existsSync(lock) && !isAlive(ownerOf(lock))) rmSync(lock, { force: true });
			await wait(200);
		}
	}
}

/** 0, which is always alive, while the file is being written or is gone again. */
function ownerOf(lock: string): number {
	try {
		return Number(readFileSync(lock, 'utf8'));
	} catch {
		return 0;
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
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
