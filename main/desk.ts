import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure, Saved } from '../preload/contract.ts';
import type { Place } from './documents/listing.ts';
import { PrivateFolder } from './documents/privateFolder.ts';
import type { Host } from './host.ts';
import { LoopbackHost } from './loopback/loopbackHost.ts';
import { writeStartPage } from './loopback/startPage.ts';
import { startServices } from './services.ts';

export interface DeskOptions {
	/** The folder with the built pages: `window`, `frame`, `bridge`. */
	readonly built: string;
	/** Absolute paths to open. */
	readonly files: readonly string[];
	/** A configuration named on the command line. */
	readonly config?: string | undefined;
	readonly env: NodeJS.ProcessEnv;
}

/** The window's other half, outside Electron. */
export interface Desk {
	/** Files that could not be opened. */
	readonly failures: readonly Failure[];
	/** The origin of the window. */
	readonly origin: string;
	/** Good once, for a minute. */
	oneTimeAddress(): string;
	/** Writes a page that only this user can read and that lets its browser in, within a minute. @returns its path. */
	startPage(): string;
	/** An empty folder for a browser profile of this run alone. */
	readonly profileFolder: string;
	/** Ends the servers, and removes dropped files and the profile. */
	close(): Promise<void>;
}

/** Composition root of the loopback host. */
export async function startDesk(options: DeskOptions): Promise<Desk> {
	const folder = new PrivateFolder();
	const profileFolder = mkdtempSync(join(tmpdir(), 'paraph-profile-'));
	const removeFolders = (): void => {
		folder.remove();
		rmSync(profileFolder, { recursive: true, force: true, maxRetries: 5 });
	};
	const part = (name: string) => join(options.built, name);
	const built = { window: part('window'), frame: part('frame'), bridge: part('bridge') };
	const loopback = await startOr(removeFolders, () => LoopbackHost.start({ built, folder }));
	const host: Host = {
		info: { host: 'loopback', chooser: 'listing', canReveal: false, frameUrl: `${loopback.frameOrigin}/` },
		tell: (name, value) => loopback.events.tell(name, value),
		chooseFiles: async () => [],
		chooseFolder: async () => undefined,
		keepCopy: async (path, name): Promise<Saved> => ({
			kind: 'download',
			name,
			url: loopback.downloads.offer({ path, name }),
		}),
		notify: (notice) => loopback.events.tell('postingNotice', notice),
		reveal: async () => undefined,
	};
	const clear = async (): Promise<void> => {
		await loopback.close();
		removeFolders();
	};
	const services = await startOr(clear, () => startServices({ ...options, host, folder, places: places() }));
	loopback.serve({
		dispatch: services.dispatch,
		openDropped: (path) => services.documents.open(path),
		pick: (path) => services.picked.pick(path),
		batch: {
			placeDropped: (name) => services.batch.placeDropped(name),
			add: (path) => services.batch.add([path]),
		},
	});
	const failures = await services.openFromOutside(options.files);
	return {
		failures,
		origin: loopback.origin,
		profileFolder,
		oneTimeAddress: () => loopback.oneTimeAddress(),
		startPage: () => writeStartPage(folder, loopback.origin, loopback.session.issue()),
		async close() {
			await services.close();
			await clear();
		},
	};
}

/** A host that cannot start leaves no server behind, for which the process would wait for ever, and no folder. */
async function startOr<Started>(
	clear: () => void | Promise<void>,
	start: () => Started | Promise<Started>,
): Promise<Started> {
	try {
		return await start();
	} catch (error) {
		await clear();
		throw error;
	}
}

/** Where people start to look for a document. */
function places(): readonly Place[] {
	const home = homedir();
	return [
		{ kind: 'started-here', path: process.cwd() },
		{ kind: 'home', path: home },
		{ kind: 'documents', path: join(home, 'Documents') },
		{ kind: 'downloads', path: join(home, 'Downloads') },
		{ kind: 'desktop', path: join(home, 'Desktop') },
	];
}
