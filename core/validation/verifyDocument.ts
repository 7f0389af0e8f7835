/** Validation of a PDF from end to end: facts, policy, verdict (EN 319 102-1). */
import type { ByteSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import type { PathResearch } from '../pki/pathResearch.ts';
import type { TrustedLists } from '../pki/trustedLists/trustedLists.ts';
import type { ValidationData } from '../pki/validationData.ts';
import type { TrustAnchor } from '../ports/trustSource.ts';
import { collectDetachedFacts } from './facts/detachedFacts.ts';
import { collectFacts, type DocumentFacts } from './facts/documentFacts.ts';
import type { EvidenceReader } from './facts/evidenceReader.ts';
import { gatherOnline } from './gatherOnline.ts';
import { defaultPolicy, type ValidationPolicy } from './policy/policy.ts';
import { judgeDocument } from './verdict/judgeDocument.ts';
import type { DocumentVerdict } from './verdict/verdict.ts';

export interface VerifyOptions {
	/** Only these are trusted. */
	readonly anchors: readonly TrustAnchor[];
	/** The moment for which validation is done. */
	readonly time: Date;
	readonly policy?: ValidationPolicy | undefined;
	/** From `--validation-data` and caches. */
	readonly data?: ValidationData | undefined;
	/** For an encrypted document. */
	readonly password?: string | undefined;
	/** Their anchors are among `anchors` already; with them it is said what a signature is worth in law. */
	readonly trustedLists?: TrustedLists | undefined;
	/** Finds out what the file does not say, by the network and caches; without it nothing outside is asked. */
	readonly research?: PathResearch | undefined;
	/** Keeps what it reads from one file to the next; without it each file is read anew. */
	readonly reader?: EvidenceReader | undefined;
	readonly signal?: AbortSignal | undefined;
}

/**
 * The verdict on every signature and document timestamp of a PDF.
 *
 * @throws {PdfError} where the document cannot be read at all; whatever is wrong with a signature is in its verdict.
 */
export async function verifyDocument(source: ByteSource, options: VerifyOptions): Promise<DocumentVerdict> {
	const document = PdfDocument.open(source, { password: options.password });
	return concludeVerdict(collectFacts(document, options.data, options.reader), options);
}

/** The verdict on a detached CAdES signature over a file of any kind. */
export function verifyDetached(
	signature: Uint8Array,
	content: ByteSource,
	options: VerifyOptions,
): Promise<DocumentVerdict> {
	return concludeVerdict(collectDetachedFacts(signature, content, options.data ?? nothing, options.reader), options);
}

/**
 * The verdict on whatever was signed: a PDF, a container (ASiC-S, ASiC-E), an XML signature, a CAdES signature.
 *
 * @param content what a detached signature is over; without it the file speaks for itself.
 * @throws {PdfError} or {ContainerError} where the file cannot be read at all.
 */
export async function verifyFile(
	source: ByteSource,
	options: VerifyOptions,
	content?: ByteSource | undefined,
): Promise<DocumentVerdict> {
	const given = options.data ?? nothing;
	const begin = Buffer.from(source.read(0, 5)).toString('latin1');
	if (begin.startsWith('PK\u0003\u0004')) {
		const { collectContainerFacts } = await import('./containers/asic.ts');
		return concludeVerdict(collectContainerFacts(source, given, options.reader), options);
	}
	if (/^(?:\xef\xbb\xbf)?\s*<[?\w]/.test(begin)) {
		const { collectXmlFacts } = await import('./containers/xmlFacts.ts');
		return concludeVerdict(collectXmlFacts(source, content, given, options.reader), options);
	}
	// DER and BER begin with a SEQUENCE, PDFs never do.
	if (!content && !begin.startsWith('0')) return verifyDocument(source, options);
	return concludeVerdict(collectDetachedFacts(source.read(0, source.size), content, given, options.reader), options);
}

const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] };

/** Judges facts by what they hold, and once more with what the network adds where that leaves questions open. */
export async function concludeVerdict(facts: DocumentFacts, options: VerifyOptions): Promise<DocumentVerdict> {
	const judging = {
		anchors: options.anchors,
		time: options.time,
		policy: options.policy ?? defaultPolicy,
		trustedLists: options.trustedLists,
	};
	const verdict = judgeDocument(facts, { ...judging, online: options.research !== undefined });
	if (!options.research) return verdict;
	const { research, anchors, time, signal } = options;
	const found = await gatherOnline(verdict, facts.evidence, { research, anchors, time, signal });
	return found ? judgeDocument(facts, { ...judging, online: true }) : verdict;
}
