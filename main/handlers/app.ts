import packageFile from '../../package.json' with { type: 'json' };
import type { AppInfo } from '../../preload/contract.ts';
import type { Host } from '../host.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { FacadeHandlers } from './handlers.ts';

/** What the window must know of the host it runs in. */
export function appHandlers(host: Host, store: SettingsStore): FacadeHandlers<'app'> {
	return {
		info: async () => ({
			...host.info,
			version: packageFile.version,
			platform: platform(),
			testProfile: store.settings.trust.some(({ test }) => test),
		}),
	};
}

function platform(): AppInfo['platform'] {
	return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}
