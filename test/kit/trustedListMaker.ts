/** Makes ETSI TS 119 612 trusted lists and signs them (XAdES baseline B, enveloped), independent of what reads them. */
import { constants, createHash, sign } from 'node:crypto';
import type { Issued } from './demoPki.ts';

export interface ListedStatus {
	/** Last part of the status URI: `granted`, `withdrawn`. */
	readonly status: string;
	readonly from: Date;
	/** XML of further `Extension`s, as {@link qualification} and {@link additionalService} make them. */
	readonly extensions?: readonly string[];
}

export interface ListedService {
	readonly type: 'CA/QC' | 'TSA/QTST';
	readonly name?: string;
	/** DER. */
	readonly certificate: Uint8Array;
	/** The present one first. */
	readonly statuses: readonly ListedStatus[];
}

export interface ListedPointer {
	readonly location: string;
	readonly territory: string;
	/** DER of the certificates whose signature the list may bear. */
	readonly signers: readonly Uint8Array[];
	/** Whether it points to a list of lists: the list itself, naming who signs the next one. */
	readonly listOfLists?: boolean;
}

export interface ListContent {
	readonly territory?: string;
	readonly listOfLists?: boolean;
	readonly sequenceNumber?: number;
	readonly issued?: Date;
	readonly nextUpdate?: Date;
	readonly services?: readonly ListedService[];
	readonly pointers?: readonly ListedPointer[];
	/** Addresses of the scheme: of earlier lists of lists, the newest first. */
	readonly addresses?: readonly string[];
}

const day = 24 * 3_600_000;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** A list, signed by this certificate's key. The elements stand in canonical form already, so no canonicaliser is needed. */
export function makeTrustedList(content: ListContent, signer: Issued): Uint8Array {
	const unsigned = listXml(content);
	const end = '</TrustServiceStatusList>';
	const signature = signatureXml(unsigned, signer);
	return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${unsigned.slice(0, -end.length)}${signature}${end}`);
}

/** A `Qualifications` extension: qualifiers for the certificates that meet the criteria (XML of what a CriteriaList holds). */
export const qualification = (qualifiers: readonly string[], criteria: string, assert = 'all'): string =>
	`<Extension Critical="true"><sie:Qualifications xmlns:sie="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"><sie:QualificationElement><sie:Qualifiers>${qualifiers
		.map((name) => `<sie:Qualifier uri="http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/${name}"></sie:Qualifier>`)
		.join(
			'',
		)}</sie:Qualifiers><sie:CriteriaList assert="${assert}">${criteria}</sie:CriteriaList></sie:QualificationElement></sie:Qualifications></Extension>`;

export const keyUsageCriterion = (name: string, value = true): string =>
	`<sie:KeyUsage><sie:KeyUsageBit name="${name}">${value}</sie:KeyUsageBit></sie:KeyUsage>`;

export const policyCriterion = (oid: string): string =>
	`<sie:PolicySet><sie:PolicyIdentifier><xades:Identifier xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Qualifier="OIDAsURN">urn:oid:${oid}</xades:Identifier></sie:PolicyIdentifier></sie:PolicySet>`;

/** AdditionalServiceInformation: `ForeSignatures`, `ForeSeals`. */
export const additionalService = (name: string): string =>
	`<Extension Critical="true"><AdditionalServiceInformation><URI xml:lang="en">http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/${name}</URI></AdditionalServiceInformation></Extension>`;

function listXml(content: ListContent): string {
	const { territory = 'NO', listOfLists = false, sequenceNumber = 1, issued = new Date() } = content;
	const { nextUpdate = new Date(issued.getTime() + 180 * day), services = [], pointers = [], addresses = [] } = content;
	const providers =
		services.length === 0
			? ''
			: `<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>${name('Demo Trust AS')}</TSPName></TSPInformation><TSPServices>${services.map(serviceXml).join('')}</TSPServices></TrustServiceProvider></TrustServiceProviderList>`;
	const others =
		pointers.length === 0 ? '' : `<PointersToOtherTSL>${pointers.map(pointerXml).join('')}</PointersToOtherTSL>`;
	const uris = addresses.map((address) => `<URI xml:lang="en">${address}</URI>`).join('');
	const information = uris === '' ? '' : `<SchemeInformationURI>${uris}</SchemeInformationURI>`;
	const type = listOfLists ? 'EUlistofthelists' : 'EUgeneric';
	return `<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="list" TSLTag="http://uri.etsi.org/19612/TSLTag"><SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>${sequenceNumber}</TSLSequenceNumber><TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/${type}</TSLType><SchemeOperatorName>${name('Demo Supervision')}</SchemeOperatorName>${information}<SchemeTerritory>${territory}</SchemeTerritory>${others}<ListIssueDateTime>${seconds(issued)}</ListIssueDateTime><NextUpdate><dateTime>${seconds(nextUpdate)}</dateTime></NextUpdate></SchemeInformation>${providers}</TrustServiceStatusList>`;
}

const name = (text: string): string => `<Name xml:lang="en">${text}</Name>`;

const identity = (certificate: Uint8Array): string =>
	`<ServiceDigitalIdentity><DigitalId><X509Certificate>${base64(certificate)}</X509Certificate></DigitalId></ServiceDigitalIdentity>`;

function serviceXml({ type, name: title = 'Demo service', certificate, statuses }: ListedService): string {
	const [current, ...history] = statuses.map(
		({ status, from, extensions = [] }) =>
			`<ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/${type}</ServiceTypeIdentifier><ServiceName>${name(title)}</ServiceName>${identity(certificate)}<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/${status}</ServiceStatus><StatusStartingTime>${seconds(from)}</StatusStartingTime>${extensions.length === 0 ? '' : `<ServiceInformationExtensions>${extensions.join('')}</ServiceInformationExtensions>`}`,
	);
	const instances = history.map((instance) => `<ServiceHistoryInstance>${instance}</ServiceHistoryInstance>`).join('');
	return `<TSPService><ServiceInformation>${current}</ServiceInformation>${instances === '' ? '' : `<ServiceHistory>${instances}</ServiceHistory>`}</TSPService>`;
}

function pointerXml({ location, territory, signers, listOfLists = false }: ListedPointer): string {
	return `<OtherTSLPointer><ServiceDigitalIdentities>${signers.map(identity).join('')}</ServiceDigitalIdentities><TSLLocation>${location}</TSLLocation><AdditionalInformation><OtherInformation><TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/${listOfLists ? 'EUlistofthelists' : 'EUgeneric'}</TSLType></OtherInformation><OtherInformation><SchemeTerritory>${territory}</SchemeTerritory></OtherInformation><OtherInformation><ns3:MimeType xmlns:ns3="http://uri.etsi.org/02231/v2/additionaltypes#">application/vnd.etsi.tsl+xml</ns3:MimeType></OtherInformation></AdditionalInformation></OtherTSLPointer>`;
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ds = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
const digestMethod = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>';

function signatureXml(unsigned: string, { certificate, key }: Issued): string {
	const transform = (uri: string): string => `<ds:Transform Algorithm="${uri}"></ds:Transform>`;
	const signedAt = seconds(new Date());
	const certificateDigest = createHash('sha256').update(certificate).digest('base64');
	const properties = (namespaces: string, inner: string): string =>
		`<xades:SignedProperties ${namespaces}Id="properties"><xades:SignedSignatureProperties><xades:SigningTime>${signedAt}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod${inner} Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue${inner}>${certificateDigest}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>`;
	const alone = properties('xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" ', ` ${ds}`);
	const references = `<ds:Reference URI="#list"><ds:Transforms>${transform('http://www.w3.org/2000/09/xmldsig#enveloped-signature')}${transform(exclusive)}</ds:Transforms>${digestMethod}<ds:DigestValue>${sha256(unsigned)}</ds:DigestValue></ds:Reference><ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#properties"><ds:Transforms>${transform(exclusive)}</ds:Transforms>${digestMethod}<ds:DigestValue>${sha256(alone)}</ds:DigestValue></ds:Reference>`;
	const signedInfo = (namespaces: string): string =>
		`<ds:SignedInfo${namespaces}><ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${methods[key.kind]}"></ds:SignatureMethod>${references}</ds:SignedInfo>`;
	const value = base64(signMessage(Buffer.from(signedInfo(` ${ds}`)), key));
	return `<ds:Signature ${ds} Id="signature">${signedInfo('')}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#signature">${properties('', '')}</xades:QualifyingProperties></ds:Object></ds:Signature>`;
}

const methods: Readonly<Partial<Record<Issued['key']['kind'], string>>> = {
	'rsa-2048': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
	'rsa-3072': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
	'rsa-pss': 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
	p256: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
	p384: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
	p521: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
	ed25519: 'http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519',
};

/** As XML carries it: ECDSA's two numbers side by side. */
function signMessage(message: Uint8Array, key: Issued['key']): Uint8Array {
	const padding = key.kind === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
	return sign(key.kind === 'ed25519' ? null : key.digest, message, {
		key: key.privateKey,
		dsaEncoding: 'ieee-p1363',
		...padding,
	});
}
