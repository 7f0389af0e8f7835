/** XML signatures with XAdES properties (EN 319 132-1, W3C xmldsig-core1 §3.2): references, value, and what they name. */
import { equalBytes } from '../../cms/equalBytes.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import { DerError } from '../../pki/der.ts';
import { digest } from '../../pki/digest.ts';
import { verifySignature } from '../../pki/signature.ts';
import {
	canonicalisationOf,
	digestOf,
	signatureAlgorithmOf,
	signatureValueOf,
} from '../../pki/trustedLists/xml/algorithms.ts';
import { canonicalElement } from '../../pki/trustedLists/xml/canonicalXml.ts';
import { base64, dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import { elementsById, type XmlDocument, type XmlElement } from '../../pki/trustedLists/xml/xmlTree.ts';
import type {
	CounterSignature,
	FormatFault,
	Known,
	PlaceRange,
	SignedObject,
	XadesFacts,
} from '../facts/signatureFacts.ts';
import { type PlacedData, readPlacedData, XadesProperties, xadesUri } from './xadesProperties.ts';
import { readXadesTimestamps } from './xadesTimestamps.ts';
import { isSignature, type SignatureScope, XmlReferences } from './xmlReferences.ts';

const MOST_SIGNATURES = 100;
const MOST_REFERENCES = 10_000;

export interface XadesReading {
	readonly object: SignedObject | FormatFault;
	readonly xades: XadesFacts;
	/** Its own, before those of its properties. */
	readonly place: number;
	/** Where it and its properties have their places. */
	readonly carries: PlaceRange;
	/** What the signature carries for its own validation. */
	readonly data: readonly PlacedData[];
	/** Other files that it refers to, as written. */
	readonly covered: readonly string[];
	/** The place of the signature beside it that it says it countersigns (§5.2.7.1). */
	readonly counterSigned: number | undefined;
}

const countersignedType = 'http://uri.etsi.org/01903#CountersignedSignature';

/**
 * Reads every signature of a document that is not within another.
 *
 * @param place of the first; those after it, and their properties, have the places behind.
 */
export function readXadesSignatures(
	document: XmlDocument,
	fileOf: SignatureScope['fileOf'],
	known: Known,
	place: number,
): readonly XadesReading[] {
	const ids = elementsById(document.root);
	const places = new Map<XmlElement | undefined, number>();
	const readers: Reader[] = [];
	let next = place;
	const count = { counterSignatures: 0 };
	const signatures = signaturesIn(document.root);
	for (const signature of signatures.slice(0, MOST_SIGNATURES)) {
		const properties = new XadesProperties(signature, next);
		readers.push(new Reader({ document, signature, ids, fileOf }, known, properties, count));
		places.set(signature.first(dsUri, 'SignatureValue'), next);
		next = properties.end;
	}
	const readings = readers.map((reader) => reader.read(places));
	const [unread] = signatures.slice(MOST_SIGNATURES);
	return unread ? [...readings, tooMany(new XadesProperties(unread, next))] : readings;
}

/** Stands for all signatures that are not read: what may be broken is not passed over. */
function tooMany({ place, end, signingTime, policy, barredFrom }: XadesProperties): XadesReading {
	const xades = { signingTime, policy, barredFrom, coversPart: false };
	const object = 'signatures-too-many';
	return { object, xades, place, carries: [place, end], data: [], covered: [], counterSigned: undefined };
}

function signaturesIn(element: XmlElement): readonly XmlElement[] {
	if (isSignature(element)) return [element];
	return element.elements.flatMap(signaturesIn);
}

class Reader {
	readonly #scope: SignatureScope;
	readonly #signedInfo: readonly XmlElement[];
	readonly #known: Known;
	readonly #references: XmlReferences;
	readonly #properties: XadesProperties;
	readonly #count: { counterSignatures: number };

	/** @param count of the counter-signatures of the document that were read so far. */
	constructor(scope: SignatureScope, known: Known, properties: XadesProperties, count: { counterSignatures: number }) {
		this.#scope = scope;
		this.#signedInfo = scope.signature.all(dsUri, 'SignedInfo');
		this.#known = known;
		this.#references = new XmlReferences(scope, this.#signedInfo[0]);
		this.#properties = properties;
		this.#count = count;
	}

	/** @param beside places of signatures by the elements with their values. */
	read(beside: ReadonlyMap<XmlElement | undefined, number> = new Map()): XadesReading {
		const { place, end, signingTime, policy, barredFrom } = this.#properties;
		const over = this.#references.elements.find((reference) => reference.attribute('Type') === countersignedType);
		const target = over && this.#references.targetOf(over);
		const counterSigned = target && beside.get(target);
		return {
			object: this.#readObject(),
			place,
			carries: [place, end],
			data: readPlacedData(this.#properties, this.#known.reader),
			covered: this.#references.covered,
			counterSigned,
			xades: {
				signingTime,
				policy,
				barredFrom,
				coversPart: this.#references.signsPart && counterSigned === undefined,
			},
		};
	}

	/** A signature over the value of another one, in which it is (§5.2.7.2). */
	readOver(countersigned: XmlElement | undefined): CounterSignature {
		const { object, place, carries, xades } = this.read();
		const isOverIt =
			countersigned !== undefined &&
			this.#references.elements.some((reference) => this.#references.targetOf(reference) === countersigned);
		return {
			place,
			object: typeof object === 'string' || isOverIt ? object : 'counter-signature-misplaced',
			carries,
			// It is not meant to sign more.
			xades: { ...xades, coversPart: false },
		};
	}

	#readObject(): SignedObject | FormatFault {
		const [signedInfo, ...more] = this.#signedInfo;
		if (!signedInfo || more.length > 0) return 'xml-malformed';
		const references = this.#references.elements;
		if (references.length === 0 || references.length > MOST_REFERENCES) return 'xml-malformed';
		const { signature } = this.#scope;
		const certificates = this.#known.reader.certificates(
			signature.all(dsUri, 'KeyInfo', 'X509Data', 'X509Certificate').map(base64),
		);
		const { certificate, named } = this.#signer([...certificates, ...this.#known.certificates]);
		const { signed } = this.#properties;
		const coversProperties = references.some((reference) => this.#references.targetOf(reference) === signed);
		const stamped = { signature, references: this.#references, properties: this.#properties };
		return {
			signedData: undefined,
			signer: undefined,
			facts: {
				certificate,
				digestAlgorithm: undefined,
				signatureAlgorithm: signatureAlgorithmOf(signedInfo.first(dsUri, 'SignatureMethod')),
				messageDigest: this.#references.check(),
				contentType: 'no-attributes',
				// Properties that are not signed say nothing.
				signingCertificate: signed && coversProperties ? named : 'absent',
				signature: this.#checkValue(signedInfo, certificate),
			},
			token: undefined,
			imprint: 'matches',
			timestampingPurpose: undefined,
			certificates,
			...readXadesTimestamps(stamped, certificates, this.#known),
			places: undefined,
			counterSignatures: this.#counterSignatures(certificates),
		};
	}

	#counterSignatures(certificates: readonly Certificate[]): readonly CounterSignature[] {
		const known = { ...this.#known, certificates: [...certificates, ...this.#known.certificates] };
		const { signature } = this.#scope;
		const found: CounterSignature[] = [];
		for (const { counterSignature, place } of this.#properties.unsigned) {
			if (counterSignature === undefined) continue;
			if (counterSignature === 'malformed') {
				found.push({ place, object: 'xml-malformed', carries: [place, place + 1] });
				continue;
			}
			const carries = [place, counterSignature.end] as const;
			if (++this.#count.counterSignatures > MOST_SIGNATURES)
				return [...found, { place, object: 'signatures-too-many', carries }];
			const scope = { ...this.#scope, signature: counterSignature.signature };
			const reader = new Reader(scope, known, counterSignature, this.#count);
			found.push(reader.readOver(signature.first(dsUri, 'SignatureValue')));
		}
		return found;
	}

	#checkValue(signedInfo: XmlElement, certificate: Certificate | undefined): SignedObject['facts']['signature'] {
		const algorithm = signatureAlgorithmOf(signedInfo.first(dsUri, 'SignatureMethod'));
		const method = canonicalisationOf(signedInfo.first(dsUri, 'CanonicalizationMethod'));
		if (!algorithm || !method || !certificate) return 'unverifiable';
		const value = base64(this.#scope.signature.first(dsUri, 'SignatureValue'));
		const verify = (): boolean =>
			verifySignature(
				certificate.publicKey,
				algorithm,
				canonicalElement(signedInfo, method),
				signatureValueOf(algorithm, value),
			);
		return isTrue(verify) ? 'valid' : 'invalid';
	}

	/** The certificate named by digest (EN 319 132-1 §5.2.2), else the first that is there. */
	#signer(candidates: readonly Certificate[]): {
		readonly certificate: Certificate | undefined;
		readonly named: SignedObject['facts']['signingCertificate'];
	} {
		const first = ['SigningCertificateV2', 'SigningCertificate'].flatMap(
			(name) => this.#properties.signedProperty(name)?.all(xadesUri, 'Cert', 'CertDigest') ?? [],
		)[0];
		if (!first) return { certificate: candidates[0], named: 'absent' };
		const algorithm = digestOf(first.first(dsUri, 'DigestMethod'));
		const expected = base64(first.first(dsUri, 'DigestValue'));
		const certificate = algorithm && candidates.find(({ raw }) => equalBytes(digest(algorithm, raw), expected));
		return certificate ? { certificate, named: 'matches' } : { certificate: candidates[0], named: 'differs' };
	}
}

function isTrue(verify: () => boolean): boolean {
	try {
		return verify();
	} catch (error) {
		// A key or value of another shape than its algorithm's.
		if (error instanceof CertificateError || error instanceof DerError) return false;
		throw error;
	}
}
