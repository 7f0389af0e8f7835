/** SignedData as others wrote it (RFC 5652 §5): read once, nothing copied, nothing believed. */
import { firstElement } from '../pki/ber.ts';
import { context, contextPrimitive, type DerElement, DerError, readDer, Tag } from '../pki/der.ts';
import { der, setOf } from '../pki/derWriter.ts';
import { Attributes } from './attributes.ts';
import { CmsError } from './errors.ts';
import { ContentType } from './oids.ts';

/** An algorithm as written: DER of the whole identifier, and its name for quick comparison. */
export interface WrittenAlgorithm {
	readonly oid: string;
	/** DER of the AlgorithmIdentifier. */
	readonly der: Uint8Array;
}

/** How a SignerInfo names its signer's certificate. */
export type SignerIdentifier =
	| { readonly kind: 'issuer-and-serial'; readonly issuer: Uint8Array; readonly serial: Uint8Array }
	| { readonly kind: 'key-identifier'; readonly keyIdentifier: Uint8Array };

export interface SignerInfo {
	readonly version: number;
	readonly identifier: SignerIdentifier;
	readonly digestAlgorithm: WrittenAlgorithm;
	/** Undefined where the SignerInfo has none: then the signature is over the content itself. */
	readonly signedAttributes: Attributes | undefined;
	/** What was signed where there are signed attributes: their `SET OF`, in the order written (RFC 5652 §5.4). */
	readonly signedAttributesDer: Uint8Array | undefined;
	readonly signatureAlgorithm: WrittenAlgorithm;
	readonly signature: Uint8Array;
	readonly unsignedAttributes: Attributes;
	/** DER of the whole SignerInfo. */
	readonly der: Uint8Array;
}

/** A member of the `crls` of SignedData, of whatever kind. */
export interface RevocationChoice {
	readonly der: Uint8Array;
	/** DER of the CertificateList, where it is one. */
	readonly crl: Uint8Array | undefined;
	/** DER of the OCSPResponse or BasicOCSPResponse, where it is one (RFC 5940). */
	readonly ocspResponse: Uint8Array | undefined;
}

export interface SignedData {
	readonly version: number;
	readonly digestAlgorithms: readonly WrittenAlgorithm[];
	readonly contentType: string;
	/** The encapsulated content's octets; undefined where the signature is detached. */
	readonly content: Uint8Array | undefined;
	/** DER of each X.509 certificate; attribute certificates and other formats are left out. */
	readonly certificates: readonly Uint8Array[];
	/** DER of each CertificateList. */
	readonly crls: readonly Uint8Array[];
	/** DER of each OCSPResponse or BasicOCSPResponse carried as OtherRevocationInfo (RFC 5940). */
	readonly ocspResponses: readonly Uint8Array[];
	/** DER of each member of `certificates`, of whatever kind, and each member of `crls`: what archives index. */
	readonly certificateChoices: readonly Uint8Array[];
	readonly revocationChoices: readonly RevocationChoice[];
	readonly signerInfos: readonly SignerInfo[];
	/** The DER of the whole ContentInfo. */
	readonly der: Uint8Array;
	/** How many of the bytes read belong to it; what comes behind is filling. */
	readonly extent: number;
}

const OCSP_RESPONSE_INFO = '1.3.6.1.5.5.7.16.2';
const BASIC_OCSP_INFO = '1.3.6.1.5.5.7.48.1.1';

/**
 * Reads a ContentInfo that holds SignedData, BER or DER.
 *
 * Bytes behind the object are left alone: a PDF pads `/Contents` with zeros.
 *
 * @throws {CmsError} `cms-malformed`, `cms-not-signed-data`
 */
export function parseSignedData(bytes: Uint8Array): SignedData {
	try {
		const { der, extent } = firstElement(bytes);
		const contentInfo = readDer(der, Tag.sequence).read();
		const type = contentInfo.next().oid();
		if (type !== ContentType.signedData)
			throw new CmsError('cms-not-signed-data', `a CMS object of type ${type} where SignedData was expected`);
		const signedData = contentInfo.next(context(0)).read().next(Tag.sequence);
		return { ...readSignedData(signedData), der, extent };
	} catch (error) {
		if (error instanceof DerError)
			throw new CmsError('cms-malformed', `a CMS object cannot be read: ${error.message}`, { cause: error });
		throw error;
	}
}

function readSignedData(element: DerElement): Omit<SignedData, 'der' | 'extent'> {
	const reader = element.read();
	const version = reader.next().integer();
	const digestAlgorithms = [...reader.next(Tag.set).read().rest()].map(readAlgorithm);
	const encapsulated = reader.next(Tag.sequence).read();
	const contentType = encapsulated.next().oid();
	const content = encapsulated.optional(context(0))?.read().next();
	const certificateChoices = [...(reader.optional(context(0))?.read().rest() ?? [])];
	const revocationChoices = [...(reader.optional(context(1))?.read().rest() ?? [])].map(readRevocationChoice);
	const signerInfos = [...reader.next(Tag.set).read().rest()].map(readSignerInfo);
	reader.end();
	return {
		version,
		digestAlgorithms,
		contentType,
		// PKCS#7 let the content be of any type; then its content octets are what is digested.
		content: content?.content,
		certificates: certificateChoices.filter(({ tag }) => tag === Tag.sequence).map(({ raw }) => raw),
		crls: revocationChoices.flatMap(({ crl }) => crl ?? []),
		ocspResponses: revocationChoices.flatMap(({ ocspResponse }) => ocspResponse ?? []),
		certificateChoices: certificateChoices.map(({ raw }) => raw),
		revocationChoices,
		signerInfos,
	};
}

function readRevocationChoice(choice: DerElement): RevocationChoice {
	const other = choice.tag === context(1) ? choice.read() : undefined;
	const format = other?.next().oid();
	const isOcsp = format === OCSP_RESPONSE_INFO || format === BASIC_OCSP_INFO;
	return {
		der: choice.raw,
		crl: choice.tag === Tag.sequence ? choice.raw : undefined,
		ocspResponse: isOcsp ? other?.next().raw : undefined,
	};
}

/** The value of a countersignature attribute, which is a SignerInfo (RFC 5652 §11.4). @throws {CmsError} `cms-malformed` */
export function parseCounterSignature(value: Uint8Array): SignerInfo {
	try {
		return readSignerInfo(readDer(value));
	} catch (error) {
		if (error instanceof DerError)
			throw new CmsError('cms-malformed', `a counter-signature cannot be read: ${error.message}`, { cause: error });
		throw error;
	}
}

function readSignerInfo(element: DerElement): SignerInfo {
	const reader = element.read(Tag.sequence);
	const version = reader.next().integer();
	const identifier = readIdentifier(reader.next());
	const digestAlgorithm = readAlgorithm(reader.next());
	const signed = reader.optional(context(0));
	const signatureAlgorithm = readAlgorithm(reader.next());
	const signature = reader.next().octets();
	const unsigned = reader.optional(context(1));
	reader.end();
	return {
		version,
		identifier,
		digestAlgorithm,
		signedAttributes: signed && Attributes.read(signed.read()),
		signedAttributesDer: signed && der(Tag.set, signed.content),
		signatureAlgorithm,
		signature,
		unsignedAttributes: unsigned ? Attributes.read(unsigned.read()) : new Attributes([]),
		der: element.raw,
	};
}

function readIdentifier(element: DerElement): SignerIdentifier {
	if (element.tag === contextPrimitive(0)) return { kind: 'key-identifier', keyIdentifier: element.content };
	const reader = element.read(Tag.sequence);
	const issuer = reader.next(Tag.sequence).raw;
	const serial = reader.next().integerBytes();
	reader.end();
	return { kind: 'issuer-and-serial', issuer, serial };
}

function readAlgorithm(element: DerElement): WrittenAlgorithm {
	return { oid: element.read(Tag.sequence).next().oid(), der: element.raw };
}

/** The signed attributes in DER order (X.690 §11.6). */
export function sortedSignedAttributes(signedAttributesDer: Uint8Array): Uint8Array {
	return setOf([...readDer(signedAttributesDer, Tag.set).read().rest()].map((attribute) => attribute.raw));
}
