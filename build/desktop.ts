/** Electron, where its runtime is present: npm fetches it when it is first asked for, which is not everywhere possible. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasDisplay } from '../main/loopback/browser.ts';
import { ensureWindowBuilt } from './window.ts';

const executables: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
	darwin: 'Electron.app/Contents/MacOS/Electron',
	win32: 'electron.exe',
};

/** @returns the executable, or undefined where there is none or nobody could see its window. */
export function installedElectron(root: string, env: NodeJS.ProcessEnv): string | undefined {
	if (!hasDisplay(env)) return undefined;
	const folder = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules', 'electron', 'dist');
	const executable = join(folder, executables[process.platform] ?? 'electron');
	return existsSync(executable) ? executable : undefined;
}

/** Builds what Electron loads: the window, its preload, the main process. */
export async function buildDesktop(root: string): Promise<void> {
	await ensureWindowBuilt(root, console.log);
	const { build } = await import('vite');
	for (const part of ['preload', 'main'])
		await build({ configFile: join(root, 'build', `vite.${part}.config.ts`), logLevel: 'warn' });
}

/** What Electron is started with. Chromium has no sandbox for root. */
export function electronArguments(root: string, file: string): readonly string[] {
	return [root, file, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
}
