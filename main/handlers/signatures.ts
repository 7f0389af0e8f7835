import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { PdfError } from '../../core/pdf/pdfError.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { jsonReport } from '../../core/validation/report/json.ts';
import type { DocumentVerdict } from '../../core/validation/verdict/verdict.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import { DocumentError } from '../documents/documentError.ts';
import type { OpenDocuments, OpenFile } from '../documents/openDocuments.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import { fileVerdict, signatureId } from '../signatures/fileVerdict.ts';
import { copyRevision } from '../signatures/revision.ts';
import type { FacadeHandlers } from './handlers.ts';

/** What the signatures in a document are worth, and what they were made on. */
export function signatureHandlers(
	documents: OpenDocuments,
	folder: PrivateFolder,
	host: Host,
	store: SettingsStore,
): FacadeHandlers<'signatures'> {
	const judge = ({ file, password }: OpenFile): Promise<DocumentVerdict> =>
		withSource(file.path, (source) =>
			verifyDocument(source, { anchors: store.anchors, time: systemClock.now(), password }),
		);
	return {
		async of({ handle }) {
			const opened = documents.get(handle);
			await opened.file.refuseIfChanged();
			const { document } = opened;
			if (!document) throw new PdfError('encrypted-password', `${opened.file.name} is locked by a password`);
			return fileVerdict(await judge(opened), document);
		},
		async extractRevision({ handle, signature }) {
			const opened = documents.get(handle);
			await opened.file.refuseIfChanged();
			const { signatures } = await judge(opened);
			const found = signatures.find((_one, index) => signatureId(index) === signature);
			if (!found) {
				throw new DocumentError('signature-unknown', 'The document has no such signature.', { hint: 'Open it again.' });
			}
			return documents.open(await copyRevision(opened.file.path, found.facts.end, folder), opened.password);
		},
		async saveReport({ handle }) {
			const opened = documents.get(handle);
			await opened.file.refuseIfChanged();
			const { name } = opened.file;
			const report = await folder.place(`${basename(name, extname(name))}-report.json`);
			await writeFile(report, JSON.stringify(jsonReport(name, await judge(opened)), null, '\t'), { mode: 0o600 });
			return host.keepCopy(report, basename(report));
		},
	};
}

async function withSource<Result>(path: string, work: (source: FileSource) => Promise<Result>): Promise<Result> {
	const source = FileSource.open(path);
	try {
		return await work(source);
	} finally {
		source.close();
	}
}
