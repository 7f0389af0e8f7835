/** How a signature is named to a remote service (v2 §11.10, v1.0.4 §11.9). */
import { encodeSignatureAlgorithm } from '../../core/pki/algorithmIdentifier.ts';
import { readDer } from '../../core/pki/der.ts';
import { digestOids, keyOids } from '../../core/pki/objectIdentifiers.ts';
import type { SigningAlgorithm, SigningDigest } from '../../core/ports/algorithms.ts';

export interface RemoteAlgorithm {
	readonly digest: SigningDigest;
	/** OID, one of the credential's. */
	readonly signAlgo: string;
	/** OID of the digest, where `signAlgo` does not say it. */
	readonly hashAlgorithm: string | undefined;
	/** Base64 of DER. */
	readonly signAlgoParams: string | undefined;
}

/**
 * @param offered OIDs of `key/algo`: of signature algorithms, or of a kind of key that signs with any digest.
 * @returns undefined where the service does not sign so. EdDSA is among it (see `remoteCertificateProblems`).
 */
export function remoteAlgorithm(
	offered: ReadonlySet<string>,
	algorithm: SigningAlgorithm,
): RemoteAlgorithm | undefined {
	if (algorithm.kind === 'ed25519' || algorithm.kind === 'ed448') return undefined;
	const { digest } = algorithm;
	const identifier = readDer(encodeSignatureAlgorithm(algorithm)).read();
	const signAlgo = identifier.next().oid();
	if (algorithm.kind === 'rsa-pss') {
		if (!offered.has(signAlgo)) return undefined;
		const signAlgoParams = Buffer.from(identifier.next().raw).toString('base64');
		return { digest, signAlgo, hashAlgorithm: digestOids[digest], signAlgoParams };
	}
	if (offered.has(signAlgo)) return { digest, signAlgo, hashAlgorithm: undefined, signAlgoParams: undefined };
	const ofKey = algorithm.kind === 'ecdsa' ? keyOids.ec : keyOids.rsa;
	if (!offered.has(ofKey)) return undefined;
	return { digest, signAlgo: ofKey, hashAlgorithm: digestOids[digest], signAlgoParams: undefined };
}
