/** Readers for the values of certificate extensions (RFC 5280 §4.2.1, RFC 3739 §3.2.6, ETSI EN 319 412-5). */
import { context, contextPrimitive, type DerElement, DerError, Tag } from './der.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './generalName.ts';

/** One extension as it stands in a certificate, CRL or OCSP response. */
export interface Extension {
	/** Dotted decimal. */
	readonly oid: string;
	readonly critical: boolean;
	/** The OCTET STRING that holds the value. */
	readonly value: DerElement;
}

/** Reads `Extensions`, the SEQUENCE itself. @throws {DerError} also for one that occurs twice. */
export function readExtensions(element: DerElement): ReadonlyMap<string, Extension> {
	const extensions = new Map<string, Extension>();
	for (const item of element.read(Tag.sequence).rest()) {
		const reader = item.read(Tag.sequence);
		const oid = reader.next().oid();
		const critical = reader.optional(Tag.boolean)?.boolean() ?? false;
		const value = reader.next(Tag.octetString);
		reader.end();
		// RFC 5280 §4.2: which of the two would count?
		if (extensions.has(oid)) throw new DerError(`the extension ${oid} occurs twice`, item.start);
		extensions.set(oid, { oid, critical, value });
	}
	return extensions;
}

export type KeyUsage =
	| 'digitalSignature'
	| 'nonRepudiation'
	| 'keyEncipherment'
	| 'dataEncipherment'
	| 'keyAgreement'
	| 'keyCertSign'
	| 'cRLSign'
	| 'encipherOnly'
	| 'decipherOnly';

/** In the order of their bits (RFC 5280 §4.2.1.3). */
export const keyUsages: readonly KeyUsage[] = [
	'digitalSignature',
	'nonRepudiation',
	'keyEncipherment',
	'dataEncipherment',
	'keyAgreement',
	'keyCertSign',
	'cRLSign',
	'encipherOnly',
	'decipherOnly',
];

export function readKeyUsage(value: DerElement): ReadonlySet<KeyUsage> {
	return new Set(namedBits(value.readContent().next(), Tag.bitString, keyUsages));
}

/** The names whose bits are set in a BIT STRING. */
export function namedBits<Name>(element: DerElement, tag: number, names: readonly Name[]): Name[] {
	const { bytes } = element.bitString(tag);
	return names.filter((_, i) => ((bytes[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0);
}

export interface BasicConstraints {
	readonly ca: boolean;
	readonly pathLength: number | undefined;
}

export function readBasicConstraints(value: DerElement): BasicConstraints {
	const reader = value.readContent().next().read(Tag.sequence);
	const ca = reader.optional(Tag.boolean)?.boolean() ?? false;
	return { ca, pathLength: reader.optional(Tag.integer)?.integer() };
}

export interface AuthorityKeyIdentifier {
	readonly keyIdentifier: Uint8Array | undefined;
	readonly issuer: readonly GeneralName[] | undefined;
	/** Upper-case hex, as {@link Certificate.serialNumber}. */
	readonly serialNumber: string | undefined;
}

export function readAuthorityKeyIdentifier(value: DerElement): AuthorityKeyIdentifier {
	const reader = value.readContent().next().read(Tag.sequence);
	const keyIdentifier = reader.optional(contextPrimitive(0))?.content;
	const issuer = reader.optional(context(1));
	const serial = reader.optional(contextPrimitive(2));
	return {
		keyIdentifier,
		issuer: issuer === undefined ? undefined : readGeneralNames(issuer),
		serialNumber: serial === undefined ? undefined : serialText(serial.content),
	};
}

/** Upper-case hex of an INTEGER's content, without leading zero octets. */
export const serialText = (content: Uint8Array): string =>
	Buffer.from(content.buffer, content.byteOffset, content.length)
		.toString('hex')
		.replace(/^(?:00)+(?=..)/, '')
		.toUpperCase();

export interface AccessDescription {
	/** Dotted decimal: id-ad-ocsp or id-ad-caIssuers. */
	readonly method: string;
	readonly location: GeneralName;
}

export function readAccessDescriptions(value: DerElement): AccessDescription[] {
	return [...value.readContent().next().read(Tag.sequence).rest()].map((item) => {
		const reader = item.read(Tag.sequence);
		return { method: reader.next().oid(), location: readGeneralName(reader.next()) };
	});
}

export type RevocationReason =
	| 'unspecified'
	| 'keyCompromise'
	| 'cACompromise'
	| 'affiliationChanged'
	| 'superseded'
	| 'cessationOfOperation'
	| 'certificateHold'
	| 'removeFromCRL'
	| 'privilegeWithdrawn'
	| 'aACompromise';

/** By the bits of ReasonFlags, the first of which is unused (§4.2.1.13). */
const reasonFlags: readonly (RevocationReason | undefined)[] = [
	undefined,
	'keyCompromise',
	'cACompromise',
	'affiliationChanged',
	'superseded',
	'cessationOfOperation',
	'certificateHold',
	'privilegeWithdrawn',
	'aACompromise',
];

/** `DistributionPointName`: whole names, or what is to be appended to the issuer's. */
export type DistributionPointName =
	| { readonly kind: 'full'; readonly names: readonly GeneralName[] }
	| { readonly kind: 'relative'; readonly raw: Uint8Array };

export interface DistributionPoint {
	readonly name: DistributionPointName | undefined;
	/** Undefined: all reasons. */
	readonly reasons: ReadonlySet<RevocationReason> | undefined;
	/** Who signs the CRL where that is not the certificate's issuer. */
	readonly crlIssuer: readonly GeneralName[] | undefined;
}

export function readDistributionPoints(value: DerElement): DistributionPoint[] {
	return [...value.readContent().next().read(Tag.sequence).rest()].map((item) => {
		const reader = item.read(Tag.sequence);
		const name = reader.optional(context(0));
		const reasons = reader.optional(contextPrimitive(1));
		const crlIssuer = reader.optional(context(2));
		return {
			name: name === undefined ? undefined : readDistributionPointName(name.read().next()),
			reasons: reasons === undefined ? undefined : readReasonFlags(reasons, contextPrimitive(1)),
			crlIssuer: crlIssuer === undefined ? undefined : readGeneralNames(crlIssuer),
		};
	});
}

export function readDistributionPointName(element: DerElement): DistributionPointName {
	return element.tag === context(0)
		? { kind: 'full', names: readGeneralNames(element) }
		: { kind: 'relative', raw: element.expect(context(1)).content };
}

export const readReasonFlags = (element: DerElement, tag: number): ReadonlySet<RevocationReason> =>
	new Set(namedBits(element, tag, reasonFlags).filter((reason) => reason !== undefined));

export interface PolicyInformation {
	readonly oid: string;
	/** DER of the PolicyQualifierInfo SEQUENCE. */
	readonly qualifiers: Uint8Array | undefined;
}

export function readCertificatePolicies(value: DerElement): PolicyInformation[] {
	return [...value.readContent().next().read(Tag.sequence).rest()].map((item) => {
		const reader = item.read(Tag.sequence);
		return { oid: reader.next().oid(), qualifiers: reader.optional(Tag.sequence)?.raw };
	});
}

export interface PolicyMapping {
	readonly issuerDomain: string;
	readonly subjectDomain: string;
}

export function readPolicyMappings(value: DerElement): PolicyMapping[] {
	return [...value.readContent().next().read(Tag.sequence).rest()].map((item) => {
		const reader = item.read(Tag.sequence);
		return { issuerDomain: reader.next().oid(), subjectDomain: reader.next().oid() };
	});
}

export interface PolicyConstraints {
	readonly requireExplicitPolicy: number | undefined;
	readonly inhibitPolicyMapping: number | undefined;
}

export function readPolicyConstraints(value: DerElement): PolicyConstraints {
	const reader = value.readContent().next().read(Tag.sequence);
	return {
		requireExplicitPolicy: reader.optional(contextPrimitive(0))?.integer(contextPrimitive(0)),
		inhibitPolicyMapping: reader.optional(contextPrimitive(1))?.integer(contextPrimitive(1)),
	};
}

/** Subtrees of a kind; `minimum` and `maximum` are fixed by RFC 5280 §4.2.1.10 and refused where they differ. */
export interface NameConstraints {
	readonly permitted: readonly GeneralName[];
	readonly excluded: readonly GeneralName[];
}

export function readNameConstraints(value: DerElement): NameConstraints {
	const reader = value.readContent().next().read(Tag.sequence);
	const bases = (subtrees: DerElement | undefined): GeneralName[] =>
		subtrees === undefined
			? []
			: [...subtrees.read().rest()].map((subtree) => readGeneralName(subtree.read(Tag.sequence).next()));
	return { permitted: bases(reader.optional(context(0))), excluded: bases(reader.optional(context(1))) };
}

/** What a qualified certificate states about itself (ETSI EN 319 412-5 §4, RFC 3739). */
export interface QcStatement {
	readonly oid: string;
	/** DER of statementInfo. */
	readonly info: Uint8Array | undefined;
}

export function readQcStatements(value: DerElement): QcStatement[] {
	return [...value.readContent().next().read(Tag.sequence).rest()].map((item) => {
		const reader = item.read(Tag.sequence);
		return { oid: reader.next().oid(), info: reader.atEnd ? undefined : reader.next().raw };
	});
}

/** OIDs of an ExtendedKeyUsage. */
export const readKeyPurposes = (value: DerElement): ReadonlySet<string> =>
	new Set([...value.readContent().next().read(Tag.sequence).rest()].map((item) => item.oid()));
