import { drawMark } from '../../core/pades/appearance/drawMark.ts';
import { markText } from '../../core/pades/appearance/markText.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import type { TokenRegistry } from '../tokens/tokenRegistry.ts';
import type { FacadeHandlers } from './handlers.ts';

export function signingHandlers(
	documents: OpenDocuments,
	tokens: TokenRegistry,
	_folder: PrivateFolder,
	_host: Host,
	_store: SettingsStore,
): FacadeHandlers<'signing'> {
	const soon = async (): Promise<never> => {
		throw new Error('signing is not there yet');
	};
	return {
		identities: () => tokens.identities(),
		async preview({ handle, identity, mark, reason, location }) {
			documents.get(handle);
			const { certificate } = tokens.identity(identity);
			const { width, height } = mark.rectangle;
			const options = { digest: 'sha256', signingTime: new Date(), reason, location } as const;
			const { pdf } = await drawMark({ width, height, text: markText(options, certificate) });
			return new Uint8Array(pdf);
		},
		sign: soon,
		complete: soon,
		cancel: async () => null,
	};
}
