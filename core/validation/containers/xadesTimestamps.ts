/** Timestamps in a XAdES signature: over its value, and over all that was there before them (EN 319 132-1 §5.3 and §5.5.2). */
import { CmsError } from '../../cms/errors.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { digest } from '../../pki/digest.ts';
import { canonicalisationOf } from '../../pki/trustedLists/xml/algorithms.ts';
import { type Canonicalisation, canonicalElement } from '../../pki/trustedLists/xml/canonicalXml.ts';
import { base64, dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import type { XmlElement } from '../../pki/trustedLists/xml/xmlTree.ts';
import { checkTimestampToken, parseTimestampToken, type TimestampFacts } from '../../tsp/timestampToken.ts';
import type { EmbeddedTimestamp, Known } from '../facts/signatureFacts.ts';
import { type UnsignedProperty, type XadesProperties, xades141Uri, xadesUri } from './xadesProperties.ts';
import { inclusive, type ReferenceFault, type XmlReferences } from './xmlReferences.ts';

export interface XadesTimestamps {
	/** The last one first, since it may prove what those before it need. */
	readonly timestamps: readonly EmbeddedTimestamp[];
	readonly unreadableTimestamps: number;
	/** Names of properties with timestamps that are not checked here. */
	readonly uncheckedTimestamps: readonly string[];
}

/** Each costs digests over all that is signed; one is enough for years. */
const MOST_TIMESTAMPS = 32;

export interface StampedSignature {
	readonly signature: XmlElement;
	readonly references: XmlReferences;
	readonly properties: XadesProperties;
}

/** @param certificates of the signature, among which an authority's may be. */
export function readXadesTimestamps(
	stamped: StampedSignature,
	certificates: readonly Certificate[],
	known: Known,
): XadesTimestamps {
	const timestamps: EmbeddedTimestamp[] = [];
	const uncheckedTimestamps: string[] = [];
	let unreadableTimestamps = 0;
	const { signed, unsigned } = stamped.properties;
	for (const { local } of signed?.first(xadesUri, 'SignedDataObjectProperties')?.elements ?? [])
		if (contentTimestamps.has(local)) uncheckedTimestamps.push(local);
	for (const property of unsigned.toReversed()) {
		const { element, place } = property;
		const kind = kindOf(element);
		if (kind === undefined) continue;
		if (kind === 'unchecked') {
			uncheckedTimestamps.push(element.local);
			continue;
		}
		for (const encapsulated of tokensOf(element)) {
			try {
				if (timestamps.length === MOST_TIMESTAMPS)
					throw new CmsError('cms-malformed', 'more timestamps than anybody has');
				const token = parseTimestampToken(base64(encapsulated));
				const candidates = [
					...known.reader.certificates(token.signedData.certificates),
					...certificates,
					...known.certificates,
				];
				const octets = octetsOf(kind, stamped, property);
				const facts = checkTimestampToken(
					token,
					(algorithm) => digest(algorithm, ...(typeof octets === 'string' ? [] : octets)),
					candidates,
				);
				timestamps.push({
					kind,
					token,
					facts: typeof octets === 'string' ? without(facts, octets) : facts,
					place,
					covers: kind === 'archive' ? placesFrom(stamped.properties.place, place) : new Set(),
				});
			} catch (error) {
				if (!(error instanceof CmsError)) throw error;
				unreadableTimestamps++;
			}
		}
	}
	return { timestamps, unreadableTimestamps, uncheckedTimestamps };
}

/** The signature and the properties before the one at `end`, with all that is in them. */
const placesFrom = (start: number, end: number): ReadonlySet<number> =>
	new Set(Array.from({ length: end - start }, (_, index) => start + index));

const contentTimestamps: ReadonlySet<string> = new Set(['AllDataObjectsTimeStamp', 'IndividualDataObjectsTimeStamp']);
const referenceTimestamps: ReadonlySet<string> = new Set([
	...['SigAndRefsTimeStamp', 'RefsOnlyTimeStamp', 'SigAndRefsTimeStampV2', 'RefsOnlyTimeStampV2'],
]);

function kindOf(element: XmlElement): 'signature' | 'archive' | 'unchecked' | undefined {
	const { uri, local } = element;
	if (uri !== xadesUri && uri !== xades141Uri) return undefined;
	if (referenceTimestamps.has(local)) return 'unchecked';
	if (local === 'SignatureTimeStamp' && uri === xadesUri) return 'signature';
	if (local !== 'ArchiveTimeStamp') return undefined;
	// The distributed case (§5.5.2.3): it says by itself what it is over, and that may be less than all.
	return element.elements.some((child) => child.local === 'Include') ? 'unchecked' : 'archive';
}

/** At least one: where there is none, what should be there cannot be read. */
function tokensOf(element: XmlElement): readonly (XmlElement | undefined)[] {
	const tokens = element.all(xadesUri, 'EncapsulatedTimeStamp');
	return tokens.length === 0 ? [undefined] : tokens;
}

type Octets = readonly Uint8Array[] | ReferenceFault;

function octetsOf(kind: 'signature' | 'archive', stamped: StampedSignature, property: UnsignedProperty): Octets {
	const written = property.element.first(dsUri, 'CanonicalizationMethod');
	const method = written ? canonicalisationOf(written) : inclusive;
	if (!method) return 'unknown-algorithm';
	return kind === 'archive' ? archived(stamped, property, method) : valueOctets(stamped.signature, method);
}

/** §5.3: the SignatureValue. */
function valueOctets(signature: XmlElement, method: Canonicalisation): Octets {
	const value = signature.first(dsUri, 'SignatureValue');
	return value ? [canonicalElement(value, method)] : 'content-missing';
}

/** §5.5.2.2, not distributed: all that is signed, the signature with its keys, the properties before this one, the rest. */
function archived(
	{ signature, references, properties }: StampedSignature,
	property: UnsignedProperty,
	method: Canonicalisation,
): Octets {
	const octets: Uint8Array[] = [];
	for (const reference of references.elements) {
		const referenced = references.octets(reference, method);
		if (typeof referenced === 'string') return referenced;
		octets.push(referenced);
	}
	const objects = signature.all(dsUri, 'Object').filter((object) => object !== properties.object);
	// The timestamp of XAdES 1.3.2 (§7.7.1 there) leaves out objects that are signed anyway.
	const signed = new Set(references.elements.map((reference) => references.targetOf(reference)));
	const isOlder = property.element.uri === xadesUri;
	const elements = [
		...['SignedInfo', 'SignatureValue', 'KeyInfo'].flatMap((name) => signature.all(dsUri, name)),
		...properties.unsigned.filter(({ place }) => place < property.place).map(({ element }) => element),
		...objects.filter((object) => !isOlder || !signed.has(object)),
	];
	octets.push(...elements.map((element) => canonicalElement(element, method)));
	return octets;
}

/** What is missing is said, and what cannot be computed; neither makes the timestamp one of something else. */
const without = (facts: TimestampFacts, fault: ReferenceFault): TimestampFacts =>
	fault === 'content-missing'
		? { ...facts, messageDigest: fault, imprint: 'matches' }
		: { ...facts, imprint: 'unknown-algorithm' };
