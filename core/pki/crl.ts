import type { SignatureAlgorithm } from '../ports/algorithms.ts';
import { decodeSignatureAlgorithm } from './algorithmIdentifier.ts';
import { CertificateError } from './certificateError.ts';
import {
	type AuthorityKeyIdentifier,
	type DistributionPoint,
	type DistributionPointName,
	type Extension,
	type RevocationReason,
	readAuthorityKeyIdentifier,
	readDistributionPointName,
	readDistributionPoints,
	readExtensions,
	readReasonFlags,
	serialText,
} from './certificateExtensions.ts';
import { context, contextPrimitive, type DerElement, DerError, readDer, Tag } from './der.ts';
import { DistinguishedName } from './distinguishedName.ts';
import { readGeneralNames } from './generalName.ts';
import { extensionOids } from './objectIdentifiers.ts';
import type { PublicKey } from './publicKey.ts';
import { verifySignature } from './signature.ts';

/** `CRLReason` by number (RFC 5280 §5.3.1); 7 is not used. */
const reasonsByNumber: readonly (RevocationReason | undefined)[] = [
	'unspecified',
	'keyCompromise',
	'cACompromise',
	'affiliationChanged',
	'superseded',
	'cessationOfOperation',
	'certificateHold',
	undefined,
	'removeFromCRL',
	'privilegeWithdrawn',
	'aACompromise',
];

/** The reason an ENUMERATED stands for; unknown numbers count as unspecified. */
export const revocationReason = (element: DerElement, tag: number = Tag.enumerated): RevocationReason =>
	reasonsByNumber[element.integer(tag)] ?? 'unspecified';

/** What a CRL says of one certificate. */
export interface CrlEntry {
	readonly revocationDate: Date;
	readonly reason: RevocationReason;
	/** Since when the key was suspected, where the CRL says so (§5.3.2). */
	readonly invalidityDate: Date | undefined;
	/** The entry has a critical extension that is not understood: the list says nothing of this certificate then (§5.3). */
	readonly unknownCritical: boolean;
}

/** What a CRL covers (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
	readonly name: DistributionPointName | undefined;
	readonly onlyUserCertificates: boolean;
	readonly onlyCaCertificates: boolean;
	readonly onlyAttributeCertificates: boolean;
	/** Undefined: all reasons. */
	readonly onlySomeReasons: ReadonlySet<RevocationReason> | undefined;
	readonly indirect: boolean;
}

const understood: ReadonlySet<string> = new Set([
	extensionOids.authorityKeyIdentifier,
	extensionOids.crlNumber,
	extensionOids.deltaCrlIndicator,
	extensionOids.issuingDistributionPoint,
	extensionOids.issuerAltName,
	extensionOids.freshestCrl,
	extensionOids.expiredCertsOnCrl,
	extensionOids.authorityInformationAccess,
]);

const understoodInEntries: ReadonlySet<string> = new Set([
	extensionOids.reasonCode,
	extensionOids.invalidityDate,
	extensionOids.certificateIssuer,
]);

/**
 * A certificate revocation list (RFC 5280 §5), read from DER.
 *
 * Entries are walked when a certificate is looked up, not before: lists of hundreds of thousands are common.
 */
export class Crl {
	readonly raw: Uint8Array;
	readonly tbs: Uint8Array;
	readonly issuer: DistinguishedName;
	readonly thisUpdate: Date;
	readonly nextUpdate: Date | undefined;
	/** Upper-case hex; undefined where the list has no crlNumber. */
	readonly number: string | undefined;
	/** Upper-case hex of the BaseCRLNumber; undefined unless this is a delta CRL (§5.2.4). */
	readonly baseNumber: string | undefined;
	readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
	readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
	/** DER of the issuingDistributionPoint: a delta's must be the same (§6.3.3 (c)). */
	readonly issuingDistributionPointRaw: Uint8Array | undefined;
	/** Where delta CRLs are (§5.2.6). */
	readonly freshestCrl: readonly DistributionPoint[];
	/** Certificates that expired from then on stay listed (ITU-T X.509 §9.5.2.8); undefined: expired ones may be gone. */
	readonly expiredCertificatesSince: Date | undefined;
	/** A critical extension that is not understood: the list says nothing then (§5.2). */
	readonly unknownCritical: string | undefined;
	readonly signatureValue: Uint8Array;
	readonly #signatureAlgorithm: DerElement;
	readonly #innerAlgorithm: DerElement;
	readonly #entries: DerElement | undefined;
	readonly #signedBy = new WeakMap<PublicKey, boolean>();

	private constructor(bytes: Uint8Array) {
		const whole = readDer(bytes, Tag.sequence);
		this.raw = whole.raw;
		const outer = whole.read();
		const tbs = outer.next(Tag.sequence);
		this.tbs = tbs.raw;
		this.#signatureAlgorithm = outer.next(Tag.sequence);
		this.signatureValue = outer.next().bitString().bytes;
		outer.end();
		const reader = tbs.read();
		reader.optional(Tag.integer);
		this.#innerAlgorithm = reader.next(Tag.sequence);
		this.issuer = new DistinguishedName(reader.next());
		this.thisUpdate = reader.next().time();
		const next = reader.peek();
		this.nextUpdate = next === Tag.utcTime || next === Tag.generalizedTime ? reader.next().time() : undefined;
		this.#entries = reader.optional(Tag.sequence);
		const extensions = reader.optional(context(0))?.read().next();
		reader.end();
		const known: ReadonlyMap<string, Extension> = extensions === undefined ? new Map() : readExtensions(extensions);
		const value = <Value>(oid: string, read: (element: DerElement) => Value): Value | undefined => {
			const extension = known.get(oid);
			return extension === undefined ? undefined : read(extension.value);
		};
		const number = (element: DerElement): string => serialText(element.readContent().next().integerBytes());
		this.number = value(extensionOids.crlNumber, number);
		this.baseNumber = value(extensionOids.deltaCrlIndicator, number);
		this.authorityKeyIdentifier = value(extensionOids.authorityKeyIdentifier, readAuthorityKeyIdentifier);
		this.issuingDistributionPoint = value(extensionOids.issuingDistributionPoint, readIssuingDistributionPoint);
		this.issuingDistributionPointRaw = known.get(extensionOids.issuingDistributionPoint)?.value.content;
		this.expiredCertificatesSince = value(extensionOids.expiredCertsOnCrl, (element) =>
			element.readContent().next().time(),
		);
		this.freshestCrl = value(extensionOids.freshestCrl, readDistributionPoints) ?? [];
		this.unknownCritical = [...known.values()].find(({ oid, critical }) => critical && !understood.has(oid))?.oid;
	}

	/** @throws {CertificateError} `crl-malformed` */
	static parse(bytes: Uint8Array): Crl {
		return guarded(() => new Crl(bytes));
	}

	/** @throws {CertificateError} `algorithm-unknown`, `crl-malformed` */
	get signatureAlgorithm(): SignatureAlgorithm {
		if (Buffer.compare(this.#innerAlgorithm.raw, this.#signatureAlgorithm.raw) !== 0)
			throw new CertificateError('crl-malformed', 'the revocation list names two different signature algorithms');
		return guarded(() => decodeSignatureAlgorithm(this.#signatureAlgorithm));
	}

	/**
	 * Whether this key signed the list; the answer is kept, since one list serves many certificates.
	 *
	 * @throws {CertificateError} `key-unsupported`, `algorithm-unknown`
	 */
	isSignedBy(key: PublicKey): boolean {
		const known = this.#signedBy.get(key);
		if (known !== undefined) return known;
		const signed = verifySignature(key, this.signatureAlgorithm, this.tbs, this.signatureValue);
		this.#signedBy.set(key, signed);
		return signed;
	}

	/**
	 * What the list says of a certificate; undefined where it is not listed.
	 *
	 * @param serialNumber content of the INTEGER.
	 * @param certificateIssuer the issuer's name in the certificate; matters in indirect lists (§5.3.3).
	 * @throws {CertificateError} `crl-malformed`
	 */
	find(serialNumber: Uint8Array, certificateIssuer: DistinguishedName): CrlEntry | undefined {
		const entries = this.#entries;
		if (entries === undefined) return undefined;
		return guarded(() => {
			const indirect = this.issuingDistributionPoint?.indirect === true;
			let issuerMatches = this.issuer.matches(certificateIssuer);
			for (const entry of entries.read().rest()) {
				const reader = entry.read(Tag.sequence);
				const found = Buffer.compare(reader.next().integerBytes(), serialNumber) === 0;
				if (!found && !indirect) continue;
				const revocationDate = reader.next().time();
				const list = reader.optional(Tag.sequence);
				const extensions: ReadonlyMap<string, Extension> = list === undefined ? new Map() : readExtensions(list);
				const named = extensions.get(extensionOids.certificateIssuer);
				// An entry without the extension is of the same issuer as the one before it.
				if (indirect && named !== undefined)
					issuerMatches = readGeneralNames(named.value.readContent().next()).some(
						(name) => name.kind === 'directory' && name.value.matches(certificateIssuer),
					);
				if (found && issuerMatches) return readEntry(revocationDate, extensions);
			}
			return undefined;
		});
	}
}

function readEntry(revocationDate: Date, extensions: ReadonlyMap<string, Extension>): CrlEntry {
	const reason = extensions.get(extensionOids.reasonCode);
	const invalidity = extensions.get(extensionOids.invalidityDate);
	return {
		revocationDate,
		reason: reason === undefined ? 'unspecified' : revocationReason(reason.value.readContent().next()),
		invalidityDate: invalidity?.value.readContent().next().time(),
		unknownCritical: [...extensions.values()].some(({ oid, critical }) => critical && !understoodInEntries.has(oid)),
	};
}

function readIssuingDistributionPoint(value: DerElement): IssuingDistributionPoint {
	const reader = value.readContent().next().read(Tag.sequence);
	const name = reader.optional(context(0));
	const flag = (n: number): boolean => reader.optional(contextPrimitive(n))?.boolean(contextPrimitive(n)) ?? false;
	const onlyUserCertificates = flag(1);
	const onlyCaCertificates = flag(2);
	const reasons = reader.optional(contextPrimitive(3));
	return {
		name: name === undefined ? undefined : readDistributionPointName(name.read().next()),
		onlyUserCertificates,
		onlyCaCertificates,
		onlySomeReasons: reasons === undefined ? undefined : readReasonFlags(reasons, contextPrimitive(3)),
		indirect: flag(4),
		onlyAttributeCertificates: flag(5),
	};
}

function guarded<Value>(read: () => Value): Value {
	try {
		return read();
	} catch (cause) {
		if (!(cause instanceof DerError)) throw cause;
		throw new CertificateError('crl-malformed', `the revocation list is damaged: ${cause.message}`, { cause });
	}
}
