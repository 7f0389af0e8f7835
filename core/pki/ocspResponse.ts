import type { Digest, SignatureAlgorithm } from '../ports/algorithms.ts';
import { decodeDigestAlgorithm, decodeSignatureAlgorithm } from './algorithmIdentifier.ts';
import { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import { type Extension, type RevocationReason, readExtensions, serialText } from './certificateExtensions.ts';
import { revocationReason } from './crl.ts';
import { context, contextPrimitive, type DerElement, DerError, readDer, Tag } from './der.ts';
import { digest } from './digest.ts';
import { DistinguishedName } from './distinguishedName.ts';
import { extensionOids } from './objectIdentifiers.ts';
import type { PublicKey } from './publicKey.ts';
import { verifySignature } from './signature.ts';

/** `OCSPResponseStatus` (RFC 6960 §4.2.1). */
export type OcspStatus =
	| 'successful'
	| 'malformedRequest'
	| 'internalError'
	| 'tryLater'
	| 'sigRequired'
	| 'unauthorized';

const statuses = new Map<number, OcspStatus>([
	[0, 'successful'],
	[1, 'malformedRequest'],
	[2, 'internalError'],
	[3, 'tryLater'],
	[5, 'sigRequired'],
	[6, 'unauthorized'],
]);

const basicResponse = '1.3.6.1.5.5.7.48.1.1';

export type CertificateStatus =
	| { readonly kind: 'good' }
	| { readonly kind: 'unknown' }
	| { readonly kind: 'revoked'; readonly at: Date; readonly reason: RevocationReason };

/** Which certificate an answer is about (RFC 6960 §4.1.1). */
export interface CertId {
	/** Undefined where the digest is none that Paraph knows. */
	readonly digest: Digest | undefined;
	readonly issuerNameHash: Uint8Array;
	readonly issuerKeyHash: Uint8Array;
	/** Upper-case hex, as {@link Certificate.serialNumber}. */
	readonly serialNumber: string;
}

export interface SingleResponse {
	readonly certId: CertId;
	readonly status: CertificateStatus;
	readonly thisUpdate: Date;
	readonly nextUpdate: Date | undefined;
	/** How far back the responder keeps what it knows of expired certificates (§4.4.4). */
	readonly archiveCutoff: Date | undefined;
	/** A critical extension that is not understood. */
	readonly unknownCritical: string | undefined;
}

export type ResponderId =
	| { readonly kind: 'name'; readonly name: DistinguishedName }
	/** SHA-1 over the key's bits. */
	| { readonly kind: 'key'; readonly hash: Uint8Array };

const archiveCutoffOid = '1.3.6.1.5.5.7.48.1.6';
const understood: ReadonlySet<string> = new Set([
	extensionOids.ocspNonce,
	archiveCutoffOid,
	extensionOids.reasonCode,
	extensionOids.invalidityDate,
]);

/** An OCSP response (RFC 6960 §4.2), read from DER: an `OCSPResponse`, or a bare `BasicOCSPResponse` as CAdES keeps them. */
export class OcspResponse {
	/** DER of the whole OCSPResponse; a bare BasicOCSPResponse stays one. */
	readonly raw: Uint8Array;
	readonly status: OcspStatus;
	/** Undefined unless `status` is successful. */
	readonly basic: BasicOcspResponse | undefined;

	private constructor(bytes: Uint8Array) {
		const whole = readDer(bytes, Tag.sequence);
		this.raw = whole.raw;
		const reader = whole.read();
		if (reader.peek() === Tag.sequence) {
			this.status = 'successful';
			this.basic = new BasicOcspResponse(whole);
			return;
		}
		const number = reader.next().integer(Tag.enumerated);
		const status = statuses.get(number);
		if (status === undefined) throw new DerError(`the response status ${number} does not exist`, whole.start);
		this.status = status;
		const content = reader.optional(context(0))?.read().next(Tag.sequence).read();
		if ((status === 'successful') !== (content !== undefined))
			throw new DerError('a response whose status and content contradict each other', whole.start);
		if (content === undefined) return;
		const type = content.next().oid();
		if (type !== basicResponse) throw new DerError(`a response of the unknown type ${type}`, whole.start);
		this.basic = new BasicOcspResponse(content.next(Tag.octetString).readContent().next());
	}

	/** @throws {CertificateError} `ocsp-malformed` */
	static parse(bytes: Uint8Array): OcspResponse {
		try {
			return new OcspResponse(bytes);
		} catch (cause) {
			if (!(cause instanceof DerError || cause instanceof CertificateError)) throw cause;
			throw new CertificateError('ocsp-malformed', `the OCSP response is damaged: ${cause.message}`, { cause });
		}
	}
}

/** `BasicOCSPResponse` (RFC 6960 §4.2.1). */
export class BasicOcspResponse {
	/** DER of the BasicOCSPResponse. */
	readonly raw: Uint8Array;
	/** What is signed: DER of ResponseData. */
	readonly tbs: Uint8Array;
	readonly responderId: ResponderId;
	readonly producedAt: Date;
	readonly responses: readonly SingleResponse[];
	readonly nonce: Uint8Array | undefined;
	/** A critical response extension that is not understood. */
	readonly unknownCritical: string | undefined;
	/** What the responder sent along. */
	readonly certificates: readonly Certificate[];
	readonly signatureValue: Uint8Array;
	readonly #signatureAlgorithm: DerElement;
	readonly #signedBy = new WeakMap<PublicKey, boolean>();

	/** @throws {DerError | CertificateError} */
	constructor(element: DerElement) {
		this.raw = element.raw;
		const outer = element.read(Tag.sequence);
		const tbs = outer.next(Tag.sequence);
		this.tbs = tbs.raw;
		this.#signatureAlgorithm = outer.next(Tag.sequence);
		this.signatureValue = outer.next().bitString().bytes;
		const certificates = outer.optional(context(0))?.read().next(Tag.sequence);
		outer.end();
		this.certificates =
			certificates === undefined ? [] : [...certificates.read().rest()].map((item) => Certificate.parse(item.raw));
		const reader = tbs.read();
		reader.optional(context(0));
		this.responderId = readResponderId(reader.next());
		this.producedAt = reader.next().time();
		this.responses = [...reader.next(Tag.sequence).read().rest()].map(readSingleResponse);
		const extensions = readExtensionsIn(reader.optional(context(1)));
		reader.end();
		this.nonce = readNonce(extensions.get(extensionOids.ocspNonce));
		this.unknownCritical = unknownCriticalIn(extensions);
	}

	/** @throws {CertificateError} `algorithm-unknown` */
	get signatureAlgorithm(): SignatureAlgorithm {
		return decodeSignatureAlgorithm(this.#signatureAlgorithm);
	}

	/**
	 * Whether this key signed the response; the answer is kept.
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

	/** Whether the responder's id means this certificate. */
	isFrom(certificate: Certificate): boolean {
		return this.responderId.kind === 'name'
			? this.responderId.name.matches(certificate.subject)
			: Buffer.compare(this.responderId.hash, digest('sha1', certificate.publicKey.bytes)) === 0;
	}

	/** The answer about this certificate, the latest where there are several. */
	find(certificate: Certificate, issuer: Certificate): SingleResponse | undefined {
		return this.responses
			.filter((response) => isAbout(response.certId, certificate, issuer))
			.sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())[0];
	}
}

/** Whether a CertID means this certificate of this issuer. */
export function isAbout(certId: CertId, certificate: Certificate, issuer: Certificate): boolean {
	return (
		certId.serialNumber === certificate.serialNumber &&
		certId.digest !== undefined &&
		Buffer.compare(certId.issuerKeyHash, digest(certId.digest, issuer.publicKey.bytes)) === 0 &&
		Buffer.compare(certId.issuerNameHash, digest(certId.digest, certificate.issuerRaw)) === 0
	);
}

function readResponderId(element: DerElement): ResponderId {
	const content = element.read().next();
	return element.tag === context(1)
		? { kind: 'name', name: new DistinguishedName(content) }
		: { kind: 'key', hash: element.expect(context(2)) && content.octets() };
}

function readSingleResponse(element: DerElement): SingleResponse {
	const reader = element.read(Tag.sequence);
	const certId = readCertId(reader.next());
	const status = readStatus(reader.next());
	const thisUpdate = reader.next().time();
	const nextUpdate = reader.optional(context(0))?.read().next().time();
	const extensions = readExtensionsIn(reader.optional(context(1)));
	reader.end();
	return {
		certId,
		status,
		thisUpdate,
		nextUpdate,
		archiveCutoff: extensions.get(archiveCutoffOid)?.value.readContent().next().time(),
		unknownCritical: unknownCriticalIn(extensions),
	};
}

function readCertId(element: DerElement): CertId {
	const reader = element.read(Tag.sequence);
	return {
		digest: knownDigest(reader.next()),
		issuerNameHash: reader.next().octets(),
		issuerKeyHash: reader.next().octets(),
		serialNumber: serialText(reader.next().integerBytes()),
	};
}

function knownDigest(element: DerElement): Digest | undefined {
	try {
		return decodeDigestAlgorithm(element);
	} catch (error) {
		if (error instanceof CertificateError) return undefined;
		throw error;
	}
}

function readStatus(element: DerElement): CertificateStatus {
	switch (element.tag) {
		case contextPrimitive(0):
			return { kind: 'good' };
		case contextPrimitive(2):
			return { kind: 'unknown' };
		default: {
			const reader = element.read(context(1));
			const at = reader.next().time();
			const reason = reader.optional(context(0))?.read().next();
			return { kind: 'revoked', at, reason: reason === undefined ? 'unspecified' : revocationReason(reason) };
		}
	}
}

const readExtensionsIn = (element: DerElement | undefined): ReadonlyMap<string, Extension> =>
	element === undefined ? new Map() : readExtensions(element.read().next());

const unknownCriticalIn = (extensions: ReadonlyMap<string, Extension>): string | undefined =>
	[...extensions.values()].find(({ oid, critical }) => critical && !understood.has(oid))?.oid;

/** RFC 8954 wraps the nonce in an OCTET STRING of its own; some responders do not. */
function readNonce(extension: Extension | undefined): Uint8Array | undefined {
	if (extension === undefined) return undefined;
	const content = extension.value.content;
	return content[0] === Tag.octetString && content[1] === content.length - 2 ? content.subarray(2) : content;
}
