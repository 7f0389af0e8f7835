import { FileSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { DiskProofCache } from '../../core/pki/diskProofCache.ts';
import { PathResearch } from '../../core/pki/pathResearch.ts';
import type { TrustSetup } from '../../core/pki/trustedLists/currentTrust.ts';
import { loadValidationData } from '../../core/pki/validationData.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import type { DocumentVerdict } from '../../core/validation/verdict/verdict.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import type { FileVerdict } from '../../preload/contract.ts';
import { readListed } from '../settings/anchors.ts';
import { fileVerdict } from '../signatures/fileVerdict.ts';
import { type ReportFormat, writeReport } from '../signatures/report.ts';
import { type NetworkUse, openFetcher } from '../signing/proofSources.ts';
import type { DocumentToRead } from './description.ts';

/** A document, and what its signatures are held against, as plain data. */
export interface DocumentToJudge extends DocumentToRead {
	readonly anchors: readonly TrustAnchor[];
	/** Where trusted lists are to be had. */
	readonly trustSetup: TrustSetup;
	/** Files and folders with certificates, lists and responses that are at hand. */
	readonly validationData: readonly string[];
	/** What may be asked outside, and where answers are kept; without it nothing is. */
	readonly online: { readonly network: NetworkUse; readonly cacheFolder: string } | undefined;
}

/** The verdict as the window shows it. @throws {PdfError} */
export async function judgeForWindow(wanted: DocumentToJudge): Promise<FileVerdict> {
	return judged(wanted, (verdict, document) => fileVerdict(verdict, document));
}

/** The verdict as a file to be kept. @throws {PdfError} */
export async function judgeForReport(
	wanted: DocumentToJudge & { readonly format: ReportFormat; readonly name: string },
): Promise<string | Uint8Array> {
	return judged(wanted, (verdict) => writeReport(wanted.format, wanted.name, verdict));
}

/** How many bytes of the file each signature speaks of, in the order in which they were made. @throws {PdfError} */
export async function signatureEnds(wanted: DocumentToJudge): Promise<readonly number[]> {
	return judged(wanted, ({ signatures }) => signatures.map(({ facts }) => facts.end));
}

async function judged<Result>(
	{ path, password, anchors, trustSetup, validationData, online }: DocumentToJudge,
	conclude: (verdict: DocumentVerdict, document: PdfDocument) => Result | Promise<Result>,
): Promise<Result> {
	const source = FileSource.open(path);
	try {
		const fetcher = online && openFetcher(online.network);
		const listed = await readListed(trustSetup, fetcher);
		const verdict = await verifyDocument(source, {
			anchors: [...anchors, ...listed.anchors],
			trustedLists: listed.lists,
			time: systemClock.now(),
			password,
			data: loadValidationData(validationData),
			// What was learnt once is kept: the command line looks into the same cache.
			research: online && fetcher && new PathResearch(fetcher, new DiskProofCache(online.cacheFolder)),
		});
		return await conclude(verdict, PdfDocument.open(source, { password }));
	} finally {
		source.close();
	}
}
