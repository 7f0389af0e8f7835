import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Chromium and its kin, by the names and places they are installed under. All understand `--app`. */
const names = [
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
	'microsoft-edge',
	'brave-browser',
	'vivaldi',
];
const places: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
	darwin: [
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
		'/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
		'/Applications/Brave Browser.app/Contents/MacOS/Brave Browser',
	],
	win32: [
		'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
		'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
		'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
	],
};

/** Each option with its reason: this browser shows our window, and does nothing else. */
const options = [
	['--no-first-run', 'no greeting before the window'],
	['--no-default-browser-check', 'no question either'],
	['--disable-sync', 'the profile is thrown away'],
	['--disable-extensions', 'nothing reads the window along'],
	['--disable-background-networking', 'nothing is fetched that the person did not ask for'],
	['--disable-component-update', 'likewise'],
	['--disable-quic', 'loopback needs none'],
	['--password-store=basic', 'no question for a key ring on the first start'],
] as const;

/** Chromium's sandbox refuses to run as root, and containers seldom have a GPU. */
const asRoot = ['--no-sandbox', '--disable-gpu'];

/** @returns the path of a browser that shows a page as a window of its own; undefined where there is none. */
export function findBrowser(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string | undefined {
	const onPath = (env['PATH'] ?? '')
		.split(delimiter)
		.flatMap((folder) => names.map((name) => join(folder, platform === 'win32' ? `${name}.exe` : name)));
	return [...(places[platform] ?? []), ...onPath].find((path) => existsSync(path));
}

/** Whether a window could be seen: Linux says so in its environment, the others have a screen. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
	return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/** A browser's window that we opened. */
export interface ShownWindow {
	/** `closed` by the person or by us; `failed` where the browser could not show it, or broke. */
	readonly ended: Promise<'closed' | 'failed'>;
	/** Ends the browser with all its processes, by force where it does not listen. */
	close(): Promise<void>;
}

/** Milliseconds a browser has to end by itself. */
const PATIENCE = 3000;

/**
 * Opens a page as a window without the browser's own bars.
 *
 * @param page a file's path: its content, not its name, is the secret.
 * @param profile an empty folder: a profile of its own, so that the process is ours and ends with its window.
 */
export function openWindow(browser: string, page: string, profile: string): ShownWindow {
	const isRoot = process.getuid?.() === 0;
	const child = spawn(
		browser,
		[
			`--app=${pathToFileURL(page).href}`,
			`--user-data-dir=${profile}`,
			'--window-size=1280,860',
			...options.map(([option]) => option),
			...(isRoot ? asRoot : []),
		],
		// Chromium chatters on stderr about buses that are not there. A group of its own is ended as a whole, by us alone.
		{ stdio: 'ignore', detached: process.platform !== 'win32' },
	);
	let closing = false;
	const ended = new Promise<'closed' | 'failed'>((resolve) => {
		child.on('exit', (code) => resolve(closing || code === 0 ? 'closed' : 'failed'));
		child.on('error', () => resolve('failed'));
	});
	return {
		ended,
		async close() {
			closing = true;
			endGroup(child, 'SIGTERM');
			const force = setTimeout(() => endGroup(child, 'SIGKILL'), PATIENCE);
			await ended;
			clearTimeout(force);
			// What it started and left behind.
			endGroup(child, 'SIGKILL');
		},
	};
}

function endGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
	if (pid === undefined) return;
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, signal);
	} catch {
		// It has ended.
	}
}
