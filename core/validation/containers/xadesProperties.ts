/**
 * The properties of a XAdES signature (EN 319 132-1 §4.3). Each unsigned one has a place of its own behind the signature's, in
 * the order in which they are written, since an archive timestamp is over those before it and over none after it. The place of
 * a counter-signature is that of its property, and what it carries follows.
 */
import { base64, dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import type { XmlElement } from '../../pki/trustedLists/xml/xmlTree.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import type { EvidenceReader } from '../facts/evidenceReader.ts';

export const xadesUri = 'http://uri.etsi.org/01903/v1.3.2#';
export const xades141Uri = 'http://uri.etsi.org/01903/v1.4.1#';

/** References to validation data, and timestamps over them (annex A). */
const references =
	/^(?:Complete(?:Certificate|Revocation)Refs|Attribute(?:Certificate|Revocation)Refs|(?:SigAndRefs|RefsOnly)TimeStamp)(?:V2)?$/;

export interface UnsignedProperty {
	readonly element: XmlElement;
	readonly place: number;
	/** Those of the signature that it is, where it is a counter-signature (§5.2.7.2); several make none. */
	readonly counterSignature: XadesProperties | 'malformed' | undefined;
}

export class XadesProperties {
	/** The `ds:Object` that holds them. */
	readonly object: XmlElement | undefined;
	readonly signed: XmlElement | undefined;
	readonly unsigned: readonly UnsignedProperty[];
	readonly signature: XmlElement;
	/** Of the signature itself. */
	readonly place: number;
	/** Behind the last place. */
	readonly end: number;

	constructor(signature: XmlElement, place: number) {
		const [qualifying] = signature
			.all(dsUri, 'Object')
			.flatMap((object) => object.all(xadesUri, 'QualifyingProperties'));
		this.object = qualifying?.parent;
		this.signed = qualifying?.first(xadesUri, 'SignedProperties');
		this.signature = signature;
		this.place = place;
		const unsigned = qualifying?.first(xadesUri, 'UnsignedProperties', 'UnsignedSignatureProperties');
		let end = place + 1;
		this.unsigned = (unsigned?.elements ?? []).map((element) => {
			const counterSignature = counterSignatureIn(element, end);
			const property = { element, place: end, counterSignature };
			end = typeof counterSignature === 'object' ? counterSignature.end : end + 1;
			return property;
		});
		this.end = end;
	}

	/** An element of the `SignedSignatureProperties`. */
	signedProperty(...path: readonly string[]): XmlElement | undefined {
		return this.signed?.first(xadesUri, 'SignedSignatureProperties', ...path);
	}

	get signingTime(): Date | undefined {
		const time = new Date(this.signedProperty('SigningTime')?.text ?? '');
		return Number.isNaN(time.getTime()) ? undefined : time;
	}

	/** The baseline level from which on one of them must not be there (§6.3). */
	get barredFrom(): 'b-b' | 'b-lt' | undefined {
		const has = (isBarred: (element: XmlElement) => boolean): boolean =>
			this.unsigned.some(({ element }) => isBarred(element));
		if (has(({ uri, local }) => uri === xadesUri && local === 'ArchiveTimeStamp')) return 'b-b';
		return has(({ local }) => references.test(local)) ? 'b-lt' : undefined;
	}

	/** Identifier of the signature policy, as written. */
	get policy(): string | undefined {
		return this.signedProperty('SignaturePolicyIdentifier', 'SignaturePolicyId', 'SigPolicyId', 'Identifier')?.text;
	}
}

/** Depth is bounded, as that of the XML is. */
function counterSignatureIn({ uri, local, elements }: XmlElement, place: number): UnsignedProperty['counterSignature'] {
	if (uri !== xadesUri || local !== 'CounterSignature') return undefined;
	const [signature, ...more] = elements;
	if (!signature || more.length > 0 || signature.uri !== dsUri || signature.local !== 'Signature') return 'malformed';
	return new XadesProperties(signature, place);
}

/** Validation data, and the place of the property that it stands in. */
export interface PlacedData {
	readonly place: number;
	readonly data: ValidationData;
}

/** What a signature carries for its validation, its timestamps' and its counter-signatures' (EN 319 132-1 §5.4, §5.5.1 and annex A). */
export function readPlacedData({ unsigned }: XadesProperties, reader: EvidenceReader): readonly PlacedData[] {
	return unsigned.flatMap(({ element, place, counterSignature }) =>
		typeof counterSignature === 'object'
			? readPlacedData(counterSignature, reader)
			: containersOf(element).map((container) => ({ place, data: readData(container, reader) })),
	);
}

/** Properties that hold other properties; what EN 319 132-1 lets hold anything is read like that of a timestamp. */
const holders: ReadonlySet<string> = new Set(['TimeStampValidationData', 'AnyValidationData']);
const containers: ReadonlySet<string> = new Set([
	...['CertificateValues', 'AttrAuthoritiesCertValues', 'RevocationValues', 'AttributeRevocationValues'],
]);

function containersOf(property: XmlElement): readonly XmlElement[] {
	const candidates = property.uri === xades141Uri && holders.has(property.local) ? property.elements : [property];
	return candidates.filter(({ uri, local }) => uri === xadesUri && containers.has(local));
}

function readData(container: XmlElement, reader: EvidenceReader): ValidationData {
	const values = (...path: string[]): readonly Uint8Array[] => container.all(xadesUri, ...path).map(base64);
	return {
		certificates: reader.certificates(values('EncapsulatedX509Certificate')),
		crls: reader.crls(values('CRLValues', 'EncapsulatedCRLValue')),
		ocspResponses: reader.ocspResponses(values('OCSPValues', 'EncapsulatedOCSPValue')),
	};
}
