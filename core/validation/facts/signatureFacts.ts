/** What is so about one signature of a PDF, before any policy: shape, arithmetic, and what changed since. */
import { archivedMessage, soundHashIndex } from '../../cms/archiveTimestamp.ts';
import { checkSigner, type SignerContent, type SignerFacts } from '../../cms/checkSigner.ts';
import { equalBytes } from '../../cms/equalBytes.ts';
import { CmsError } from '../../cms/errors.ts';
import { AttributeType, ContentType } from '../../cms/oids.ts';
import { parseSignedData, type SignedData, type SignerInfo } from '../../cms/signedData.ts';
import type { PdfDocument } from '../../pdf/document.ts';
import type { SignatureField } from '../../pdf/fields.ts';
import { PdfError } from '../../pdf/pdfError.ts';
import type { SignatureDictionary } from '../../pdf/signatureDictionary.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { digest } from '../../pki/digest.ts';
import type { Digest } from '../../ports/algorithms.ts';
import {
	checkTimestampToken,
	parseTimestampToken,
	type TimestampFacts,
	type TimestampToken,
} from '../../tsp/timestampToken.ts';
import type { ChangeAnalysis } from '../changes/change.ts';
import { type ByteRangeFacts, checkByteRange } from './byteRange.ts';
import type { EvidenceReader } from './evidenceReader.ts';
import { RangeDigests } from './rangeDigest.ts';
import { readX509Signature } from './x509Signature.ts';

/** Certificates to look for a signer's among, besides what the signature carries, and who reads that. */
export interface Known {
	readonly certificates: readonly Certificate[];
	readonly reader: EvidenceReader;
}

/** A timestamp inside a signature: over its value, or over the content beforehand. */
export interface EmbeddedTimestamp {
	readonly kind: 'signature' | 'content' | 'archive';
	readonly token: TimestampToken;
	readonly facts: TimestampFacts;
	/** Its own place where what a signature carries has places, behind the signature's (XAdES); else it shares that one's. */
	readonly offset?: number | undefined;
}

/** The CMS object or timestamp token of a signature, read and checked by arithmetic. */
export interface SignedObject {
	readonly signedData: SignedData | undefined;
	readonly signer: SignerInfo | undefined;
	readonly facts: SignerFacts;
	/** Set where the signature is itself a timestamp. */
	readonly token: TimestampToken | undefined;
	/** Whether a timestamp's imprint is that of the covered bytes; always `matches` for other signatures. */
	readonly imprint: TimestampFacts['imprint'];
	readonly timestampingPurpose: TimestampFacts['timestampingPurpose'] | undefined;
	/** What the object carries. */
	readonly certificates: readonly Certificate[];
	readonly timestamps: readonly EmbeddedTimestamp[];
	/** Timestamps in the signature that could not be read. */
	readonly unreadableTimestamps: number;
}

/** How many bytes in `/Contents`, behind the CMS object, are no filling: nothing covers them. */
export function strayBytes({ dictionary, object }: Pick<SignatureFacts, 'dictionary' | 'object'>): number {
	const extent = object?.signedData?.extent;
	if (extent === undefined) return 0;
	return dictionary.contents?.bytes.subarray(extent).reduce((count, byte) => count + Math.min(byte, 1), 0) ?? 0;
}

/** Why there is no signed object to judge. */
export type FormatFault =
	| ByteRangeFacts['faults'][number]
	| 'sub-filter-unknown'
	| 'cms-malformed'
	| 'cms-not-signed-data'
	| 'cms-signer-count'
	| 'timestamp-malformed'
	| 'xml-malformed'
	| 'container-content-unclear';

export interface SignatureFacts {
	readonly field: SignatureField;
	readonly dictionary: SignatureDictionary;
	readonly kind: 'signature' | 'document-timestamp';
	readonly format: 'pades' | 'cades' | 'xades';
	readonly byteRange: ByteRangeFacts;
	/** Offset behind the last covered byte; the file's size where there is no usable range. */
	readonly end: number;
	/** Offset of the signature's own place in the file. */
	readonly offset: number;
	/** Whether the range covers all of the revision it was made in. */
	readonly coversWholeRevision: boolean;
	/** The document as it was signed; undefined where that cannot be opened. */
	readonly signedRevision: PdfDocument | undefined;
	readonly formatFaults: readonly FormatFault[];
	readonly object: SignedObject | undefined;
	readonly changes: ChangeAnalysis;
	/** What XAdES properties say. */
	readonly xades?: XadesFacts | undefined;
	/** Files beside it in its container that it does not cover. */
	readonly unsignedFiles?: readonly string[] | undefined;
}

/** Properties of an XML signature (EN 319 132-1). */
export interface XadesFacts {
	readonly signingTime: Date | undefined;
	/** Identifier of the signature policy, as written. */
	readonly policy: string | undefined;
	/** Offset behind the last of its properties, whose own ones lie behind the signature's. */
	readonly end: number;
	/** The baseline level from which on a signature must not have one of its properties (EN 319 132-1 §6.3). */
	readonly barredFrom: 'b-b' | 'b-lt' | undefined;
	/** Names of properties with timestamps that are not checked here. */
	readonly uncheckedTimestamps: readonly string[];
	/** Whether it signs an element of the document around it and not the whole. */
	readonly coversPart: boolean;
}

/** Everything but the comparison with the current file, which needs to know the other signatures. */
export type SignatureReading = Omit<SignatureFacts, 'changes'>;

const cmsFilters: ReadonlySet<string> = new Set(['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'adbe.pkcs7.sha1']);

/** Reads a signature. */
export function readSignature(
	document: PdfDocument,
	field: SignatureField,
	dictionary: SignatureDictionary,
	known: Known,
): SignatureReading {
	const byteRange = checkByteRange(dictionary, document.source);
	const { range } = byteRange;
	const end = range ? range[2] + range[3] : document.source.size;
	const signedRevision = range && openRevision(document, dictionary, end);
	const faults: FormatFault[] = [...byteRange.faults];
	if (range && !signedRevision && !faults.includes('byte-range-no-revision')) faults.push('byte-range-no-revision');
	const isTimestamp = dictionary.subFilter === 'ETSI.RFC3161' || dictionary.type === 'DocTimeStamp';
	let object: SignedObject | undefined;
	if (range && dictionary.contents) {
		const covered = new RangeDigests(document.source, range);
		const read = readObject(dictionary, dictionary.contents.bytes, covered, known, isTimestamp);
		if (typeof read === 'string') faults.push(read);
		else object = read;
	}
	return {
		field,
		dictionary,
		kind: isTimestamp ? 'document-timestamp' : 'signature',
		format: 'pades',
		byteRange,
		end,
		offset: range?.[1] ?? 0,
		coversWholeRevision: byteRange.faults.length === 0 && signedRevision !== undefined,
		signedRevision,
		formatFaults: faults,
		object,
	};
}

/** The revision that ends where the range does; it must hold this very signature, or the range is a trick. */
function openRevision(document: PdfDocument, dictionary: SignatureDictionary, end: number): PdfDocument | undefined {
	const span = dictionary.contents?.span;
	if (!span || span[1] > end) return undefined;
	if (end === document.source.size) return document;
	try {
		// It may have been damaged when it was signed: then what a scan finds is what was signed, and what is compared.
		return document.viewAt(end);
	} catch (error) {
		if (error instanceof PdfError) return undefined;
		throw error;
	}
}

function readObject(
	dictionary: SignatureDictionary,
	contents: Uint8Array,
	covered: RangeDigests,
	known: Known,
	isTimestamp: boolean,
): SignedObject | FormatFault {
	if (isTimestamp) return readDocumentTimestamp(contents, covered, known);
	if (dictionary.subFilter === 'adbe.x509.rsa_sha1')
		return readX509Signature(dictionary, contents, covered, known.reader) ?? 'cms-malformed';
	const isKnown = dictionary.subFilter !== undefined && cmsFilters.has(dictionary.subFilter);
	const contentOf = dictionary.subFilter === 'adbe.pkcs7.sha1' ? sha1Content(covered) : () => detached(covered);
	const read = readCms(contents, contentOf, known);
	// Others name sub-filters of their own for what is a detached CMS signature all the same (PBAD.PAdES).
	return typeof read === 'string' && !isKnown ? 'sub-filter-unknown' : read;
}

/** The content that a SignerInfo signs, given the SignedData it is in. */
type ContentOf = (signedData: SignedData) => SignerContent;

const detached = (covered: RangeDigests): SignerContent => ({
	contentType: ContentType.data,
	digest: (algorithm) => covered.digest(algorithm),
	bytes: () => covered.bytes(),
});

/** ISO 32000-1, 12.8.3.3.1: the content is the SHA-1 of the covered bytes; anything else there is as good as altered. */
const sha1Content =
	(covered: RangeDigests): ContentOf =>
	(signedData) => {
		const value = covered.digest('sha1');
		const isTrue = signedData.content !== undefined && equalBytes(signedData.content, value);
		const content = isTrue ? value : new Uint8Array(0);
		return {
			contentType: signedData.contentType,
			digest: (algorithm) => digest(algorithm, content),
			bytes: () => content,
		};
	};

/** Reads and checks a CMS signature over this content. */
export function readCms(contents: Uint8Array, contentOf: ContentOf, known: Known): SignedObject | FormatFault {
	let signedData: SignedData;
	try {
		signedData = parseSignedData(contents);
	} catch (error) {
		if (error instanceof CmsError) return error.code === 'cms-not-signed-data' ? error.code : 'cms-malformed';
		throw error;
	}
	const [signer] = signedData.signerInfos;
	// EN 319 142-1 §6.3 (c): one SignerInfo.
	if (!signer || signedData.signerInfos.length !== 1) return 'cms-signer-count';
	const certificates = known.reader.certificates(signedData.certificates);
	const content = contentOf(signedData);
	const facts = checkSigner(signer, content, [...certificates, ...known.certificates]);
	return {
		signedData,
		signer,
		facts,
		token: undefined,
		imprint: 'matches',
		timestampingPurpose: undefined,
		certificates,
		...readEmbeddedTimestamps(signedData, signer, content, known),
	};
}

/** Reads a timestamp token over what `covered` gives the digests of. */
export function readDocumentTimestamp(
	contents: Uint8Array,
	covered: RangeDigests,
	known: Known,
): SignedObject | FormatFault {
	try {
		const token = parseTimestampToken(contents);
		const certificates = known.reader.certificates(token.signedData.certificates);
		const facts = checkTimestampToken(token, (algorithm) => covered.digest(algorithm), [
			...certificates,
			...known.certificates,
		]);
		return {
			signedData: token.signedData,
			signer: token.signer,
			facts,
			token,
			imprint: facts.imprint,
			timestampingPurpose: facts.timestampingPurpose,
			certificates,
			timestamps: [],
			unreadableTimestamps: 0,
		};
	} catch (error) {
		if (error instanceof CmsError) return 'timestamp-malformed';
		throw error;
	}
}

function readEmbeddedTimestamps(
	signedData: SignedData,
	signer: SignerInfo,
	content: SignerContent,
	known: Known,
): Pick<SignedObject, 'timestamps' | 'unreadableTimestamps'> {
	const timestamps: EmbeddedTimestamp[] = [];
	let unreadableTimestamps = 0;
	type Data = (algorithm: Digest, token: SignerInfo) => Uint8Array;
	const read = (kind: EmbeddedTimestamp['kind'], value: Uint8Array, data: Data): void => {
		try {
			const token = parseTimestampToken(value);
			const certificates = [...known.reader.certificates(token.signedData.certificates), ...known.certificates];
			const facts = checkTimestampToken(token, (algorithm) => data(algorithm, token.signer), certificates);
			timestamps.push({ kind, token, facts });
		} catch (error) {
			if (!(error instanceof CmsError)) throw error;
			unreadableTimestamps++;
		}
	};
	for (const value of signer.unsignedAttributes.values(AttributeType.archiveTimestampV3))
		read('archive', value, (algorithm, token) => {
			const index = soundHashIndex(signedData, signer, token);
			// What is missing from the index makes it a timestamp of something else: no digest is empty.
			if (!index) return new Uint8Array(0);
			return digest(algorithm, archivedMessage(signedData, signer, content.digest(algorithm), index));
		});
	for (const value of signer.unsignedAttributes.values(AttributeType.signatureTimestamp))
		read('signature', value, (algorithm) => digest(algorithm, signer.signature));
	for (const value of signer.signedAttributes?.values(AttributeType.contentTimestamp) ?? [])
		read('content', value, (algorithm) => content.digest(algorithm));
	// What later archives prove serves the judgement of everything before them.
	timestamps.sort((a, b) => rank(a) - rank(b) || b.token.info.time.getTime() - a.token.info.time.getTime());
	return { timestamps, unreadableTimestamps };
}

const rank = ({ kind }: EmbeddedTimestamp): number => (kind === 'archive' ? 0 : 1);
