/** What a certificate allows its key to do now, and how. */
import { decodePssParameters } from '../pki/algorithmIdentifier.ts';
import { Certificate } from '../pki/certificate.ts';
import type { DocumentDigest, SigningAlgorithm, SigningDigest } from '../ports/algorithms.ts';
import type { Signer } from '../ports/signer.ts';
import { TokenError } from '../ports/tokenError.ts';
import { SigningError } from './signingError.ts';

/** RSA keys shorter than this are refused (TS 119 312 §8.4 asks for more by now; cards in the field have this). */
const MINIMUM_RSA_BITS = 1024;

/** By the bytes that a signer hands out: they are the same for each of a thousand files. */
const parsed = new WeakMap<Uint8Array, Certificate>();

/** The certificate whose key a signer holds. @throws {CertificateError} */
export function certificateOf({ certificate: bytes }: Pick<Signer, 'certificate'>): Certificate {
	const known = parsed.get(bytes) ?? Certificate.parse(bytes);
	parsed.set(bytes, known);
	return known;
}

/**
 * Refuses a certificate that gives no sound signature at this time, before its key is used.
 *
 * @throws {SigningError} `certificate-expired`, `certificate-not-yet-valid`, `certificate-not-for-signing`.
 */
export function checkSignerCertificate(certificate: Certificate, now: Date): void {
	const subject = certificate.subject.text;
	if (now < certificate.notBefore) {
		throw new SigningError(
			'certificate-not-yet-valid',
			`the certificate of ${subject} is not valid before ${certificate.notBefore.toISOString()}`,
			{ subject },
		);
	}
	if (now > certificate.notAfter) {
		throw new SigningError(
			'certificate-expired',
			`the certificate of ${subject} expired at ${certificate.notAfter.toISOString()}`,
			{ subject },
		);
	}
	const usage = certificate.keyUsage;
	if (usage && !usage.has('digitalSignature') && !usage.has('nonRepudiation')) {
		throw new SigningError('certificate-not-for-signing', `the certificate of ${subject} is not meant for signatures`, {
			subject,
		});
	}
}

/**
 * The algorithm for a key: the digest asked for, PSS where the certificate demands it, the caller wants it, or the key's
 * holder gives nothing else.
 *
 * @throws {SigningError} `algorithm-unsuitable`, `certificate-unusable`.
 */
export function chooseAlgorithm(
	certificate: Certificate,
	digest: SigningDigest,
	pss: boolean,
	signer?: Pick<Signer, 'supports'>,
): SigningAlgorithm {
	const { kind, bits } = certificate.publicKey;
	if (pss && kind !== 'rsa' && kind !== 'rsa-pss') {
		throw new SigningError('algorithm-unsuitable', 'PSS is for RSA keys, and this certificate has none');
	}
	switch (kind) {
		case 'rsa':
			if (bits < MINIMUM_RSA_BITS) {
				throw new SigningError('certificate-unusable', `an RSA key of ${bits} bits is too weak to sign with`);
			}
			return pss || signsWithPssAlone(signer, digest) ? pssWith(digest) : { kind: 'rsa-pkcs1', digest };
		case 'rsa-pss':
			return pssOf(certificate, digest);
		case 'ec':
			return { kind: 'ecdsa', digest };
		case 'ed25519':
		case 'ed448':
			return { kind };
		case 'dsa':
		case 'unknown':
			throw new SigningError('certificate-unusable', 'keys of this kind are not signed with');
	}
}

/**
 * Whether a key that refused an algorithm, which its token lists, is to be asked by another now that this is known.
 *
 * @param refused the algorithm that was tried.
 */
export function hasOtherAlgorithm(
	error: unknown,
	refused: SigningAlgorithm,
	signer: Signer,
	wanted: { readonly digest: SigningDigest; readonly pss?: boolean | undefined },
): boolean {
	if (!(error instanceof TokenError) || error.code !== 'mechanism-missing') return false;
	return chooseAlgorithm(certificateOf(signer), wanted.digest, wanted.pss ?? false, signer).kind !== refused.kind;
}

function signsWithPssAlone(signer: Pick<Signer, 'supports'> | undefined, digest: SigningDigest): boolean {
	if (signer?.supports === undefined) return false;
	return !signer.supports({ kind: 'rsa-pkcs1', digest }) && signer.supports(pssWith(digest));
}

/** The digest of the document that goes with an algorithm: EdDSA brings its own (RFC 8419 §2.3). */
export function documentDigest(algorithm: SigningAlgorithm, wanted: SigningDigest): DocumentDigest {
	switch (algorithm.kind) {
		case 'ed25519':
			return 'sha512';
		case 'ed448':
			return 'shake256';
		default:
			return wanted;
	}
}

const saltLengths: Readonly<Record<SigningDigest, number>> = { sha256: 32, sha384: 48, sha512: 64 };

const pssWith = (digest: SigningDigest): SigningAlgorithm => ({
	kind: 'rsa-pss',
	digest,
	mgfDigest: digest,
	saltLength: saltLengths[digest],
});

/** An id-RSASSA-PSS key may bind its digest and a minimum salt (RFC 4055 §3.3). */
function pssOf(certificate: Certificate, wanted: SigningDigest): SigningAlgorithm {
	const parameters = certificate.publicKey.pssParameters;
	if (!parameters) return pssWith(wanted);
	const bound = decodePssParameters(parameters);
	const digest = signingDigest(bound.digest);
	const mgfDigest = signingDigest(bound.mgfDigest);
	if (!digest || !mgfDigest) {
		throw new SigningError(
			'certificate-unusable',
			`the certificate binds its key to ${bound.digest}, which is too weak`,
		);
	}
	return { kind: 'rsa-pss', digest, mgfDigest, saltLength: Math.max(bound.saltLength, saltLengths[digest]) };
}

const signingDigest = (digest: string): SigningDigest | undefined =>
	(['sha256', 'sha384', 'sha512'] as const).find((one) => one === digest);
