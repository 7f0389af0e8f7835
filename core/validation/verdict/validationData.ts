/**
 * Whether a file holds what B-LT asks for: data on every certificate that matters (EN 319 142-1 §6.3, `(h)` and `(j)`; EN 319
 * 132-1 §6.3).
 */
import type { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import type { CertificatePool } from '../../pki/certificatePool.ts';
import { issuersOf } from '../../pki/issuerSearch.ts';
import { needsNoRevocation } from '../../pki/pathRevocation.ts';
import type { DocumentFacts } from '../facts/documentFacts.ts';
import type { Evidence } from '../facts/evidence.ts';

const longestPath = 16;

/**
 * Whether there is data on all users and on those above them, up to what is trusted or self-signed.
 *
 * @param users certificates of the signer and of the authorities of timestamps.
 * @param isThere whether what lies at a place of the file counts.
 */
export function hasValidationData(
	users: readonly Certificate[],
	{ evidence }: DocumentFacts,
	anchors: CertificatePool,
	isThere: (place: number) => boolean,
): boolean {
	return users.every((user) =>
		[...pathOf(user, evidence, anchors)].every(
			([certificate, issuer]) =>
				needsNoRevocation(certificate) || placesOfData(certificate, issuer, evidence).some(isThere),
		),
	);
}

/** Each certificate that somebody else vouches for, with its issuer where that is at hand. */
function* pathOf(
	user: Certificate,
	{ pool }: Evidence,
	anchors: CertificatePool,
): Generator<readonly [certificate: Certificate, issuer: Certificate | undefined]> {
	let certificate: Certificate | undefined = user;
	for (let step = 0; step < longestPath && certificate !== undefined; step++) {
		if (anchors.has(certificate) || isSelfSigned(certificate)) return;
		const issuer: Certificate | undefined = issuersOf(certificate, anchors)[0] ?? issuersOf(certificate, pool)[0];
		yield [certificate, issuer];
		certificate = issuer;
	}
}

function isSelfSigned(certificate: Certificate): boolean {
	try {
		return certificate.isSelfSigned;
	} catch (error) {
		if (error instanceof CertificateError) return false;
		throw error;
	}
}

/** Of each piece of data in the file that is about the certificate. */
function placesOfData(
	certificate: Certificate,
	issuer: Certificate | undefined,
	evidence: Evidence,
): readonly number[] {
	const { crls, ocspResponses } = evidence.data;
	const about = [
		...crls.filter((crl) => crl.issuer.matches(certificate.issuer)),
		...ocspResponses.filter(({ basic }) => issuer && basic?.find(certificate, issuer) !== undefined),
	];
	return about.flatMap((source) => evidence.offsetsOf(source));
}
