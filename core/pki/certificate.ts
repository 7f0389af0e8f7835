import type { SignatureAlgorithm } from '../ports/algorithms.ts';
import { decodeSignatureAlgorithm } from './algorithmIdentifier.ts';
import { CertificateError } from './certificateError.ts';
import {
	type AuthorityKeyIdentifier,
	type BasicConstraints,
	type DistributionPoint,
	type Extension,
	type KeyUsage,
	type NameConstraints,
	type PolicyConstraints,
	type PolicyInformation,
	type PolicyMapping,
	type QcStatement,
	readAccessDescriptions,
	readAuthorityKeyIdentifier,
	readBasicConstraints,
	readCertificatePolicies,
	readDistributionPoints,
	readExtensions,
	readKeyPurposes,
	readKeyUsage,
	readNameConstraints,
	readPolicyConstraints,
	readPolicyMappings,
	readQcStatements,
	serialText,
} from './certificateExtensions.ts';
import { context, contextPrimitive, type DerElement, DerError, readDer, Tag } from './der.ts';
import { digest } from './digest.ts';
import { DistinguishedName } from './distinguishedName.ts';
import { type GeneralName, readGeneralNames } from './generalName.ts';
import { extensionOids } from './objectIdentifiers.ts';
import { PublicKey } from './publicKey.ts';
import { verifySignature } from './signature.ts';

const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', caIssuers: '1.3.6.1.5.5.7.48.2' } as const;

/**
 * An X.509 certificate (RFC 5280 §4), read from DER.
 *
 * `parse` walks the frame; names, key and extensions are read when asked for and kept. A field that is damaged throws
 * {@link CertificateError} `certificate-malformed` when it is asked for.
 */
export class Certificate {
	/** The whole certificate, DER. */
	readonly raw: Uint8Array;
	/** What is signed: DER of the TBSCertificate. */
	readonly tbs: Uint8Array;
	/** 1, 2 or 3. */
	readonly version: number;
	/** Upper-case hex without leading zero octets, as OpenSSL prints it. */
	readonly serialNumber: string;
	/** Content of the INTEGER. */
	readonly serialNumberBytes: Uint8Array;
	readonly signatureValue: Uint8Array;
	readonly #signatureAlgorithm: DerElement;
	readonly #innerAlgorithm: DerElement;
	readonly #issuer: DerElement;
	readonly #validity: DerElement;
	readonly #subject: DerElement;
	readonly #spki: DerElement;
	readonly #extensions: DerElement | undefined;
	#issuerName: DistinguishedName | undefined;
	#subjectName: DistinguishedName | undefined;
	#dates: { readonly notBefore: Date; readonly notAfter: Date } | undefined;
	#publicKey: PublicKey | undefined;
	#algorithm: SignatureAlgorithm | undefined;
	#fingerprint: string | undefined;
	#selfSigned: boolean | undefined;
	#extensionMap: ReadonlyMap<string, Extension> | undefined;
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
		this.version = (reader.optional(context(0))?.read().next().integer() ?? 0) + 1;
		this.serialNumberBytes = reader.next().integerBytes();
		this.serialNumber = serialText(this.serialNumberBytes);
		this.#innerAlgorithm = reader.next(Tag.sequence);
		this.#issuer = reader.next(Tag.sequence);
		this.#validity = reader.next(Tag.sequence);
		this.#subject = reader.next(Tag.sequence);
		this.#spki = reader.next(Tag.sequence);
		reader.optional(contextPrimitive(1));
		reader.optional(contextPrimitive(2));
		this.#extensions = reader.optional(context(3))?.read().next(Tag.sequence);
		reader.end();
	}

	/** @throws {CertificateError} `certificate-malformed` */
	static parse(bytes: Uint8Array): Certificate {
		try {
			return new Certificate(bytes);
		} catch (cause) {
			throw malformed(cause);
		}
	}

	/**
	 * Reads what everybody asks of a certificate: names, period, key, and the extensions that say what it is for.
	 *
	 * @throws {CertificateError} `certificate-malformed`
	 */
	checkReadable(): void {
		void [this.issuer, this.subject, this.notBefore, this.keyUsage, this.extendedKeyUsage, this.basicConstraints];
		void [this.subjectKeyIdentifier, this.authorityKeyIdentifier, this.qcStatements];
		void this.publicKey;
	}

	get issuer(): DistinguishedName {
		this.#issuerName ??= guarded(() => new DistinguishedName(this.#issuer));
		return this.#issuerName;
	}

	get subject(): DistinguishedName {
		this.#subjectName ??= guarded(() => new DistinguishedName(this.#subject));
		return this.#subjectName;
	}

	/** DER of the issuer's Name, as it stands here. */
	get issuerRaw(): Uint8Array {
		return this.#issuer.raw;
	}

	/** DER of the subject's Name, as it stands here. */
	get subjectRaw(): Uint8Array {
		return this.#subject.raw;
	}

	get notBefore(): Date {
		return this.#period.notBefore;
	}

	/** The last moment of validity, inclusive (§4.1.2.5). */
	get notAfter(): Date {
		return this.#period.notAfter;
	}

	get #period(): { readonly notBefore: Date; readonly notAfter: Date } {
		this.#dates ??= guarded(() => {
			const reader = this.#validity.read();
			return { notBefore: reader.next().time(), notAfter: reader.next().time() };
		});
		return this.#dates;
	}

	/** Whether `time` lies in the validity period, ends included. */
	isValidAt(time: Date): boolean {
		return this.notBefore <= time && time <= this.notAfter;
	}

	/** DER of the SubjectPublicKeyInfo. */
	get spki(): Uint8Array {
		return this.#spki.raw;
	}

	get publicKey(): PublicKey {
		this.#publicKey ??= guarded(() => new PublicKey(this.#spki));
		return this.#publicKey;
	}

	/** @throws {CertificateError} `algorithm-unknown` */
	get signatureAlgorithm(): SignatureAlgorithm {
		this.#algorithm ??= guarded(() => {
			const inner = this.#innerAlgorithm.raw;
			// §4.1.1.2: both must be the same; otherwise someone exchanged the outer, unsigned one.
			if (Buffer.compare(inner, this.#signatureAlgorithm.raw) !== 0)
				throw new CertificateError('certificate-malformed', 'the certificate names two different signature algorithms');
			return decodeSignatureAlgorithm(this.#signatureAlgorithm);
		});
		return this.#algorithm;
	}

	/** Upper-case hex of the SHA-256 over the DER: what to key by. */
	get fingerprint(): string {
		this.#fingerprint ??= Buffer.from(digest('sha256', this.raw)).toString('hex').toUpperCase();
		return this.#fingerprint;
	}

	/** Subject and issuer bear the same name. */
	get isSelfIssued(): boolean {
		return this.subject.matches(this.issuer);
	}

	/** Self-issued, and signed with its own key. */
	get isSelfSigned(): boolean {
		this.#selfSigned ??= this.isSelfIssued && this.isSignedBy(this.publicKey);
		return this.#selfSigned;
	}

	/**
	 * Whether this key signed the certificate; the answer is kept. Says nothing about names or validity.
	 *
	 * @throws {CertificateError} `key-unsupported`, `algorithm-unknown`, `certificate-malformed`
	 */
	isSignedBy(key: PublicKey): boolean {
		const known = this.#signedBy.get(key);
		if (known !== undefined) return known;
		const signed = verifySignature(key, this.signatureAlgorithm, this.tbs, this.signatureValue);
		this.#signedBy.set(key, signed);
		return signed;
	}

	equals(other: Certificate): boolean {
		return this === other || Buffer.compare(this.raw, other.raw) === 0;
	}

	/** All extensions by dotted decimal. */
	get extensions(): ReadonlyMap<string, Extension> {
		const extensions = this.#extensions;
		this.#extensionMap ??= extensions === undefined ? new Map() : guarded(() => readExtensions(extensions));
		return this.#extensionMap;
	}

	/** Undefined where the certificate does not restrict its key. */
	get keyUsage(): ReadonlySet<KeyUsage> | undefined {
		return this.#extension(extensionOids.keyUsage, readKeyUsage);
	}

	/** Dotted decimals (see `keyPurposes`); undefined where the certificate does not restrict them. */
	get extendedKeyUsage(): ReadonlySet<string> | undefined {
		return this.#extension(extensionOids.extendedKeyUsage, readKeyPurposes);
	}

	get basicConstraints(): BasicConstraints | undefined {
		return this.#extension(extensionOids.basicConstraints, readBasicConstraints);
	}

	/** May issue certificates: by basicConstraints, which only version 3 has (§4.2.1.9). */
	get isCa(): boolean {
		return this.basicConstraints?.ca === true;
	}

	get subjectKeyIdentifier(): Uint8Array | undefined {
		return this.#extension(extensionOids.subjectKeyIdentifier, (value) => value.readContent().next().octets());
	}

	get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
		return this.#extension(extensionOids.authorityKeyIdentifier, readAuthorityKeyIdentifier);
	}

	get subjectAltNames(): readonly GeneralName[] {
		return this.#extension(extensionOids.subjectAltName, (value) => readGeneralNames(value.readContent().next())) ?? [];
	}

	/** Addresses of OCSP responders (authorityInfoAccess), in order. Written by whoever made the certificate. */
	get ocspUrls(): readonly string[] {
		return this.#accessUrls(accessMethods.ocsp);
	}

	/** Addresses of the issuer's certificates (authorityInfoAccess), in order. */
	get caIssuersUrls(): readonly string[] {
		return this.#accessUrls(accessMethods.caIssuers);
	}

	get crlDistributionPoints(): readonly DistributionPoint[] {
		return this.#extension(extensionOids.crlDistributionPoints, readDistributionPoints) ?? [];
	}

	/** Addresses in crlDistributionPoints, in order. */
	get crlUrls(): readonly string[] {
		return urlsOf(this.crlDistributionPoints);
	}

	/** Addresses in freshestCRL: where delta CRLs are (§4.2.1.15). */
	get deltaCrlUrls(): readonly string[] {
		return urlsOf(this.#extension(extensionOids.freshestCrl, readDistributionPoints) ?? []);
	}

	get certificatePolicies(): readonly PolicyInformation[] | undefined {
		return this.#extension(extensionOids.certificatePolicies, readCertificatePolicies);
	}

	get policyMappings(): readonly PolicyMapping[] {
		return this.#extension(extensionOids.policyMappings, readPolicyMappings) ?? [];
	}

	get policyConstraints(): PolicyConstraints | undefined {
		return this.#extension(extensionOids.policyConstraints, readPolicyConstraints);
	}

	/** How many further certificates may still use anyPolicy (§4.2.1.14). */
	get inhibitAnyPolicy(): number | undefined {
		return this.#extension(extensionOids.inhibitAnyPolicy, (value) => value.readContent().next().integer());
	}

	get nameConstraints(): NameConstraints | undefined {
		return this.#extension(extensionOids.nameConstraints, readNameConstraints);
	}

	/** What the certificate states about being qualified (ETSI EN 319 412-5); what that is worth is for validation to say. */
	get qcStatements(): readonly QcStatement[] {
		return this.#extension(extensionOids.qcStatements, readQcStatements) ?? [];
	}

	/** The issuer vouches for this OCSP responder without revocation data (RFC 6960 §4.2.2.2.1). */
	get hasOcspNoCheck(): boolean {
		return this.extensions.has(extensionOids.ocspNoCheck);
	}

	#accessUrls(method: string): readonly string[] {
		const descriptions = this.#extension(extensionOids.authorityInformationAccess, readAccessDescriptions) ?? [];
		return descriptions.flatMap((description) =>
			description.method === method && description.location.kind === 'uri' ? [description.location.value] : [],
		);
	}

	#extension<Value>(oid: string, read: (value: DerElement) => Value): Value | undefined {
		const extension = this.extensions.get(oid);
		return extension === undefined ? undefined : guarded(() => read(extension.value));
	}
}

const urlsOf = (points: readonly DistributionPoint[]): string[] =>
	points.flatMap(({ name }) =>
		name?.kind === 'full' ? name.names.flatMap((item) => (item.kind === 'uri' ? [item.value] : [])) : [],
	);

/** Says which thing was malformed, where the reader below only knows the byte. */
function guarded<Value>(read: () => Value): Value {
	try {
		return read();
	} catch (cause) {
		throw malformed(cause);
	}
}

function malformed(cause: unknown): unknown {
	return cause instanceof DerError
		? new CertificateError('certificate-malformed', `the certificate is damaged: ${cause.message}`, { cause })
		: cause;
}
