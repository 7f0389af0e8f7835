/** Whether an algorithm could be relied on at a time (EN 319 102-1 §5.2.8, TS 119 312). */
import type { PublicKey } from '../../pki/publicKey.ts';
import type { Digest, SignatureAlgorithm } from '../../ports/algorithms.ts';
import { assertNever } from '../../ports/errors.ts';
import type { KeyFamily, ValidationPolicy } from './policy.ts';

/** An algorithm or key that the policy did not rely on at the time asked about. */
export interface CryptographicWeakness {
	/** `SHA-1`, `RSA with 1024 bits`. */
	readonly what: string;
	/** Until when it could be relied on; undefined where never. */
	readonly until: Date | undefined;
}

/** The first weakness of a signature algorithm with this key at `time`; undefined where there is none. */
export function weaknessOf(
	policy: ValidationPolicy,
	algorithm: SignatureAlgorithm,
	key: Pick<PublicKey, 'bits'>,
	time: Date,
): CryptographicWeakness | undefined {
	const digest = 'digest' in algorithm ? weaknessOfDigest(policy, algorithm.digest, time) : undefined;
	return digest ?? weaknessOfKey(policy, algorithm, key, time);
}

export function weaknessOfDigest(
	policy: ValidationPolicy,
	digest: Digest,
	time: Date,
): CryptographicWeakness | undefined {
	const until = policy.digests.get(digest);
	if (until === 'always') return undefined;
	return until !== undefined && time < until ? undefined : { what: digest.toUpperCase(), until };
}

function weaknessOfKey(
	policy: ValidationPolicy,
	algorithm: SignatureAlgorithm,
	key: Pick<PublicKey, 'bits'>,
	time: Date,
): CryptographicWeakness | undefined {
	const family = familyOf(algorithm);
	const { bits } = key;
	const limit = policy.keys[family].findLast((candidate) => candidate.bits <= bits);
	if (limit && (limit.until === undefined || time < limit.until)) return undefined;
	return { what: `${family.toUpperCase()} with ${bits} bits`, until: limit?.until };
}

function familyOf(algorithm: SignatureAlgorithm): KeyFamily {
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
		case 'rsa-pss':
			return 'rsa';
		case 'ecdsa':
		case 'dsa':
			return algorithm.kind;
		case 'ed25519':
		case 'ed448':
			return 'eddsa';
		default:
			return assertNever(algorithm);
	}
}
