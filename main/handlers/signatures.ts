import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { PdfError } from '../../core/pdf/pdfError.ts';
import { proofCacheFolder } from '../../core/pki/diskProofCache.ts';
import { trustedListsFolder } from '../../core/pki/trustedLists/currentTrust.ts';
import { DocumentError } from '../documents/documentError.ts';
import type { OpenDocuments, OpenFile } from '../documents/openDocuments.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { DocumentToJudge } from '../reading/judging.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import { signatureIndex } from '../signatures/fileVerdict.ts';
import { copyRevision } from '../signatures/revision.ts';
import { networkUse } from '../signing/proofSources.ts';
import type { FacadeHandlers } from './handlers.ts';

export interface SignatureParts {
	readonly documents: OpenDocuments;
	readonly reading: ReadingPool;
	readonly folder: PrivateFolder;
	readonly host: Host;
	readonly store: SettingsStore;
	readonly env: NodeJS.ProcessEnv;
}

/** What the signatures in a document are worth, and what they were made on. */
export function signatureHandlers(parts: SignatureParts): FacadeHandlers<'signatures'> {
	const { documents, reading, folder, host, store, env } = parts;
	const toJudge = async (opened: OpenFile, online: boolean): Promise<DocumentToJudge> => {
		const { file, password, description } = opened;
		await file.refuseIfChanged();
		if (description.locked) throw new PdfError('encrypted-password', `${file.name} is locked by a password`);
		const network = networkUse(store.configuration);
		return {
			path: file.path,
			password,
			anchors: store.anchors,
			trustSetup: {
				trust: store.configuration.get('trust'),
				signers: store.configuration.get('trustedLists.signers'),
				lotl: store.configuration.get('trustedLists.lotl'),
				folder: store.configuration.get('trustedLists.folder') ?? trustedListsFolder(env),
			},
			validationData: store.configuration.get('validationData'),
			online: online && !network.offline ? { network, cacheFolder: proofCacheFolder(env) } : undefined,
		};
	};
	return {
		of: async ({ handle, online }) => reading.run('judgeForWindow', await toJudge(documents.get(handle), online)),
		async extractRevision({ handle, signature }) {
			const opened = documents.get(handle);
			const ends = await reading.run('signatureEnds', await toJudge(opened, false));
			const end = ends[signatureIndex(signature)];
			// A counter-signature is over no document.
			if (end === undefined || end === 0) {
				throw new DocumentError('signature-unknown', 'The document has no such signature.', { hint: 'Open it again.' });
			}
			return documents.open(await copyRevision(opened.file.path, end, folder), opened.password);
		},
		async saveReport({ handle, format, online }) {
			const opened = documents.get(handle);
			const { name } = opened.file;
			const text = await reading.run('judgeForReport', { ...(await toJudge(opened, online)), format, name });
			const report = await folder.place(`${basename(name, extname(name))}-report.${format}`);
			await writeFile(report, text, { mode: 0o600 });
			return host.keepCopy(report, basename(report));
		},
	};
}
