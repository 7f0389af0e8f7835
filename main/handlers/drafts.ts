import { DocumentError } from '../documents/documentError.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { DraftBox } from '../postings/draftBox.ts';
import type { PostingDesk } from '../postings/postingDesk.ts';
import type { FacadeHandlers } from './handlers.ts';

/** Writing a posting. */
export function draftHandlers(drafts: DraftBox, desk: PostingDesk, documents: OpenDocuments): FacadeHandlers<'drafts'> {
	return {
		create: async () => drafts.create(),
		get: ({ posting }) => drafts.get(posting),
		async save(draft) {
			await drafts.save(draft);
			return null;
		},
		async remove({ posting }) {
			await drafts.remove(posting);
			return null;
		},
		async addDocument({ handle }) {
			const { file, description } = documents.get(handle);
			await file.refuseIfChanged();
			const { pages } = description;
			if (pages === null || !description.signable.ok) {
				throw new DocumentError('document-not-for-posting', `${file.name} cannot be sent for signature.`, {
					hint: 'It is locked by a password, or its author does not allow it to be signed.',
					subject: file.name,
				});
			}
			return drafts.addDocument(file.path, file.name, pages);
		},
		openDocument: async ({ document }) => documents.open(await drafts.fileOf(document)),
		async send(draft) {
			await drafts.save(draft);
			await drafts.send(draft);
			return desk.get(draft.id);
		},
	};
}
