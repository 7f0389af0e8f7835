import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Configuration } from '../../core/config/configuration.ts';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { PdfError } from '../../core/pdf/pdfError.ts';
import { DiskProofCache, proofCacheFolder } from '../../core/pki/diskProofCache.ts';
import { PathResearch } from '../../core/pki/pathResearch.ts';
import { loadValidationData } from '../../core/pki/validationData.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { DocumentVerdict } from '../../core/validation/verdict/verdict.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import { DocumentError } from '../documents/documentError.ts';
import type { OpenDocuments, OpenFile } from '../documents/openDocuments.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import type { Host } from '../host.ts';
import type { SettingsStore } from '../settings/settingsStore.ts';
import { fileVerdict, signatureId } from '../signatures/fileVerdict.ts';
import { writeReport } from '../signatures/report.ts';
import { copyRevision } from '../signatures/revision.ts';
import { openFetcher } from '../signing/proofSources.ts';
import type { FacadeHandlers } from './handlers.ts';

/** What the signatures in a document are worth, and what they were made on. */
export function signatureHandlers(
	documents: OpenDocuments,
	folder: PrivateFolder,
	host: Host,
	store: SettingsStore,
	env: NodeJS.ProcessEnv,
): FacadeHandlers<'signatures'> {
	const judge = ({ file, password }: OpenFile, online: boolean): Promise<DocumentVerdict> => {
		const { configuration, anchors } = store;
		const isOnline = online && !configuration.get('network.offline');
		return withSource(file.path, (source) =>
			verifyDocument(source, {
				anchors,
				time: systemClock.now(),
				password,
				data: loadValidationData(configuration.get('validationData')),
				research: isOnline ? openResearch(configuration, env) : undefined,
			}),
		);
	};
	return {
		async of({ handle, online }) {
			const opened = documents.get(handle);
			await opened.file.refuseIfChanged();
			const { document } = opened;
			if (!document) throw new PdfError('encrypted-password', `${opened.file.name} is locked by a password`);
			return fileVerdict(await judge(opened, online), document);
		},
		async extractRevision({ handle, signature }) {
			const opened = documents.get(handle);
			await opened.file.refuseIfChanged();
			const { signatures } = await judge(opened, false);
			const found = signatures.find((_one, index) => signatureId(index) === signature);
			if (!found) {
				throw new DocumentError('signature-unknown', 'The document has no such signature.', { hint: 'Open it again.' });
			}
			return documents.open(await copyRevision(opened.file.path, found.facts.end, folder), opened.password);
		},
		async saveReport({ handle, format, online }) {
			const opened = documents.get(handle);
			await opened.file.refuseIfChanged();
			const { name } = opened.file;
			const report = await folder.place(`${basename(name, extname(name))}-report.${format}`);
			await writeFile(report, await writeReport(format, name, await judge(opened, online)), { mode: 0o600 });
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

/** What was learnt once is kept: the command line looks into the same cache. */
function openResearch(configuration: Configuration, env: NodeJS.ProcessEnv): PathResearch {
	return new PathResearch(openFetcher(configuration, false), new DiskProofCache(proofCacheFolder(env)));
}
