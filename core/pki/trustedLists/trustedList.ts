/** ETSI TS 119 612: what a trusted list says, read from the XML that was verified. */
import { Certificate } from '../certificate.ts';
import { CertificateError } from '../certificateError.ts';
import { type Qualification, readQualifications } from './qualifications.ts';
import { TrustedListError } from './trustedListError.ts';
import { base64, verifyEnvelopedSignature } from './xml/xmlSignature.ts';
import { parseXml, type XmlElement } from './xml/xmlTree.ts';

const tslUri = 'http://uri.etsi.org/02231/v2#';
const typesUri = 'http://uri.etsi.org/02231/v2/additionaltypes#';

/** Types of services that matter to signatures (§5.5.1); the others are passed over. */
export type ServiceType = 'CA/QC' | 'TSA/QTST';

/** A status and how long it held (§5.5.4, §5.6). */
export interface StatusPeriod {
	/** Last part of the URI: `granted`, `withdrawn`, before eIDAS `undersupervision`, `accredited`, … */
	readonly status: string;
	readonly granted: boolean;
	readonly from: Date;
	/** Undefined: it still holds. */
	readonly until: Date | undefined;
	readonly qualifications: readonly Qualification[];
	/** Last parts of AdditionalServiceInformation's URIs (§5.5.9.4): `ForeSignatures`, `ForeSeals`, … */
	readonly additional: readonly string[];
}

export interface TrustService {
	readonly type: ServiceType;
	readonly name: string;
	readonly provider: string;
	readonly territory: string;
	/** Its digital identity (§5.5.3): the same key and name, though there may be several certificates of them. */
	readonly certificates: readonly Certificate[];
	/** The latest first. */
	readonly periods: readonly StatusPeriod[];
}

/** Where another list is, and whose signature it bears (§5.3.13). */
export interface ListPointer {
	readonly location: string;
	readonly territory: string;
	/** `application/vnd.etsi.tsl+xml` for what programs read. */
	readonly mimeType: string;
	readonly isListOfLists: boolean;
	readonly signers: readonly Certificate[];
}

export interface TrustedList {
	/** Two letters; `EU` for the list of lists. */
	readonly territory: string;
	readonly operator: string;
	readonly isListOfLists: boolean;
	readonly sequenceNumber: number;
	readonly issued: Date;
	/** Undefined for a list that was closed (§5.3.15). */
	readonly nextUpdate: Date | undefined;
	readonly pointers: readonly ListPointer[];
	readonly services: readonly TrustService[];
	readonly signer: Certificate;
}

/** Verifies and reads a list. @param signers whose signature is taken. @throws {TrustedListError} */
export function readTrustedList(bytes: Uint8Array, signers: readonly Certificate[]): TrustedList {
	const document = parseXml(bytes);
	const { root } = document;
	if (root.uri !== tslUri || root.local !== 'TrustServiceStatusList') throw malformed('it is no trusted list');
	const signer = verifyEnvelopedSignature(document, signers);
	const scheme = root.first(tslUri, 'SchemeInformation');
	const territory = textOf(scheme, 'SchemeTerritory');
	const providers = root.all(tslUri, 'TrustServiceProviderList', 'TrustServiceProvider');
	return {
		territory,
		operator: nameOf(scheme?.first(tslUri, 'SchemeOperatorName')),
		isListOfLists: isListOfLists(textOf(scheme, 'TSLType')),
		sequenceNumber: Number(textOf(scheme, 'TSLSequenceNumber')),
		issued: timeOf(scheme?.first(tslUri, 'ListIssueDateTime')),
		nextUpdate: optionalTime(scheme?.first(tslUri, 'NextUpdate', 'dateTime')),
		pointers: scheme?.all(tslUri, 'PointersToOtherTSL', 'OtherTSLPointer').map(readPointer) ?? [],
		services: providers.flatMap((provider) => readServices(provider, territory)),
		signer,
	};
}

/**
 * Where a list of lists says that those before it are, the newest first: the XML files among the addresses of its scheme,
 * as far as one after the other is one (TS 119 612 §5.3.7, TS 119 615 §4.1). Read without being verified.
 *
 * @throws {TrustedListError} `list-malformed`
 */
export function pivotAddresses(bytes: Uint8Array): readonly string[] {
	const { root } = parseXml(bytes);
	const addresses = root.all(tslUri, 'SchemeInformation', 'SchemeInformationURI', 'URI').map(({ text }) => text.trim());
	const end = addresses.findIndex((address) => !/^https?:.*\.xml$/i.test(address));
	return addresses.slice(0, end < 0 ? addresses.length : end);
}

const isListOfLists = (type: string): boolean => /\/TSLType\/EUlistofthelists$/i.test(type);

function readPointer(pointer: XmlElement): ListPointer {
	const information = pointer.all(tslUri, 'AdditionalInformation', 'OtherInformation');
	const find = (uri: string, name: string): string =>
		information.map((item) => item.first(uri, name)?.text).find((text) => text !== undefined) ?? '';
	const identities = pointer.all(tslUri, 'ServiceDigitalIdentities', 'ServiceDigitalIdentity');
	return {
		location: textOf(pointer, 'TSLLocation'),
		territory: find(tslUri, 'SchemeTerritory'),
		mimeType: find(typesUri, 'MimeType'),
		isListOfLists: isListOfLists(find(tslUri, 'TSLType')),
		signers: identities.flatMap(readCertificates),
	};
}

function readServices(provider: XmlElement, territory: string): readonly TrustService[] {
	const providerName = nameOf(provider.first(tslUri, 'TSPInformation', 'TSPName'));
	return provider.all(tslUri, 'TSPServices', 'TSPService').flatMap((service) => {
		const current = service.first(tslUri, 'ServiceInformation');
		const type = serviceTypes.get(textOf(current, 'ServiceTypeIdentifier'));
		if (current === undefined || type === undefined) return [];
		const history = service
			.all(tslUri, 'ServiceHistory', 'ServiceHistoryInstance')
			.filter((instance) => serviceTypes.get(textOf(instance, 'ServiceTypeIdentifier')) === type);
		return [
			{
				type,
				name: nameOf(current.first(tslUri, 'ServiceName')),
				provider: providerName,
				territory,
				certificates: current.all(tslUri, 'ServiceDigitalIdentity').flatMap(readCertificates),
				periods: readPeriods([current, ...history]),
			},
		];
	});
}

const serviceTypes = new Map<string, ServiceType>([
	['http://uri.etsi.org/TrstSvc/Svctype/CA/QC', 'CA/QC'],
	['http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST', 'TSA/QTST'],
]);

/** Each status held until the next began. */
function readPeriods(instances: readonly XmlElement[]): readonly StatusPeriod[] {
	const starts = instances
		.map((instance) => ({ instance, from: timeOf(instance.first(tslUri, 'StatusStartingTime')) }))
		.sort((a, b) => b.from.getTime() - a.from.getTime());
	return starts.map(({ instance, from }, index) => {
		const uri = textOf(instance, 'ServiceStatus');
		const status = statusUri.exec(uri)?.[1] ?? uri;
		const extensions = instance.all(tslUri, 'ServiceInformationExtensions', 'Extension');
		return {
			status,
			granted: grantedStatuses.has(status),
			from,
			until: starts[index - 1]?.from,
			qualifications: extensions.flatMap(readQualifications),
			additional: extensions
				.flatMap((extension) => extension.all(tslUri, 'AdditionalServiceInformation', 'URI'))
				.map(({ text }) => text.slice(text.lastIndexOf('/') + 1)),
		};
	});
}

const statusUri =
	/^http:\/\/uri\.etsi\.org\/TrstSvc\/(?:TrustedList\/|eSigDir-1999-93-EC-TrustedList\/)?Svcstatus\/(\w+)$/;
/** TS 119 615 §4.4.4: since July 2016 `granted`; before, those under which Directive 1999/93/EC let services work. */
const grantedStatuses: ReadonlySet<string> = new Set([
	'granted',
	'undersupervision',
	'supervisionincessation',
	'accredited',
]);

/** One damaged certificate costs its own service, not the list. */
function readCertificates(identity: XmlElement): readonly Certificate[] {
	return identity.all(tslUri, 'DigitalId', 'X509Certificate').flatMap((element) => {
		try {
			const certificate = Certificate.parse(base64(element));
			readOut(certificate);
			return [certificate];
		} catch (error) {
			if (error instanceof CertificateError) return [];
			throw error;
		}
	});
}

/** Reads what lists are searched by, so that damage shows here. @throws {CertificateError} */
const readOut = ({ subject, extensions }: Certificate): unknown => [subject.key, extensions];

const textOf = (element: XmlElement | undefined, name: string): string => element?.first(tslUri, name)?.text ?? '';

/** In English where it says so, else its first. */
function nameOf(names: XmlElement | undefined): string {
	const all = names?.all(tslUri, 'Name') ?? [];
	const english = all.find((name) =>
		name.attributes.some(({ local, value }) => local === 'lang' && /^en/i.test(value)),
	);
	return (english ?? all[0])?.text ?? '';
}

function optionalTime(element: XmlElement | undefined): Date | undefined {
	return element === undefined ? undefined : timeOf(element);
}

function timeOf(element: XmlElement | undefined): Date {
	const time = new Date(element?.text ?? '');
	if (Number.isNaN(time.getTime())) throw malformed(`'${element?.text ?? ''}' is no time`);
	return time;
}

const malformed = (why: string): TrustedListError =>
	new TrustedListError('list-malformed', `the trusted list cannot be read: ${why}`);
