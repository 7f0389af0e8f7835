/** How large a SignedData becomes, known before it is made: the gap for `/Contents` is sized by it. */
import type { Certificate } from '../pki/certificate.ts';
import type { SigningAlgorithm } from '../ports/algorithms.ts';

/** Octets for what surrounds certificates, signature and token: headers, identifiers, attributes with SHA-512. */
const FRAME = 640;

export interface SizeInput {
	readonly certificate: Certificate;
	/** DER of the further certificates to carry. */
	readonly chain: readonly Uint8Array[];
	/** Octets of the signature value: {@link maximumSignatureSize}. */
	readonly signatureSize: number;
	/** Octets of the largest token seen from the TSA, 0 without timestamp. */
	readonly timestampSize: number;
	/** Octets of CRLs and responses to carry. */
	readonly revocationSize?: number | undefined;
}

/** An upper bound, in octets, of the DER that {@link buildSignedData} makes of the same. */
export function maximumSignedDataSize(input: SizeInput): number {
	const { raw, issuerRaw } = input.certificate;
	const certificates = [raw, ...input.chain].reduce((sum, certificate) => sum + certificate.length, 0);
	return (
		FRAME +
		certificates +
		// Once in the SignerInfo and once in the ESSCertIDv2.
		2 * issuerRaw.length +
		input.signatureSize +
		input.timestampSize +
		(input.revocationSize ?? 0)
	);
}

/** The longest value an algorithm gives, in octets. @param keyBits modulus or field size. */
export function maximumSignatureSize(algorithm: SigningAlgorithm, keyBits: number): number {
	const octets = Math.ceil(keyBits / 8);
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
		case 'rsa-pss':
			return octets;
		case 'ecdsa':
			// SEQUENCE of two INTEGERs, each perhaps with a leading zero.
			return 2 * (octets + 5) + 4;
		case 'ed25519':
			return 64;
		case 'ed448':
			return 114;
	}
}
