/** Algorithms as CMS objects of others name them: an unknown one is a fact about the object, not an error. */
import { decodeDigestAlgorithm, decodeSignatureAlgorithm } from '../pki/algorithmIdentifier.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { type DerElement, DerError } from '../pki/der.ts';
import type { Digest, SignatureAlgorithm } from '../ports/algorithms.ts';

/** The digest an AlgorithmIdentifier names; undefined where we do not know it. */
export function knownDigest(identifier: DerElement): Digest | undefined {
	return orUndefined(() => decodeDigestAlgorithm(identifier));
}

/** The signature algorithm an AlgorithmIdentifier names; `digest` serves where it names only a kind of key. */
export function knownSignatureAlgorithm(
	identifier: DerElement,
	digest: Digest | undefined,
): SignatureAlgorithm | undefined {
	return orUndefined(() => decodeSignatureAlgorithm(identifier, digest));
}

function orUndefined<T>(decode: () => T): T | undefined {
	try {
		return decode();
	} catch (error) {
		if (error instanceof CertificateError || error instanceof DerError) return undefined;
		throw error;
	}
}
