/** How much a signature is worth in law, as far as the certificate alone shows it (EN 319 412-5, TS 119 615). */
import type { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import { DerError, readDer, Tag } from '../../pki/der.ts';

export type Qualification = 'qualified' | 'advanced-qc' | 'advanced';

const qcCompliance = '0.4.0.1862.1.1';
const qcType = '0.4.0.1862.1.6';
/** Of a person, of an organisation. */
const signatureAndSeal: readonly string[] = ['0.4.0.1862.1.6.1', '0.4.0.1862.1.6.2'];

/** Whether a trusted list says that the service was granted and the certificate qualified at a time. */
export type QualifiedService = (certificate: Certificate, issuer: Certificate | undefined, time: Date) => boolean;

/**
 * What a signature that passed is called.
 *
 * `qualified` needs a trusted list: a certificate's own word is not enough (TS 119 615 §4.4). Without one, a certificate
 * that states to be qualified makes it `advanced-qc`.
 */
export function qualify(
	certificate: Certificate,
	issuer: Certificate | undefined,
	time: Date,
	isQualifiedService: QualifiedService | undefined,
): Qualification {
	const statements = statementsOf(certificate);
	if (!statements.compliant || !statements.forSigning) return 'advanced';
	return statements.device && isQualifiedService?.(certificate, issuer, time) ? 'qualified' : 'advanced-qc';
}

const qcDevice = '0.4.0.1862.1.4';

function statementsOf(certificate: Certificate): { compliant: boolean; device: boolean; forSigning: boolean } {
	try {
		const statements = certificate.qcStatements;
		const types = statements.filter(({ oid }) => oid === qcType).flatMap(({ info }) => (info ? typesIn(info) : []));
		return {
			compliant: statements.some(({ oid }) => oid === qcCompliance),
			device: statements.some(({ oid }) => oid === qcDevice),
			// EN 319 412-5 §4.2.3: without the statement it is a certificate for signatures.
			forSigning: types.length === 0 || types.some((type) => signatureAndSeal.includes(type)),
		};
	} catch (error) {
		if (error instanceof CertificateError || error instanceof DerError)
			return { compliant: false, device: false, forSigning: false };
		throw error;
	}
}

const typesIn = (info: Uint8Array): readonly string[] =>
	[...readDer(info, Tag.sequence).read().rest()].map((element) => element.oid());
