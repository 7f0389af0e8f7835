/** Timestamp tokens (RFC 3161 §2.4.2, RFC 5816): read, and what arithmetic can say of them. */
import { knownDigest } from '../cms/algorithms.ts';
import { checkSigner, type SignerFacts } from '../cms/checkSigner.ts';
import { equalBytes } from '../cms/equalBytes.ts';
import { CmsError } from '../cms/errors.ts';
import { ContentType } from '../cms/oids.ts';
import { parseSignedData, type SignedData, type SignerInfo } from '../cms/signedData.ts';
import type { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { context, type DerElement, DerError, readDer, Tag } from '../pki/der.ts';
import { digest } from '../pki/digest.ts';
import { extensionOids, keyPurposes } from '../pki/objectIdentifiers.ts';
import type { Digest } from '../ports/algorithms.ts';

/** TSTInfo, as far as anybody decides by it. */
export interface TimestampInfo {
	readonly policy: string;
	readonly imprint: {
		readonly algorithm: Digest | undefined;
		readonly algorithmOid: string;
		readonly digest: Uint8Array;
	};
	/** Content octets of the serial number. */
	readonly serial: Uint8Array;
	readonly time: Date;
	/** Milliseconds either way; 0 where the authority states none. */
	readonly accuracy: number;
	readonly nonce: bigint | undefined;
}

export interface TimestampToken {
	readonly info: TimestampInfo;
	/** DER of the TSTInfo: the content that the authority signed. */
	readonly content: Uint8Array;
	readonly signedData: SignedData;
	/** RFC 3161 §2.4.2: exactly one. */
	readonly signer: SignerInfo;
	/** DER of the whole token. */
	readonly der: Uint8Array;
}

/** @throws {CmsError} where it is no timestamp token. */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
	const signedData = parseSignedData(bytes);
	const { content, signerInfos, contentType } = signedData;
	const [signer] = signerInfos;
	if (contentType !== ContentType.timestampInfo || content === undefined)
		throw new CmsError('cms-malformed', 'a CMS object that holds no timestamp where one was expected');
	if (signer === undefined || signerInfos.length !== 1)
		throw new CmsError('cms-no-signer', `a timestamp with ${signerInfos.length} signers instead of one`);
	try {
		return { info: readInfo(content), content, signedData, signer, der: signedData.der };
	} catch (error) {
		if (error instanceof DerError)
			throw new CmsError('cms-malformed', `a timestamp cannot be read: ${error.message}`, { cause: error });
		throw error;
	}
}

function readInfo(content: Uint8Array): TimestampInfo {
	const reader = readDer(content, Tag.sequence).read();
	reader.next(Tag.integer);
	const policy = reader.next().oid();
	const imprint = reader.next(Tag.sequence).read();
	const algorithm = imprint.next(Tag.sequence);
	const imprintDigest = imprint.next().octets();
	const serial = reader.next().integerBytes();
	const time = reader.next(Tag.generalizedTime).time();
	const accuracy = reader.optional(Tag.sequence);
	reader.optional(Tag.boolean);
	const nonce = reader.optional(Tag.integer);
	return {
		policy,
		imprint: { algorithm: knownDigest(algorithm), algorithmOid: algorithm.read().next().oid(), digest: imprintDigest },
		serial,
		time,
		accuracy: accuracy ? readAccuracy(accuracy) : 0,
		nonce: nonce?.bigint(),
	};
}

/** Accuracy ::= SEQUENCE { seconds, millis [0], micros [1] }, each optional. */
function readAccuracy(element: DerElement): number {
	const reader = element.read();
	const seconds = reader.optional(Tag.integer)?.integer() ?? 0;
	const millis = reader.optional(context(0) & 0x9f)?.content[0] ?? 0;
	return seconds * 1000 + millis;
}

/** Facts about a token: arithmetic and the shape of the certificate, not whether anybody trusts it. */
export interface TimestampFacts extends SignerFacts {
	/** The imprint against the data; `unknown-algorithm` where we cannot compute it. */
	readonly imprint: 'matches' | 'differs' | 'unknown-algorithm';
	/** RFC 3161 §2.3: extended key usage of timeStamping alone, and critical. */
	readonly timestampingPurpose: 'only-and-critical' | 'not-critical' | 'not-alone' | 'absent';
}

/**
 * @param data digest of what should have been stamped, by the algorithm the token names.
 * @param certificates to look for the authority's among, besides the token's own.
 */
export function checkTimestampToken(
	token: TimestampToken,
	data: (algorithm: Digest) => Uint8Array,
	certificates: readonly Certificate[],
): TimestampFacts {
	const { algorithm, digest: imprint } = token.info.imprint;
	const content = {
		contentType: ContentType.timestampInfo,
		digest: (wanted: Digest) => digest(wanted, token.content),
		bytes: () => token.content,
	};
	const signer = checkSigner(token.signer, content, certificates);
	return {
		...signer,
		imprint:
			algorithm === undefined ? 'unknown-algorithm' : equalBytes(data(algorithm), imprint) ? 'matches' : 'differs',
		timestampingPurpose: timestampingPurpose(signer.certificate),
	};
}

function timestampingPurpose(certificate: Certificate | undefined): TimestampFacts['timestampingPurpose'] {
	try {
		const purposes = certificate?.extendedKeyUsage;
		if (!purposes?.has(keyPurposes.timeStamping)) return 'absent';
		if (purposes.size !== 1) return 'not-alone';
		const extension = certificate?.extensions.get(extensionOids.extendedKeyUsage);
		return extension?.critical ? 'only-and-critical' : 'not-critical';
	} catch (error) {
		if (error instanceof CertificateError) return 'absent';
		throw error;
	}
}
