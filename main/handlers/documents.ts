import type { Chooser } from '../documents/listing.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { Host } from '../host.ts';
import type { FacadeHandlers } from './handlers.ts';

/** Opening, reading and keeping documents. */
export function documentHandlers(documents: OpenDocuments, chooser: Chooser, host: Host): FacadeHandlers<'documents'> {
	return {
		async choose() {
			const paths = await host.chooseFiles();
			return Promise.all(paths.map((path) => documents.open(path)));
		},
		listing: ({ id }) => chooser.list(id),
		openListed: async ({ id }) => documents.open(chooser.pathOf(id)),
		opened: async () => documents.list(),
		reopen: ({ handle }) => documents.reopen(handle),
		unlock: ({ handle, password }) => documents.unlock(handle, password),
		read: async ({ handle, offset, length }) => documents.get(handle).file.read(offset, length),
		async close({ handle }) {
			await documents.close(handle);
			return null;
		},
		async reveal({ handle }) {
			await host.reveal(documents.get(handle).file.path);
			return null;
		},
		async saveAs({ handle }) {
			const { file } = documents.get(handle);
			await file.refuseIfChanged();
			return host.keepCopy(file.path, file.name);
		},
	};
}
