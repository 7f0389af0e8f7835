/** Makes X.509 certificates (RFC 5280 §4.1) for the demo PKI. */
import { randomBytes } from 'node:crypto';
import { contextPrimitive, Tag } from '../../../core/pki/der.ts';
import {
	bitString,
	boolean,
	der,
	explicit,
	implicit,
	integer,
	nullValue,
	octetString,
	oid,
	sequence,
	setOf,
	time,
	utf8String,
} from '../../../core/pki/derWriter.ts';
import { testAnchorExtension } from '../../../core/pki/testAnchor.ts';
import type { DemoKey } from './keys.ts';

/** Bits of KeyUsage by their position (RFC 5280 §4.2.1.3). */
const keyUsageBits = {
	digitalSignature: 0,
	nonRepudiation: 1,
	keyEncipherment: 2,
	keyCertSign: 5,
	cRLSign: 6,
} as const;
export type KeyUsage = keyof typeof keyUsageBits;

const extendedKeyUsages = {
	timeStamping: '1.3.6.1.5.5.7.3.8',
	OCSPSigning: '1.3.6.1.5.5.7.3.9',
	emailProtection: '1.3.6.1.5.5.7.3.4',
	documentSigning: '1.3.6.1.5.5.7.3.36',
	serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;
export type ExtendedKeyUsage = keyof typeof extendedKeyUsages;

export interface Name {
	readonly commonName: string;
	/** Who it is whatever they are called (subject serialNumber, EN 319 412-1 §5.1.3): `PNONO-15038412345`. */
	readonly identifier?: string;
	readonly organization?: string;
	/** Two letters. */
	readonly country?: string;
}

/** Where a certificate says that its issuer and its revocation are to be found. */
export interface Addresses {
	readonly ocsp?: string | undefined;
	readonly caIssuers?: string | undefined;
	readonly crl?: string | undefined;
}

export interface CertificateContent {
	readonly subject: Name;
	readonly subjectKey: DemoKey;
	readonly issuer: Name;
	readonly issuerKey: DemoKey;
	readonly serial?: Uint8Array;
	readonly notBefore: Date;
	readonly notAfter: Date;
	/** A path length, or undefined for an end entity. */
	readonly ca?: { readonly pathLength?: number };
	readonly keyUsage: readonly KeyUsage[];
	readonly extendedKeyUsage?: readonly ExtendedKeyUsage[];
	/** RFC 3161 §2.3 asks it of a TSA's certificate. */
	readonly extendedKeyUsageCritical?: boolean;
	/** `id-pkix-ocsp-nocheck` (RFC 6960 §4.2.2.2.1). */
	readonly ocspNoCheck?: boolean;
	/** Marks a root as made for trying out. */
	readonly testAnchor?: boolean;
	/** EN 319 412-5 statements: qualified, with the key in a qualified device. */
	readonly qualified?: boolean;
	/** Certificate policy, dotted decimal. */
	readonly policy?: string | undefined;
	readonly addresses?: Addresses;
	/** Further ones, as {@link extension} makes them. */
	readonly extensions?: readonly Uint8Array[];
}

/** @returns DER of the certificate. */
export function makeCertificate(content: CertificateContent): Uint8Array {
	const algorithm = content.issuerKey.signatureAlgorithm;
	const toBeSigned = sequence(
		explicit(0, integer(2)),
		integer(content.serial ?? newSerial()),
		algorithm,
		encodeName(content.issuer),
		sequence(time(content.notBefore), time(content.notAfter)),
		encodeName(content.subject),
		content.subjectKey.publicKeyInfo,
		explicit(3, sequence(...extensions(content))),
	);
	return sequence(toBeSigned, algorithm, bitString(content.issuerKey.sign(toBeSigned)));
}

/** 16 random octets, the first bit clear: positive, and never guessed. */
export function newSerial(): Uint8Array {
	const serial = randomBytes(16);
	serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
	return serial;
}

export function encodeName(name: Name): Uint8Array {
	const attribute = (type: string, value: Uint8Array) => setOf([sequence(oid(type), value)]);
	const printable = (text: string) => der(Tag.printableString, Buffer.from(text, 'latin1'));
	return sequence(
		...(name.country === undefined ? [] : [attribute('2.5.4.6', printable(name.country))]),
		...(name.organization === undefined ? [] : [attribute('2.5.4.10', utf8String(name.organization))]),
		attribute('2.5.4.3', utf8String(name.commonName)),
		...(name.identifier === undefined ? [] : [attribute('2.5.4.5', printable(name.identifier))]),
	);
}

/** One Extension; `value` is the DER inside its OCTET STRING. */
export function extension(type: string, value: Uint8Array, critical = false): Uint8Array {
	return sequence(oid(type), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** A subjectAltName of one rfc822Name (RFC 5280 §4.2.1.6). */
export const emailExtension = (address: string): Uint8Array =>
	extension('2.5.29.17', sequence(der(contextPrimitive(1), Buffer.from(address, 'ascii'))));

/** `[0] IMPLICIT KeyIdentifier` of the key that signs. */
export function authorityKeyIdentifier(issuerKey: DemoKey): Uint8Array {
	return extension('2.5.29.35', sequence(der(contextPrimitive(0), issuerKey.identifier)));
}

/** GeneralName of a URI. */
export const uriName = (uri: string): Uint8Array => der(contextPrimitive(6), Buffer.from(uri, 'latin1'));

function* extensions(content: CertificateContent): Generator<Uint8Array> {
	if (content.ca !== undefined) {
		const { pathLength } = content.ca;
		const constraint = pathLength === undefined ? [] : [integer(pathLength)];
		yield extension('2.5.29.19', sequence(boolean(true), ...constraint), true);
	}
	yield extension('2.5.29.15', encodeKeyUsage(content.keyUsage), true);
	if (content.extendedKeyUsage !== undefined) {
		const purposes = content.extendedKeyUsage.map((purpose) => oid(extendedKeyUsages[purpose]));
		yield extension('2.5.29.37', sequence(...purposes), content.extendedKeyUsageCritical ?? false);
	}
	yield extension('2.5.29.14', octetString(content.subjectKey.identifier));
	yield authorityKeyIdentifier(content.issuerKey);
	if (content.policy !== undefined) yield extension('2.5.29.32', sequence(sequence(oid(content.policy))));
	yield* addressExtensions(content.addresses ?? {});
	if (content.ocspNoCheck === true) yield extension('1.3.6.1.5.5.7.48.1.5', nullValue());
	if (content.qualified === true) yield extension('1.3.6.1.5.5.7.1.3', qualifiedStatements());
	if (content.testAnchor === true) yield extension(testAnchorExtension, nullValue());
	yield* content.extensions ?? [];
}

function* addressExtensions({ ocsp, caIssuers, crl }: Addresses): Generator<Uint8Array> {
	const access = (method: string, uri: string | undefined) =>
		uri === undefined ? [] : [sequence(oid(method), uriName(uri))];
	const descriptions = [...access('1.3.6.1.5.5.7.48.1', ocsp), ...access('1.3.6.1.5.5.7.48.2', caIssuers)];
	if (descriptions.length > 0) yield extension('1.3.6.1.5.5.7.1.1', sequence(...descriptions));
	if (crl !== undefined) yield extension('2.5.29.31', sequence(sequence(distributionPointName(crl))));
}

/** `[0] DistributionPointName` with the full name `uri` (RFC 5280 §4.2.1.13). */
export const distributionPointName = (uri: string): Uint8Array => explicit(0, implicit(0xa0, sequence(uriName(uri))));

function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
	const bits = usages.reduce((sum, usage) => sum | (0x80 >> keyUsageBits[usage]), 0);
	let unused = 0;
	while (unused < 7 && ((bits >> unused) & 1) === 0) unused++;
	return bitString(Uint8Array.of(bits), unused);
}

/** QcCompliance, QcSSCD, QcType esign (EN 319 412-5 §4.2). */
function qualifiedStatements(): Uint8Array {
	return sequence(
		sequence(oid('0.4.0.1862.1.1')),
		sequence(oid('0.4.0.1862.1.4')),
		sequence(oid('0.4.0.1862.1.6'), sequence(oid('0.4.0.1862.1.6.1'))),
	);
}
