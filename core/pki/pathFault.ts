import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';

export type PathFaultCode =
	| 'signature-invalid'
	| 'algorithm-unknown'
	| 'malformed'
	| 'not-yet-valid'
	| 'expired'
	| 'name-chaining'
	| 'not-an-authority'
	| 'path-too-long'
	| 'key-usage'
	| 'name-constraints'
	| 'policy'
	| 'critical-extension'
	| 'revoked'
	| 'revocation-unknown';

/** Why a path does not hold. */
export interface PathFault {
	readonly code: PathFaultCode;
	/** The certificate at fault. */
	readonly certificate: Certificate;
	/** One sentence in English. */
	readonly explanation: string;
}

/** Runs checks of one certificate; what in it is damaged or unknown becomes a fault of it. */
export function withFaults(certificate: Certificate, faults: PathFault[], check: () => void): void {
	try {
		check();
	} catch (error) {
		if (!(error instanceof CertificateError)) throw error;
		const unknown = error.code === 'algorithm-unknown' || error.code === 'key-unsupported';
		faults.push({ code: unknown ? 'algorithm-unknown' : 'malformed', certificate, explanation: error.message });
	}
}
