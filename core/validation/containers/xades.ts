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
import type { FormatFault, Known, SignedObject, XadesFacts } from '../facts/signatureFacts.ts';
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
	/** What the signature carries for its own validation. */
	readonly data: readonly PlacedData[];
	/** Other files that it refers to, as written. */
	readonly covered: readonly string[];
}

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
	const readings: XadesReading[] = [];
	let next = place;
	for (const signature of signaturesIn(document.root).slice(0, MOST_SIGNATURES)) {
		const reading = new Reader({ document, signature, ids, fileOf }, known, next).read();
		readings.push(reading);
		next = reading.xades.end;
	}
	return readings;
}

function signaturesIn(element: XmlElement): readonly XmlElement[] {
	if (isSignature(element)) return [element];
	return element.elements.flatMap(signaturesIn);
}

class Reader {
	readonly #signature: XmlElement;
	readonly #signedInfo: readonly XmlElement[];
	readonly #known: Known;
	readonly #references: XmlReferences;
	readonly #properties: XadesProperties;

	constructor(scope: SignatureScope, known: Known, place: number) {
		this.#signature = scope.signature;
		this.#signedInfo = scope.signature.all(dsUri, 'SignedInfo');
		this.#known = known;
		this.#references = new XmlReferences(scope, this.#signedInfo[0]);
		this.#properties = new XadesProperties(scope.signature, place);
	}

	read(): XadesReading {
		const { place, end, signingTime, policy, barredFrom } = this.#properties;
		const { object, uncheckedTimestamps } = this.#readObject();
		return {
			object,
			place,
			data: readPlacedData(this.#properties, this.#known.reader),
			covered: this.#references.covered,
			xades: { signingTime, policy, end, barredFrom, coversPart: this.#references.signsPart, uncheckedTimestamps },
		};
	}

	#readObject(): { readonly object: SignedObject | FormatFault; readonly uncheckedTimestamps: readonly string[] } {
		const malformed = { object: 'xml-malformed', uncheckedTimestamps: [] } as const;
		const [signedInfo, ...more] = this.#signedInfo;
		if (!signedInfo || more.length > 0) return malformed;
		const references = this.#references.elements;
		if (references.length === 0 || references.length > MOST_REFERENCES) return malformed;
		const certificates = this.#known.reader.certificates(
			this.#signature.all(dsUri, 'KeyInfo', 'X509Data', 'X509Certificate').map(base64),
		);
		const { certificate, named } = this.#signer([...certificates, ...this.#known.certificates]);
		const { signed } = this.#properties;
		const coversProperties = references.some((reference) => this.#references.targetOf(reference) === signed);
		const stamped = { signature: this.#signature, references: this.#references, properties: this.#properties };
		const { timestamps, unreadableTimestamps, uncheckedTimestamps } = readXadesTimestamps(
			stamped,
			certificates,
			this.#known,
		);
		const object: SignedObject = {
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
			timestamps,
			unreadableTimestamps,
		};
		return { object, uncheckedTimestamps };
	}

	#checkValue(signedInfo: XmlElement, certificate: Certificate | undefined): SignedObject['facts']['signature'] {
		const algorithm = signatureAlgorithmOf(signedInfo.first(dsUri, 'SignatureMethod'));
		const method = canonicalisationOf(signedInfo.first(dsUri, 'CanonicalizationMethod'));
		if (!algorithm || !method || !certificate) return 'unverifiable';
		const value = base64(this.#signature.first(dsUri, 'SignatureValue'));
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
			(name) => this.#properties.signature(name)?.all(xadesUri, 'Cert', 'CertDigest') ?? [],
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
