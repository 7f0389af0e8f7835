/** Composition root of the Electron host. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { app, BrowserWindow, dialog, Menu, session, shell } from 'electron';
import { copyOutput } from '../core/pades/outputFile.ts';
import type { Settings } from '../preload/contract.ts';
import { languageOf } from '../preload/language.ts';
import { PrivateFolder } from './documents/privateFolder.ts';
import { registerScheme, servePages } from './electron/appProtocol.ts';
import { guardContents, guardSession } from './electron/guards.ts';
import { answerWindow, tellWindow } from './electron/ipc.ts';
import { menuTemplate } from './electron/menuTemplate.ts';
import { showNotice } from './electron/notices.ts';
import { noticeText } from './electron/noticeText.ts';
import { frameOrigin, windowOrigin } from './electron/origins.ts';
import { startUpdates } from './electron/updates.ts';
import { utilityLauncher } from './electron/utilityLauncher.ts';
import { webPreferences } from './electron/windowOptions.ts';
import { type WindowWords, windowWords } from './electron/windowWords.ts';
import { failureOf } from './failure.ts';
import type { Host } from './host.ts';
import { startServices } from './services.ts';

/** This file is `dist/main/electron.js`; what else was built lies beside its folder. */
const built = join(import.meta.dirname, '..');

registerScheme();
app.enableSandbox();
app.on('web-contents-created', (_event, contents) => guardContents(contents));

if (app.requestSingleInstanceLock()) {
	// A file that is opened on macOS may come before we are ready.
	const early: string[] = [];
	const collect = (_event: unknown, path: string) => early.push(path);
	app.on('open-file', collect);
	// Not awaited: Electron is ready only after this module has been run to its end.
	app
		.whenReady()
		.then(() => {
			app.off('open-file', collect);
			return start([...early, ...pathsIn(process.argv, process.cwd())]);
		})
		.catch((error: unknown) => {
			// Nothing else would be seen of an app that has no window.
			const { message, hint } = failureOf(error);
			dialog.showErrorBox('Paraph cannot start', `${message}\n${hint}`);
			app.exit(1);
		});
} else {
	// The first instance was told of our files.
	app.quit();
}

async function start(files: readonly string[]): Promise<void> {
	guardSession(session.defaultSession);
	servePages(session.defaultSession, built);
	const folder = new PrivateFolder();
	const services = startServices({
		host: electronHost(
			() => showMenu(services.settings()),
			() => wordsFor(services.settings()),
		),
		env: process.env,
		folder,
		places: [{ kind: 'home', path: homedir() }],
		launcher: utilityLauncher(join(built, 'main', 'moduleProcess.js')),
	});
	answerWindow(services.dispatch, {
		open: (path) => services.documents.open(path),
		addToBatch: async (path) => {
			await services.batch.add([path]);
			return null;
		},
		pick: async (path) => services.picked.pick(path),
	});
	app.on('open-file', (_event, path) => void services.openFromOutside([path]));
	app.on('second-instance', (_event, argv, folderOfOther) => {
		bringForward();
		void services.openFromOutside(pathsIn(argv, folderOfOther));
	});
	app.on('window-all-closed', () => app.quit());
	app.on('quit', () => folder.remove());
	showMenu(services.settings());
	await services.openFromOutside(files);
	await openWindow();
	const { configuration } = services;
	await startUpdates(configuration.get('updates.enabled') && !configuration.get('network.offline'));
}

async function openWindow(): Promise<void> {
	const window = new BrowserWindow({
		width: 1280,
		height: 860,
		minWidth: 900,
		minHeight: 600,
		show: false,
		title: 'Paraph',
		webPreferences: webPreferences(join(built, 'preload', 'electron.cjs'), !app.isPackaged),
	});
	window.once('ready-to-show', () => window.show());
	await window.loadURL(`${windowOrigin}/`);
}

/** @param settingsChanged told besides the windows. @param words in the language of the window, as it is then. */
function electronHost(settingsChanged: () => void, words: () => WindowWords): Host {
	return {
		info: { host: 'electron', chooser: 'dialog', canReveal: true, frameUrl: `${frameOrigin}/` },
		tell(name, value) {
			tellAll(name, value);
			if (name === 'settingsChanged') settingsChanged();
		},
		async chooseFiles() {
			const { filePaths } = await dialog.showOpenDialog({
				properties: ['openFile', 'multiSelections'],
				filters: [{ name: 'PDF', extensions: ['pdf'] }],
			});
			return filePaths;
		},
		async chooseFolder() {
			const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'createDirectory'] });
			return filePaths[0];
		},
		async keepCopy(path, name) {
			const { filePath } = await dialog.showSaveDialog({ defaultPath: name });
			if (!filePath) return { kind: 'cancelled' };
			await copyOutput(path, filePath);
			return { kind: 'saved', name: filePath };
		},
		notify(notice) {
			if (BrowserWindow.getFocusedWindow()) return;
			showNotice(noticeText(notice, words().notice), () => {
				bringForward();
				tellAll('postingWanted', { posting: notice.posting });
			});
		},
		reveal: async (path) => shell.showItemInFolder(path),
	};
}

function bringForward(): void {
	const [window] = BrowserWindow.getAllWindows();
	if (window?.isMinimized()) window.restore();
	window?.show();
}

const wordsFor = ({ language }: Pick<Settings, 'language'>): WindowWords =>
	windowWords(languageOf(language, app.getPreferredSystemLanguages()));

function showMenu(settings: Pick<Settings, 'language' | 'offline'>): void {
	const { offline } = settings;
	const template = menuTemplate(wordsFor(settings), { platform: process.platform, offline }, (command) =>
		tellAll('menuCommand', { command }),
	);
	Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

const tellAll: Host['tell'] = (name, value) => {
	for (const window of BrowserWindow.getAllWindows()) tellWindow(window.webContents, name, value);
};

/** Files of a command line: what is no option, behind the program (and, unpackaged, behind the app's folder). */
function pathsIn(argv: readonly string[], folder: string): readonly string[] {
	return argv
		.slice(app.isPackaged ? 1 : 2)
		.filter((argument) => !argument.startsWith('-'))
		.map((argument) => resolve(folder, argument));
}
