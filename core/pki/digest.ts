import { createHash, type Hash } from 'node:crypto';
import type { Digest } from '../ports/algorithms.ts';
import { portableDigest, type RunningDigest, running } from './portableDigest.ts';

export type { RunningDigest };

/** Octets of each digest; SHAKE256 as CMS uses it, with 512 bits (RFC 8702 §3.1). */
export const digestLength: Record<Digest, number> = {
	md5: 16,
	sha1: 20,
	ripemd160: 20,
	sha224: 28,
	sha256: 32,
	sha384: 48,
	sha512: 64,
	'sha3-256': 32,
	'sha3-384': 48,
	'sha3-512': 64,
	shake256: 64,
};

/** The digest of the parts, one after another. */
export function digest(algorithm: Digest, ...parts: readonly Uint8Array[]): Uint8Array {
	const begun = startDigest(algorithm);
	for (const part of parts) begun.update(part);
	return begun.finish();
}

/** Begins a digest: OpenSSL's where it has the algorithm, otherwise (Electron's BoringSSL) the portable one. */
export function startDigest(algorithm: Digest): RunningDigest {
	const hash = nodeHash(algorithm);
	if (hash === undefined) return portableDigest(algorithm);
	return running(hash, (one) => one.copy(optionsOf(algorithm)));
}

/** What has no length of its own is told one. */
const optionsOf = (algorithm: Digest) =>
	algorithm === 'shake256' ? { outputLength: digestLength.shake256 } : undefined;

function nodeHash(algorithm: Digest): Hash | undefined {
	try {
		return createHash(algorithm, optionsOf(algorithm));
	} catch {
		return undefined;
	}
}
