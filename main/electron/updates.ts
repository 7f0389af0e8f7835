import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * Looks for updates where the package says where (app-update.yml, made by electron-builder) and the configuration does
 * not forbid it. electron-updater checks the signature of what it loads before it is installed on quit.
 */
export async function startUpdates(enabled: boolean): Promise<void> {
	if (!enabled || !app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return;
	const { autoUpdater } = (await import('electron-updater')).default;
	autoUpdater.autoInstallOnAppQuit = true;
	autoUpdater.allowDowngrade = false;
	// No update, or no network: the next start asks again.
	await autoUpdater.checkForUpdates().catch(() => undefined);
}
