/** What is so about one signature of a PDF, before any policy: shape, arithmetic, and what changed since. */
import type { SignerContent, SignerFacts } from '../../cms/checkSigner.ts';
import { equalBytes } from '../../cms/equalBytes.ts';
import { ContentType } from '../../cms/oids.ts';
import type { SignedData, SignerInfo } from '../../cms/signedData.ts';
import type { PdfDocument } from '../../pdf/document.ts';
import type { SignatureField } from '../../pdf/fields.ts';
import { PdfError } from '../../pdf/pdfError.ts';
import type { SignatureDictionary } from '../../pdf/signatureDictionary.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { digest } from '../../pki/digest.ts';
import type { TimestampFacts, TimestampToken } from '../../tsp/timestampToken.ts';
import type { ChangeAnalysis } from '../changes/change.ts';
import { type ByteRangeFacts, checkByteRange } from './byteRange.ts';
import type { CmsPlaces } from './cmsPlaces.ts';
import type { EvidenceReader } from './evidenceReader.ts';
import { RangeDigests } from './rangeDigest.ts';
import { type ContentOf, readCms, readDocumentTimestamp } from './readCms.ts';
import { readX509Signature } from './x509Signature.ts';

/** Certificates to look for a signer's among, besides what the signature carries, and who reads that. */
export interface Known {
	readonly certificates: readonly Certificate[];
	readonly reader: EvidenceReader;
}

/** A timestamp inside a signature: over its value, over the content beforehand, or over all there was. */
export interface EmbeddedTimestamp {
	readonly kind: 'signature' | 'content' | 'archive';
	readonly token: TimestampToken;
	readonly facts: TimestampFacts;
	/** Its own; the signature's for one that is signed. */
	readonly place: number;
	/** Of one over all there was: the places of the signature and of what it carried that are covered. */
	readonly covers: ReadonlySet<number>;
}

/** A signature over the value of another one, which carries it (EN 319 122-1 §5.2.7, EN 319 132-1 §5.2.7.2). */
export interface CounterSignature {
	readonly place: number;
	readonly object: SignedObject | FormatFault;
	/** Where what it carries for its own validation begins and ends. */
	readonly carries: PlaceRange;
	readonly xades?: XadesFacts | undefined;
}

/** Places in a file: offsets in a PDF, else numbers in the order of what there is. The second is behind the last. */
export type PlaceRange = readonly [start: number, end: number];

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
	/** Names of timestamps in it that are not checked here. */
	readonly uncheckedTimestamps: readonly string[];
	/** Of a CMS signature: where what it carries lies. */
	readonly places: CmsPlaces | undefined;
	readonly counterSignatures: readonly CounterSignature[];
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
	| 'container-content-unclear'
	| 'counter-signature-misplaced'
	| 'signatures-too-many';

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
	/** Where what it carries for its own validation begins and ends; undefined where that may lie anywhere in the file. */
	readonly carries?: PlaceRange | undefined;
	/** Offset of the signature that it countersigns; undefined where it is over a document. */
	readonly counterSigned?: number | undefined;
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
	/** The baseline level from which on a signature must not have one of its properties (EN 319 132-1 §6.3). */
	readonly barredFrom: 'b-b' | 'b-lt' | undefined;
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
	// Where it really lies, whatever its range says; nothing covers what lies in no place of its own.
	const offset = dictionary.contents?.span?.[0] ?? document.source.size;
	const end = range ? range[2] + range[3] : document.source.size;
	const signedRevision = range && openRevision(document, dictionary, end);
	const faults: FormatFault[] = [...byteRange.faults];
	if (range && !signedRevision && !faults.includes('byte-range-no-revision')) faults.push('byte-range-no-revision');
	const isTimestamp = dictionary.subFilter === 'ETSI.RFC3161' || dictionary.type === 'DocTimeStamp';
	let object: SignedObject | undefined;
	if (range && dictionary.contents) {
		const covered = new RangeDigests(document.source, range);
		const read = readObject(
			dictionary,
			{ contents: dictionary.contents.bytes, covered, place: offset },
			known,
			isTimestamp,
		);
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
		offset,
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
	{ contents, covered, place }: { contents: Uint8Array; covered: RangeDigests; place: number },
	known: Known,
	isTimestamp: boolean,
): SignedObject | FormatFault {
	if (isTimestamp) return readDocumentTimestamp(contents, covered, known);
	if (dictionary.subFilter === 'adbe.x509.rsa_sha1')
		return readX509Signature(dictionary, contents, covered, known.reader) ?? 'cms-malformed';
	const isKnown = dictionary.subFilter !== undefined && cmsFilters.has(dictionary.subFilter);
	const contentOf = dictionary.subFilter === 'adbe.pkcs7.sha1' ? sha1Content(covered) : () => detached(covered);
	const read = readCms(contents, contentOf, known, place);
	// Others name sub-filters of their own for what is a detached CMS signature all the same (PBAD.PAdES).
	return typeof read === 'string' && !isKnown ? 'sub-filter-unknown' : read;
}

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
