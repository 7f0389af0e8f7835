import { ParaphError } from '../ports/errors.ts';

export type CertificateErrorCode =
	| 'certificate-malformed'
	| 'crl-malformed'
	| 'ocsp-malformed'
	| 'ocsp-wrong-nonce'
	| 'algorithm-unknown'
	| 'key-unsupported'
	| 'certificates-unreadable'
	| 'certificates-missing';

/** A certificate, CRL, OCSP response or key could not be used at all; what makes it *untrusted* is a verdict, not an error. */
export class CertificateError extends ParaphError {
	readonly code: CertificateErrorCode;

	constructor(
		code: CertificateErrorCode,
		message: string,
		options: { hint?: string | undefined; subject?: string | undefined; cause?: unknown } = {},
	) {
		super(message, { ...options, hint: options.hint ?? hints[code] });
		this.code = code;
	}
}

const hints: Record<CertificateErrorCode, string> = {
	'certificate-malformed': 'Ask whoever issued the certificate for an undamaged copy.',
	'crl-malformed': 'Fetch the revocation list anew from its issuer.',
	'ocsp-malformed': 'Ask the OCSP responder again, or use a revocation list.',
	'ocsp-wrong-nonce': 'Somebody may be replaying old answers; try again, or use a revocation list.',
	'algorithm-unknown': 'Paraph does not know this algorithm, so it cannot vouch for what was made with it.',
	'key-unsupported': 'Paraph cannot use keys of this kind, so it cannot vouch for what was signed with it.',
	'certificates-unreadable': 'Give a PEM or DER certificate, a .p7c/.p7b bundle, or a folder of them.',
	'certificates-missing': 'Check the path: it must name a file or folder that holds certificates.',
};
