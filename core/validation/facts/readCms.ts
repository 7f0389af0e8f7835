/** CMS signatures and timestamp tokens: read, and checked by arithmetic, with all that their unsigned attributes hold. */
import { archivedMessage, soundHashIndex } from '../../cms/archiveTimestamp.ts';
import { checkSigner, type SignerContent } from '../../cms/checkSigner.ts';
import { CmsError } from '../../cms/errors.ts';
import { AttributeType } from '../../cms/oids.ts';
import { parseSignedData, type SignedData, type SignerInfo } from '../../cms/signedData.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { digest } from '../../pki/digest.ts';
import type { Digest } from '../../ports/algorithms.ts';
import { checkTimestampToken, parseTimestampToken, type TimestampToken } from '../../tsp/timestampToken.ts';
import { CmsPlaces, type PlacedSigner } from './cmsPlaces.ts';
import type { RangeDigests } from './rangeDigest.ts';
import type {
	CounterSignature,
	EmbeddedTimestamp,
	FormatFault,
	Known,
	PlaceRange,
	SignedObject,
} from './signatureFacts.ts';

/** The content that a SignerInfo signs, given the SignedData it is in. */
export type ContentOf = (signedData: SignedData) => SignerContent;

/** What an object without unsigned attributes carries. */
export const carryingNothing = {
	timestamps: [],
	unreadableTimestamps: 0,
	uncheckedTimestamps: [],
	places: undefined,
	counterSignatures: [],
} as const;

/** What the readers of one CMS signature share. */
interface Scope {
	readonly known: Known;
	/** Its own, before those from elsewhere. */
	readonly certificates: readonly Certificate[];
	readonly carries: PlaceRange;
	counterSignaturesLeft: number;
}

/** Each costs the verification of a signature. */
const MOST_COUNTER_SIGNATURES = 100;

/** Reads and checks a CMS signature over this content. @param place its own; what it carries has those behind. */
export function readCms(
	contents: Uint8Array,
	contentOf: ContentOf,
	known: Known,
	place: number,
): SignedObject | FormatFault {
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
	const places = new CmsPlaces(signedData, signer, place);
	const scope: Scope = {
		known,
		certificates: [...certificates, ...known.certificates],
		carries: [place, places.end],
		counterSignaturesLeft: MOST_COUNTER_SIGNATURES,
	};
	const content = contentOf(signedData);
	return {
		signedData,
		signer,
		facts: checkSigner(signer, content, scope.certificates),
		token: undefined,
		imprint: 'matches',
		timestampingPurpose: undefined,
		certificates,
		...readTimestamps(places.signer, content, scope, { signedData, places }),
		places,
		counterSignatures: readCounterSignatures(places.signer, scope),
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
			...carryingNothing,
		};
	} catch (error) {
		if (error instanceof CmsError) return 'timestamp-malformed';
		throw error;
	}
}

/** RFC 5652 §11.4: what is signed is the value of the signature that carries it, which has no content type. */
function readCounterSignatures(
	{ signer: { signature }, values }: PlacedSigner,
	scope: Scope,
): readonly CounterSignature[] {
	const content: SignerContent = {
		contentType: undefined,
		digest: (algorithm) => digest(algorithm, signature),
		bytes: () => signature,
	};
	const found: CounterSignature[] = [];
	for (const { counterSigner, place } of values) {
		if (counterSigner === undefined) continue;
		const { carries } = scope;
		if (scope.counterSignaturesLeft-- <= 0) return [...found, { place, object: 'signatures-too-many', carries }];
		const object = counterSigner === 'malformed' ? 'cms-malformed' : readCounterSigner(counterSigner, content, scope);
		found.push({ place, object, carries });
	}
	return found;
}

function readCounterSigner(placed: PlacedSigner, content: SignerContent, scope: Scope): SignedObject {
	return {
		signedData: undefined,
		signer: placed.signer,
		facts: checkSigner(placed.signer, content, scope.certificates),
		token: undefined,
		imprint: 'matches',
		timestampingPurpose: undefined,
		certificates: [],
		...readTimestamps(placed, content, scope, undefined),
		places: undefined,
		counterSignatures: readCounterSignatures(placed, scope),
	};
}

type Timestamps = Pick<SignedObject, 'timestamps' | 'unreadableTimestamps' | 'uncheckedTimestamps'>;

/** @param whole the object that an archive timestamp is over; undefined in a counter-signature, which is part of another's. */
function readTimestamps(
	{ signer, place: own, values }: PlacedSigner,
	content: SignerContent,
	{ known, certificates }: Scope,
	whole: { readonly signedData: SignedData; readonly places: CmsPlaces } | undefined,
): Timestamps {
	const timestamps: EmbeddedTimestamp[] = [];
	const uncheckedTimestamps: string[] = [];
	let unreadableTimestamps = 0;
	type Stamped = (token: TimestampToken) => {
		readonly data: (algorithm: Digest) => Uint8Array;
		readonly covers?: ReadonlySet<number>;
	};
	const read = (kind: EmbeddedTimestamp['kind'], place: number, value: Uint8Array, stamped: Stamped): void => {
		try {
			const token = parseTimestampToken(value);
			const among = [...known.reader.certificates(token.signedData.certificates), ...certificates];
			const { data, covers = new Set() } = stamped(token);
			timestamps.push({ kind, token, facts: checkTimestampToken(token, data, among), place, covers });
		} catch (error) {
			if (!(error instanceof CmsError)) throw error;
			unreadableTimestamps++;
		}
	};
	for (const { type, value, place } of values) {
		if (type === AttributeType.signatureTimestamp)
			read('signature', place, value, () => ({ data: (algorithm) => digest(algorithm, signer.signature) }));
		else if (type === AttributeType.archiveTimestampV3 && whole)
			read('archive', place, value, (token) => archived(signer, content, whole, token));
		else if (unchecked.has(type)) uncheckedTimestamps.push(unchecked.get(type) ?? type);
	}
	for (const value of signer.signedAttributes?.values(AttributeType.contentTimestamp) ?? [])
		read('content', own, value, () => ({ data: (algorithm) => content.digest(algorithm) }));
	// What later archives prove serves the judgement of everything before them.
	timestamps.sort((a, b) => rank(a) - rank(b) || b.token.info.time.getTime() - a.token.info.time.getTime());
	return { timestamps, unreadableTimestamps, uncheckedTimestamps };
}

function archived(
	signer: SignerInfo,
	content: SignerContent,
	{ signedData, places }: { readonly signedData: SignedData; readonly places: CmsPlaces },
	token: TimestampToken,
) {
	const index = soundHashIndex(signedData, signer, token.signer);
	// What is missing from the signature makes it a timestamp of something else: no digest is empty.
	if (!index) return { data: () => new Uint8Array(0) };
	const data = (algorithm: Digest): Uint8Array =>
		digest(algorithm, archivedMessage(signedData, signer, content.digest(algorithm), index.der));
	return { data, covers: places.coveredBy(index) };
}

/** Timestamps of TS 101 733 that are not checked here, and the archive timestamp where it has no object of its own. */
const unchecked: ReadonlyMap<string, string> = new Map([
	[AttributeType.archiveTimestampV3, 'archive-time-stamp-v3'],
	[AttributeType.archiveTimestampV2, 'archive-time-stamp'],
	[AttributeType.longTermValidation, 'long-term-validation'],
	[AttributeType.signatureAndReferencesTimestamp, 'CAdES-C-time-stamp'],
	[AttributeType.referencesTimestamp, 'time-stamped-certs-crls-references'],
]);

const rank = ({ kind }: EmbeddedTimestamp): number => (kind === 'archive' ? 0 : 1);
