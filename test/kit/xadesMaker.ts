/** Makes XAdES signatures over files (EN 319 132-1), independent of what reads them: every element stands in canonical form. */
import { createHash, sign } from 'node:crypto';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { Issued } from './demoPki.ts';

/** DER of each. */
export interface ValidationMaterial {
	readonly certificates: readonly Uint8Array[];
	readonly crls: readonly Uint8Array[];
	readonly ocspResponses: readonly Uint8Array[];
}

/** An element, given the namespace declarations that are due where its prefixes are first used. */
type Form = (ds: string, xades: string) => string;

const xades141 = 'xmlns:xades141="http://uri.etsi.org/01903/v1.4.1#"';
const dsDeclared = ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
const xadesDeclared = ' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const method = (ds: string): string =>
	`<ds:CanonicalizationMethod${ds} Algorithm="${exclusive}"></ds:CanonicalizationMethod>`;
const digestMethod = (ds = ''): string =>
	`<ds:DigestMethod${ds} Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>`;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64');

export interface XadesContent {
	/** By name in the container. */
	readonly files: Readonly<Record<string, Uint8Array>>;
	/** With a P-256 key. */
	readonly signer: Issued;
	/** DER; for the KeyInfo. */
	readonly issuers: readonly Uint8Array[];
	readonly signingTime?: Date;
	/** Text of one more `ds:Object`, which nothing refers to. */
	readonly note?: string;
	/** Begins the identifiers of its elements, which are once in a file. */
	readonly prefix?: string;
	/** The signature that it is over, for a counter-signature. */
	readonly countersigned?: XadesMaker;
}

export class XadesMaker {
	readonly #content: XadesContent;
	readonly #signedProperties: Form;
	readonly #signedInfo: Form;
	readonly #signatureValue: Form;
	readonly #keyInfo: Form;
	readonly #unsigned: Form[] = [];

	constructor(content: XadesContent) {
		const { files, signer, issuers, signingTime = new Date(), prefix = '', countersigned } = content;
		this.#content = content;
		this.#signedProperties = (ds, xades) =>
			`<xades:SignedProperties${xades} Id="${prefix}p"><xades:SignedSignatureProperties><xades:SigningTime>${signingTime.toISOString().slice(0, 19)}Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>${digestMethod(ds)}<ds:DigestValue${ds}>${sha256(signer.certificate)}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>`;
		const references = Object.entries(files).map(
			([name, bytes]) =>
				`<ds:Reference URI="${encodeURIComponent(name)}">${digestMethod()}<ds:DigestValue>${sha256(bytes)}</ds:DigestValue></ds:Reference>`,
		);
		if (countersigned)
			references.push(
				within('CountersignedSignature', `${countersigned.#prefix}v`, alone(countersigned.#signatureValue)),
			);
		const own = within('SignedProperties', `${prefix}p`, alone(this.#signedProperties));
		this.#signedInfo = (ds) =>
			`<ds:SignedInfo${ds}>${method('')}<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>${references.join('')}${own}</ds:SignedInfo>`;
		const value = sign('sha256', Buffer.from(alone(this.#signedInfo)), {
			key: signer.key.privateKey,
			dsaEncoding: 'ieee-p1363',
		});
		this.#signatureValue = (ds) => `<ds:SignatureValue${ds} Id="${prefix}v">${base64(value)}</ds:SignatureValue>`;
		const certificates = [signer.certificate, ...issuers].map(
			(certificate) => `<ds:X509Certificate>${base64(certificate)}</ds:X509Certificate>`,
		);
		this.#keyInfo = (ds) => `<ds:KeyInfo${ds}><ds:X509Data>${certificates.join('')}</ds:X509Data></ds:KeyInfo>`;
	}

	/** For the `META-INF` of a container. */
	get bytes(): Buffer {
		return XadesMaker.together(this);
	}

	/** One file with several signatures side by side. */
	static together(...makers: readonly XadesMaker[]): Buffer {
		const signatures = makers.map((maker) => maker.#whole(dsDeclared, xadesDeclared));
		return Buffer.from(
			`<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#">${signatures.join('')}</asic:XAdESSignatures>`,
		);
	}

	#whole(ds: string, xades: string): string {
		const unsigned =
			this.#unsigned.length === 0
				? ''
				: `<xades:UnsignedProperties><xades:UnsignedSignatureProperties>${this.#unsigned.map((form) => form('', '')).join('')}</xades:UnsignedSignatureProperties></xades:UnsignedProperties>`;
		const properties = `<ds:Object><xades:QualifyingProperties${xades} Target="#${this.#prefix}s">${this.#signedProperties('', '')}${unsigned}</xades:QualifyingProperties></ds:Object>`;
		const parts = [this.#signedInfo, this.#signatureValue, this.#keyInfo].map((form) => form('', ''));
		return `<ds:Signature${ds} Id="${this.#prefix}s">${parts.join('')}${properties}${this.#notes.map((form) => form('', '')).join('')}</ds:Signature>`;
	}

	get #prefix(): string {
		return this.#content.prefix ?? '';
	}

	/** CounterSignature (§5.2.7.2). */
	addCounterSignature(counter: XadesMaker): void {
		this.#unsigned.push(
			(ds, xades) => `<xades:CounterSignature${xades}>${counter.#whole(ds, '')}</xades:CounterSignature>`,
		);
	}

	/** SignatureTimeStamp (§5.3). @returns DER of the token. */
	async stamp(supply: TsaClient): Promise<Uint8Array> {
		const token = await timestamp(supply, [alone(this.#signatureValue)]);
		this.#unsigned.push(
			(ds, xades) =>
				`<xades:SignatureTimeStamp${xades}>${method(ds)}<xades:EncapsulatedTimeStamp>${base64(token)}</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>`,
		);
		return token;
	}

	/** CertificateValues and RevocationValues (§5.4). */
	addData(material: ValidationMaterial): void {
		this.#unsigned.push(...dataForms(material));
	}

	/** TimeStampValidationData (§5.5.1). */
	addTimestampData(material: ValidationMaterial): void {
		const forms = dataForms(material);
		this.#unsigned.push(
			(ds, xades) =>
				`<xades141:TimeStampValidationData ${xades141}>${forms.map((form) => form(ds, xades)).join('')}</xades141:TimeStampValidationData>`,
		);
	}

	/** Any other property. */
	addProperty(form: Form): void {
		this.#unsigned.push(form);
	}

	/** ArchiveTimeStamp (§5.5.2.2), or with `older` that of XAdES 1.3.2. @returns DER of the token. */
	async archive(supply: TsaClient, { older = false } = {}): Promise<Uint8Array> {
		const token = await timestamp(supply, [
			...(this.#content.countersigned ? [alone(this.#content.countersigned.#signatureValue)] : []),
			...Object.values(this.#content.files),
			...[this.#signedProperties, this.#signedInfo, this.#signatureValue, this.#keyInfo].map(alone),
			...[...this.#unsigned, ...this.#notes].map(alone),
		]);
		const encapsulated = (xades: string): string =>
			`<xades:EncapsulatedTimeStamp${xades}>${base64(token)}</xades:EncapsulatedTimeStamp>`;
		this.#unsigned.push((ds, xades) =>
			older
				? `<xades:ArchiveTimeStamp${xades}>${method(ds)}${encapsulated('')}</xades:ArchiveTimeStamp>`
				: `<xades141:ArchiveTimeStamp ${xades141}>${method(ds)}${encapsulated(xades)}</xades141:ArchiveTimeStamp>`,
		);
		return token;
	}

	get #notes(): readonly Form[] {
		const { note } = this.#content;
		return note === undefined ? [] : [(ds) => `<ds:Object${ds} Id="note">${note}</ds:Object>`];
	}
}

/** A reference to an element in the same file, given as it is digested. */
const within = (type: string, id: string, canonical: string): string =>
	`<ds:Reference Type="http://uri.etsi.org/01903#${type}" URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${exclusive}"></ds:Transform></ds:Transforms>${digestMethod()}<ds:DigestValue>${sha256(canonical)}</ds:DigestValue></ds:Reference>`;

/** As exclusive canonicalisation writes the element by itself. */
const alone = (form: Form): string => form(dsDeclared, xadesDeclared);

async function timestamp(supply: TsaClient, parts: readonly (string | Uint8Array)[]): Promise<Uint8Array> {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return (await supply.timestamp({ algorithm: 'sha256', digest: hash.digest() })).token.der;
}

function dataForms({ certificates, crls, ocspResponses }: ValidationMaterial): readonly Form[] {
	const list = (name: string, values: readonly Uint8Array[]): string =>
		values.map((value) => `<xades:${name}>${base64(value)}</xades:${name}>`).join('');
	return [
		(_ds, xades) =>
			`<xades:CertificateValues${xades}>${list('EncapsulatedX509Certificate', certificates)}</xades:CertificateValues>`,
		(_ds, xades) =>
			`<xades:RevocationValues${xades}><xades:CRLValues>${list('EncapsulatedCRLValue', crls)}</xades:CRLValues><xades:OCSPValues>${list('EncapsulatedOCSPValue', ocspResponses)}</xades:OCSPValues></xades:RevocationValues>`,
	];
}
