import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { FacadeHandlers } from './handlers.ts';

export function signatureHandlers(
	documents: OpenDocuments,
	_folder: PrivateFolder,
	_host: Host,
	_store: SettingsStore,
): FacadeHandlers<'signatures'> {
	const soon = async (): Promise<never> => {
		throw new Error('validation is not there yet');
	};
	return {
		async of({ handle, online }) {
			documents.get(handle);
			return { indication: 'NO-SIGNATURE', signatures: [], online, onlineWouldHelp: false };
		},
		extractRevision: soon,
		saveReport: soon,
	};
}
