import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's programs keep what must not be lost: XDG, `~/Library/Application Support`, `%APPDATA%`. */
export function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
	const home = env['HOME'] || homedir();
	if (platform === 'win32') return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Paraph');
	if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Paraph');
	return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'paraph');
}
