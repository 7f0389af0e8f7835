import type { Settings } from '../../preload/contract.ts';
import type { Host } from '../host.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { FacadeHandlers } from './handlers.ts';

/** What the person set; every change is told to all windows. */
export function settingsHandlers(store: SettingsStore, host: Host): FacadeHandlers<'settings'> {
	const changed = (settings: Settings): Settings => {
		host.tell('settingsChanged', settings);
		return settings;
	};
	return {
		get: async () => store.settings,
		set: async (changes) => changed(store.change(changes)),
		addTrust: async ({ pem }) => changed(store.addTrust(pem)),
		removeTrust: async ({ id }) => changed(store.removeTrust(id)),
	};
}
