/** Timestamp requests (RFC 3161 §2.4.1). */
import { randomBytes } from 'node:crypto';
import { encodeDigestAlgorithm } from '../pki/algorithmIdentifier.ts';
import { boolean, integer, octetString, oid, sequence } from '../pki/derWriter.ts';
import type { SigningDigest } from '../ports/algorithms.ts';

/** What is to be stamped. */
export interface MessageImprint {
	readonly algorithm: SigningDigest;
	readonly digest: Uint8Array;
}

export interface TimestampRequest {
	readonly imprint: MessageImprint;
	readonly nonce: bigint;
	/** Dotted decimal, where one is asked for. */
	readonly policy: string | undefined;
	readonly der: Uint8Array;
}

/** A request with a fresh 64-bit nonce that asks for the authority's certificate. */
export function buildTimestampRequest(imprint: MessageImprint, policy?: string): TimestampRequest {
	const nonce = randomBytes(8).readBigUInt64BE();
	const der = sequence(
		integer(1),
		sequence(encodeDigestAlgorithm(imprint.algorithm), octetString(imprint.digest)),
		...(policy === undefined ? [] : [oid(policy)]),
		integer(nonce),
		boolean(true),
	);
	return { imprint, nonce, policy, der };
}
