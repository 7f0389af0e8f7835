/** Answers OCSP requests (RFC 6960) for the authorities it is given, each by a delegated responder of its own. */
import { contextPrimitive, type DerElement, DerError, readDer, Tag } from '../../../core/pki/der.ts';
import { bitString, der, explicit, generalizedTime, octetString, oid, sequence } from '../../../core/pki/derWriter.ts';
import { type Authority, type Issued, revokedInfo } from './authority.ts';
import { extension } from './certificate.ts';
import { DemoKey } from './keys.ts';

/** What an answer can have wrong with it; the transport's own faults are in `service.ts`. */
export const ocspFaults = [
	/** Status `unknown` for everything. */
	'unknown',
	/** responseStatus tryLater, unauthorized, internalError: no answer. */
	'try-later',
	'unauthorized',
	'internal-error',
	/** thisUpdate two hours ago, nextUpdate still to come: sound, but older than a signature made now. */
	'old',
	/** nextUpdate an hour ago. */
	'stale',
	'wrong-nonce',
	'no-nonce',
	/** About another certificate than the one asked for. */
	'wrong-serial',
	/** Signed by a key that nobody authorised. */
	'unauthorised-signer',
	/** The value does not verify. */
	'wrong-signature',
] as const;
export type OcspFault = (typeof ocspFaults)[number];

const HOUR = 3_600_000;
const hashNames: Readonly<Record<string, string>> = {
	'1.3.14.3.2.26': 'sha1',
	'2.16.840.1.101.3.4.2.1': 'sha256',
	'2.16.840.1.101.3.4.2.2': 'sha384',
	'2.16.840.1.101.3.4.2.3': 'sha512',
};
const NONCE = '1.3.6.1.5.5.7.48.1.2';

export class OcspResponder {
	readonly #responders: ReadonlyMap<Authority, Issued>;
	readonly #now: () => Date;
	readonly #stranger: Issued;

	constructor(authorities: readonly Authority[], now: () => Date) {
		this.#now = now;
		const responderOf = (authority: Authority, commonName: string): Issued =>
			authority.issue({
				commonName,
				keyUsage: ['digitalSignature'],
				extendedKeyUsage: ['OCSPSigning'],
				ocspNoCheck: true,
				addresses: {},
			});
		this.#responders = new Map(
			authorities.map((authority) => [
				authority,
				responderOf(authority, `${authority.name.commonName} OCSP responder`),
			]),
		);
		const [first] = authorities;
		if (first === undefined) throw new TypeError('an OCSP responder needs an authority');
		this.#stranger = first.issue({
			commonName: 'A signer who is no responder',
			keyUsage: ['digitalSignature'],
			key: DemoKey.generate('p256'),
		});
	}

	/** @returns DER of the OCSPResponse to this request. */
	answer(request: Uint8Array, fault?: OcspFault): Uint8Array {
		try {
			return this.#answerWellFormed(request, fault);
		} catch (error) {
			if (error instanceof DerError) return errorResponse(1);
			throw error;
		}
	}

	#answerWellFormed(request: Uint8Array, fault: OcspFault | undefined): Uint8Array {
		if (fault === 'internal-error') return errorResponse(2);
		if (fault === 'try-later') return errorResponse(3);
		if (fault === 'unauthorized') return errorResponse(6);
		const { certIds, nonce } = parseRequest(request);
		const [firstId] = certIds;
		const authority = [...this.#responders.keys()].find((candidate) => firstId && isIssuedBy(candidate, firstId));
		const responder = authority && this.#responders.get(authority);
		if (authority === undefined || responder === undefined) return errorResponse(6);
		const signer = fault === 'unauthorised-signer' ? this.#stranger : responder;

		const now = this.#now().getTime();
		const thisUpdate = new Date(fault === 'old' || fault === 'stale' ? now - 2 * HOUR : now);
		const nextUpdate = new Date(fault === 'stale' ? now - HOUR : now + HOUR);
		const responses = certIds.map((certId) =>
			sequence(
				fault === 'wrong-serial' ? withOtherSerial(certId) : certId.raw,
				this.#status(authority, certId, fault),
				generalizedTime(thisUpdate),
				explicit(0, generalizedTime(nextUpdate)),
			),
		);
		const sent = fault === 'no-nonce' ? undefined : fault === 'wrong-nonce' ? octetString(Buffer.alloc(16)) : nonce;
		const data = sequence(
			explicit(2, octetString(signer.key.identifier)),
			generalizedTime(thisUpdate),
			sequence(...responses),
			...(sent === undefined ? [] : [explicit(1, sequence(extension(NONCE, sent)))]),
		);
		const value = signer.key.sign(data);
		if (fault === 'wrong-signature') value[value.length - 1] = (value[value.length - 1] ?? 0) ^ 1;
		const basic = sequence(
			data,
			signer.key.signatureAlgorithm,
			bitString(value),
			explicit(0, sequence(signer.certificate)),
		);
		return sequence(
			der(Tag.enumerated, Uint8Array.of(0)),
			explicit(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(basic))),
		);
	}

	#status(authority: Authority, certId: DerElement, fault: OcspFault | undefined): Uint8Array {
		const status = fault === 'unknown' ? 'unknown' : authority.statusOf(readCertId(certId).serial);
		if (status === 'good') return der(contextPrimitive(0));
		if (status === 'unknown') return der(contextPrimitive(2));
		return revokedInfo(status, generalizedTime);
	}
}

const errorResponse = (status: number): Uint8Array => sequence(der(Tag.enumerated, Uint8Array.of(status)));

function parseRequest(bytes: Uint8Array): { certIds: readonly DerElement[]; nonce: Uint8Array | undefined } {
	const toBeSigned = readDer(bytes, Tag.sequence).read().next(Tag.sequence).read();
	toBeSigned.optional(0xa0);
	toBeSigned.optional(0xa1);
	const certIds = [...toBeSigned.next(Tag.sequence).read().rest()].map((request) => request.read().next());
	const extensions = toBeSigned.optional(0xa2)?.read().next().read();
	for (const element of extensions?.rest() ?? []) {
		const reader = element.read();
		const type = reader.next().oid();
		reader.optional(Tag.boolean);
		if (type === NONCE) return { certIds, nonce: reader.next().octets() };
	}
	return { certIds, nonce: undefined };
}

function readCertId(certId: DerElement) {
	const reader = certId.read();
	return {
		hash: hashNames[reader.next().read().next().oid()],
		nameHash: reader.next().octets(),
		keyHash: reader.next().octets(),
		serial: unsigned(reader.next().integerBytes()),
	};
}

function isIssuedBy(authority: Authority, certId: DerElement): boolean {
	const { hash, nameHash, keyHash } = readCertId(certId);
	return hash !== undefined && authority.isNamedBy(hash, nameHash, keyHash);
}

function withOtherSerial(certId: DerElement): Uint8Array {
	const other = Uint8Array.from(certId.raw);
	other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
	return other;
}

const unsigned = (content: Uint8Array): Uint8Array => (content[0] === 0 ? content.subarray(1) : content);
