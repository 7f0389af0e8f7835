/**
 * XML signatures with XAdES properties (EN 319 132-1, W3C xmldsig-core1 §3.2): references, value, and what they name.
 *
 * What is signed is never searched for: a reference names an element by an Id that is there once, the document, or a file.
 */
import { equalBytes } from '../../cms/equalBytes.ts';
import { CmsError } from '../../cms/errors.ts';
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
import { type Canonicalisation, canonicalDocument, canonicalElement } from '../../pki/trustedLists/xml/canonicalXml.ts';
import { base64, dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import { elementsById, isWithin, type XmlDocument, type XmlElement } from '../../pki/trustedLists/xml/xmlTree.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import { checkTimestampToken, parseTimestampToken } from '../../tsp/timestampToken.ts';
import type { EmbeddedTimestamp, FormatFault, Known, SignedObject, XadesFacts } from '../facts/signatureFacts.ts';
import { readXml } from './xml.ts';

const xadesUri = 'http://uri.etsi.org/01903/v1.3.2#';
const xades141Uri = 'http://uri.etsi.org/01903/v1.4.1#';
const envelopedSignature = `${dsUri}enveloped-signature`;
const MOST_SIGNATURES = 100;
const MOST_REFERENCES = 10_000;

export interface XadesReading {
	readonly object: SignedObject | FormatFault;
	readonly xades: XadesFacts;
	/** What the signature carries for its own validation. */
	readonly data: ValidationData;
	/** Other files that it refers to, as written. */
	readonly covered: readonly string[];
}

/** The file that a reference names; undefined where there is none. */
type FileOf = (uri: string) => Uint8Array | undefined;

/** Reads every signature of a document that is not within another. */
export function readXadesSignatures(document: XmlDocument, fileOf: FileOf, known: Known): readonly XadesReading[] {
	const ids = elementsById(document.root);
	return signaturesIn(document.root)
		.slice(0, MOST_SIGNATURES)
		.map((signature) => new Reader(document, signature, ids, fileOf, known).read());
}

function signaturesIn(element: XmlElement): readonly XmlElement[] {
	if (element.local === 'Signature' && element.uri === dsUri) return [element];
	return element.elements.flatMap(signaturesIn);
}

type DigestFact = SignedObject['facts']['messageDigest'];

class Reader {
	readonly #document: XmlDocument;
	readonly #signature: XmlElement;
	readonly #ids: ReadonlyMap<string, XmlElement | 'ambiguous'>;
	readonly #fileOf: FileOf;
	readonly #known: Known;
	readonly #covered: string[] = [];
	#signsPart = false;
	readonly #signedProperties: XmlElement | undefined;
	readonly #unsignedProperties: XmlElement | undefined;

	constructor(
		document: XmlDocument,
		signature: XmlElement,
		ids: ReadonlyMap<string, XmlElement | 'ambiguous'>,
		fileOf: FileOf,
		known: Known,
	) {
		this.#document = document;
		this.#signature = signature;
		this.#ids = ids;
		this.#fileOf = fileOf;
		this.#known = known;
		const [properties] = signature
			.all(dsUri, 'Object')
			.flatMap((object) => object.all(xadesUri, 'QualifyingProperties'));
		this.#signedProperties = properties?.first(xadesUri, 'SignedProperties');
		this.#unsignedProperties = properties?.first(xadesUri, 'UnsignedProperties', 'UnsignedSignatureProperties');
	}

	read(): XadesReading {
		const unsigned = this.#unsignedProperties;
		const values = (name: string, ...path: string[]): readonly Uint8Array[] =>
			(unsigned?.all(xadesUri, name, ...path) ?? []).map(base64);
		const inTimestamps = unsigned?.all(xades141Uri, 'TimeStampValidationData') ?? [];
		const alsoIn = (...path: string[]): readonly Uint8Array[] =>
			inTimestamps.flatMap((data) => data.all(xadesUri, ...path)).map(base64);
		const crls = [
			...values('RevocationValues', 'CRLValues', 'EncapsulatedCRLValue'),
			...alsoIn('RevocationValues', 'CRLValues', 'EncapsulatedCRLValue'),
		];
		const responses = [
			...values('RevocationValues', 'OCSPValues', 'EncapsulatedOCSPValue'),
			...alsoIn('RevocationValues', 'OCSPValues', 'EncapsulatedOCSPValue'),
		];
		const data = {
			certificates: this.#known.reader.certificates([
				...values('CertificateValues', 'EncapsulatedX509Certificate'),
				...alsoIn('CertificateValues', 'EncapsulatedX509Certificate'),
			]),
			crls: this.#known.reader.crls(crls),
			ocspResponses: this.#known.reader.ocspResponses(responses),
		};
		const signed = this.#signedProperties?.first(xadesUri, 'SignedSignatureProperties');
		const time = new Date(signed?.first(xadesUri, 'SigningTime')?.text ?? '');
		const policy = signed?.first(
			xadesUri,
			'SignaturePolicyIdentifier',
			'SignaturePolicyId',
			'SigPolicyId',
			'Identifier',
		);
		const object = this.#readObject();
		return {
			object,
			data,
			covered: this.#covered,
			xades: {
				signingTime: Number.isNaN(time.getTime()) ? undefined : time,
				policy: policy?.text,
				hasRevocationData: crls.length + responses.length > 0,
				coversPart: this.#signsPart,
			},
		};
	}

	#readObject(): SignedObject | FormatFault {
		const [signedInfo, ...more] = this.#signature.all(dsUri, 'SignedInfo');
		if (!signedInfo || more.length > 0) return 'xml-malformed';
		const algorithm = signatureAlgorithmOf(signedInfo.first(dsUri, 'SignatureMethod'));
		const method = canonicalisationOf(signedInfo.first(dsUri, 'CanonicalizationMethod'));
		const certificates = this.#known.reader.certificates(
			this.#signature.all(dsUri, 'KeyInfo', 'X509Data', 'X509Certificate').map(base64),
		);
		const { certificate, named } = this.#signer([...certificates, ...this.#known.certificates]);
		const references = signedInfo.all(dsUri, 'Reference');
		if (references.length === 0 || references.length > MOST_REFERENCES) return 'xml-malformed';
		const coversProperties = references.some((reference) => this.#targetOf(reference) === this.#signedProperties);
		const { timestamps, unreadableTimestamps } = this.#timestamps(certificates);
		const value = base64(this.#signature.first(dsUri, 'SignatureValue'));
		let signature: SignedObject['facts']['signature'] = 'unverifiable';
		if (algorithm && method && certificate)
			signature = isTrue(() =>
				verifySignature(
					certificate.publicKey,
					algorithm,
					canonicalElement(signedInfo, method),
					signatureValueOf(algorithm, value),
				),
			)
				? 'valid'
				: 'invalid';
		return {
			signedData: undefined,
			signer: undefined,
			facts: {
				certificate,
				digestAlgorithm: undefined,
				signatureAlgorithm: algorithm,
				messageDigest: worst(references.map((reference) => this.#checkReference(reference))),
				contentType: 'no-attributes',
				// Properties that are not signed say nothing.
				signingCertificate: this.#signedProperties && coversProperties ? named : 'absent',
				signature,
			},
			token: undefined,
			imprint: 'matches',
			timestampingPurpose: undefined,
			certificates,
			timestamps,
			unreadableTimestamps,
		};
	}

	/** The certificate named by digest (EN 319 132-1 §5.2.2), else the first that is there. */
	#signer(candidates: readonly Certificate[]): {
		readonly certificate: Certificate | undefined;
		readonly named: SignedObject['facts']['signingCertificate'];
	} {
		const properties = this.#signedProperties?.first(xadesUri, 'SignedSignatureProperties');
		const [first] = ['SigningCertificateV2', 'SigningCertificate'].flatMap(
			(name) => properties?.all(xadesUri, name, 'Cert', 'CertDigest') ?? [],
		);
		if (!first) return { certificate: candidates[0], named: 'absent' };
		const algorithm = digestOf(first.first(dsUri, 'DigestMethod'));
		const expected = base64(first.first(dsUri, 'DigestValue'));
		const certificate = algorithm && candidates.find(({ raw }) => equalBytes(digest(algorithm, raw), expected));
		return certificate ? { certificate, named: 'matches' } : { certificate: candidates[0], named: 'differs' };
	}

	/** The element that a reference within the document names. */
	#targetOf(reference: XmlElement): XmlElement | undefined {
		const uri = reference.attribute('URI');
		if (!uri?.startsWith('#')) return undefined;
		const target = this.#ids.get(uri.slice(1));
		return target === 'ambiguous' ? undefined : target;
	}

	#checkReference(reference: XmlElement): DigestFact {
		const algorithm = digestOf(reference.first(dsUri, 'DigestMethod'));
		if (algorithm === undefined) return 'unknown-algorithm';
		const bytes = this.#referenced(reference);
		if (typeof bytes === 'string') return bytes;
		return equalBytes(digest(algorithm, bytes), base64(reference.first(dsUri, 'DigestValue'))) ? 'matches' : 'differs';
	}

	#referenced(reference: XmlElement): Uint8Array | 'content-missing' | 'unknown-algorithm' {
		const uri = reference.attribute('URI');
		const transforms = reference.all(dsUri, 'Transforms', 'Transform');
		const isEnveloped = transforms[0]?.attribute('Algorithm') === envelopedSignature;
		const remaining = isEnveloped ? transforms.slice(1) : transforms;
		const method = remaining.length === 0 ? inclusive : remaining.length === 1 && canonicalisationOf(remaining[0]);
		if (!method) return 'unknown-algorithm';
		const omitted = isEnveloped ? this.#signature : undefined;
		if (uri === '') return canonicalDocument(this.#document, method, omitted);
		if (uri === undefined) return 'content-missing';
		if (uri.startsWith('#')) {
			const target = this.#targetOf(reference);
			if (target && target !== this.#document.root && !isWithin(target, this.#signature)) this.#signsPart = true;
			return target ? canonicalElement(target, method, omitted) : 'content-missing';
		}
		const file = this.#fileOf(uri);
		if (!file) return 'content-missing';
		this.#covered.push(uri);
		return remaining.length === 0 ? file : canonicalDocument(readXml(file), method);
	}

	#timestamps(certificates: readonly Certificate[]): Pick<SignedObject, 'timestamps' | 'unreadableTimestamps'> {
		const timestamps: EmbeddedTimestamp[] = [];
		let unreadableTimestamps = 0;
		const value = this.#signature.first(dsUri, 'SignatureValue');
		for (const stamp of this.#unsignedProperties?.all(xadesUri, 'SignatureTimeStamp') ?? []) {
			const written = stamp.first(dsUri, 'CanonicalizationMethod');
			const method = written ? canonicalisationOf(written) : inclusive;
			try {
				const token = parseTimestampToken(base64(stamp.first(xadesUri, 'EncapsulatedTimeStamp')));
				if (!value || !method) throw new CmsError('cms-malformed', 'a timestamp over nothing that is known here');
				const candidates = [
					...this.#known.reader.certificates(token.signedData.certificates),
					...certificates,
					...this.#known.certificates,
				];
				const stamped = canonicalElement(value, method);
				const facts = checkTimestampToken(token, (algorithm) => digest(algorithm, stamped), candidates);
				timestamps.push({ kind: 'signature', token, facts });
			} catch (error) {
				if (!(error instanceof CmsError)) throw error;
				unreadableTimestamps++;
			}
		}
		return { timestamps, unreadableTimestamps };
	}
}

const inclusive: Canonicalisation = { kind: 'inclusive-1.0' };

function isTrue(verify: () => boolean): boolean {
	try {
		return verify();
	} catch (error) {
		// A key or value of another shape than its algorithm's.
		if (error instanceof CertificateError || error instanceof DerError) return false;
		throw error;
	}
}

const order: readonly DigestFact[] = ['differs', 'content-missing', 'unknown-algorithm', 'matches'];

const worst = (found: readonly DigestFact[]): DigestFact => order.find((fact) => found.includes(fact)) ?? 'absent';
