/** A time-stamping authority (RFC 3161 with ESSCertIDv2 of RFC 5816). */
import { createHash } from 'node:crypto';
import { type DerElement, readDer, Tag } from '../../../core/pki/der.ts';
import {
	bitString,
	explicit,
	generalizedTime,
	implicit,
	integer,
	octetString,
	oid,
	sequence,
	setOf,
	utf8String,
} from '../../../core/pki/derWriter.ts';
import type { Authority, Issued } from './authority.ts';
import { encodeName, newSerial } from './certificate.ts';
import type { KeyKind } from './keys.ts';

/** What a token can have wrong with it; the transport's own faults are in `service.ts`. */
export const tsaFaults = [
	'wrong-nonce',
	'no-nonce',
	'wrong-imprint',
	/** PKIStatus rejection with the failure badAlg, and a text. */
	'rejected',
	/** The certificate's validity ended yesterday. */
	'expired-certificate',
	/** A certificate without the purpose timeStamping. */
	'wrong-purpose',
	/** The value does not verify. */
	'wrong-signature',
	/** ESSCertIDv2 names another certificate. */
	'wrong-certificate-id',
	/** No certificates in the token, although they were asked for. */
	'no-certificates',
	/** genTime an hour ahead. */
	'future',
] as const;
export type TsaFault = (typeof tsaFaults)[number];

const DAY = 86_400_000;
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
/** An arc of a UUID of our own (X.667). */
export const demoTimestampPolicy = '2.25.284265655761123561708128939785029000456';

const digestOids = {
	sha256: '2.16.840.1.101.3.4.2.1',
	sha384: '2.16.840.1.101.3.4.2.2',
	sha512: '2.16.840.1.101.3.4.2.3',
} as const;

export class TimestampAuthority {
	/** The one in use; the others answer for the faults. */
	readonly signer: Issued;
	readonly #expired: Issued;
	readonly #wrongPurpose: Issued;
	readonly #now: () => Date;

	constructor(authority: Authority, key: KeyKind, now: () => Date) {
		this.#now = now;
		const base = {
			commonName: `${authority.name.commonName} Time-stamping unit`,
			keyUsage: ['digitalSignature'],
			extendedKeyUsage: ['timeStamping'],
			extendedKeyUsageCritical: true,
			key,
		} as const;
		this.signer = authority.issue(base);
		const today = now().getTime();
		this.#expired = authority.issue({
			...base,
			notBefore: new Date(today - 30 * DAY),
			notAfter: new Date(today - DAY),
		});
		this.#wrongPurpose = authority.issue({ ...base, extendedKeyUsage: ['emailProtection'] });
	}

	/** @returns DER of the TimeStampResp to this request. */
	answer(request: Uint8Array, fault?: TsaFault): Uint8Array {
		if (fault === 'rejected') return rejection('the demo was told to reject this', 0);
		const { imprint, policy, nonce, certificates } = parseRequest(request);
		const now = this.#now();
		const sentNonce = fault === 'no-nonce' ? undefined : fault === 'wrong-nonce' ? integer(newSerial()) : nonce;
		const info = sequence(
			integer(1),
			oid(policy ?? demoTimestampPolicy),
			fault === 'wrong-imprint' ? withOtherHash(imprint) : imprint.raw,
			integer(newSerial()),
			generalizedTime(fault === 'future' ? new Date(now.getTime() + 3_600_000) : now),
			sequence(integer(1)),
			...(sentNonce === undefined ? [] : [sentNonce]),
		);
		const token = this.#token(info, certificates && fault !== 'no-certificates', fault);
		return sequence(sequence(integer(0)), token);
	}

	#token(info: Uint8Array, withCertificates: boolean, fault: TsaFault | undefined): Uint8Array {
		const signer =
			fault === 'expired-certificate' ? this.#expired : fault === 'wrong-purpose' ? this.#wrongPurpose : this.signer;
		const { digest } = signer.key;
		const named = fault === 'wrong-certificate-id' ? this.#expired.certificate : signer.certificate;
		const attributes = setOf([
			attribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
			attribute('1.2.840.113549.1.9.4', octetString(createHash(digest).update(info).digest())),
			// SigningCertificateV2 of one ESSCertIDv2, SHA-256 by default (RFC 5035 §4).
			attribute(
				'1.2.840.113549.1.9.16.2.47',
				sequence(sequence(sequence(octetString(createHash('sha256').update(named).digest())))),
			),
		]);
		const value = signer.key.sign(attributes);
		if (fault === 'wrong-signature') value[value.length - 1] = (value[value.length - 1] ?? 0) ^ 1;
		const signerInfo = sequence(
			integer(1),
			sequence(encodeName(signer.issuer.name), integer(signer.serial)),
			sequence(oid(digestOids[digest])),
			implicit(0xa0, attributes),
			signer.key.signatureAlgorithm,
			octetString(value),
		);
		const certificates = withCertificates ? [implicit(0xa0, setOf([signer.certificate, ...signer.chain]))] : [];
		const signedData = sequence(
			integer(3),
			setOf([sequence(oid(digestOids[digest]))]),
			sequence(oid(TST_INFO), explicit(0, octetString(info))),
			...certificates,
			setOf([signerInfo]),
		);
		return sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signedData));
	}
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf([value]));

/** PKIStatusInfo alone: status rejection, a text and one failure bit (RFC 3161 §2.4.2). */
function rejection(text: string, failureBit: number): Uint8Array {
	const failure = bitString(Uint8Array.of(0x80 >> failureBit), 7 - failureBit);
	return sequence(sequence(integer(2), sequence(utf8String(text)), failure));
}

function parseRequest(bytes: Uint8Array): {
	imprint: DerElement;
	policy: string | undefined;
	nonce: Uint8Array | undefined;
	certificates: boolean;
} {
	const reader = readDer(bytes, Tag.sequence).read();
	reader.next(Tag.integer);
	const imprint = reader.next(Tag.sequence);
	const policy = reader.optional(Tag.oid)?.oid();
	const nonce = reader.optional(Tag.integer)?.raw;
	const certificates = reader.optional(Tag.boolean)?.boolean() ?? false;
	return { imprint, policy, nonce, certificates };
}

function withOtherHash(imprint: DerElement): Uint8Array {
	const other = Uint8Array.from(imprint.raw);
	other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
	return other;
}
