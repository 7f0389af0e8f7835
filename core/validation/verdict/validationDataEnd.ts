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

type Range = readonly [start: number, end: number];
const everywhere: Range = [0, Number.POSITIVE_INFINITY];

/**
 * @param users certificates of the signer and of the authorities of timestamps.
 * @param within offsets from which on and up to which it must lie.
 * @returns the offset that covers data on all of them and on those above them, up to what is trusted or self-signed;
 *   undefined where the file says nothing of one of them.
 */
export function validationDataEnd(
	users: readonly Certificate[],
	{ evidence }: DocumentFacts,
	anchors: CertificatePool,
	within: Range = everywhere,
): number | undefined {
	let end = 0;
	for (const user of users) {
		for (const [certificate, issuer] of pathOf(user, evidence, anchors)) {
			if (needsNoRevocation(certificate)) continue;
			const offset = offsetOfData(certificate, issuer, evidence, within);
			if (offset === undefined) return undefined;
			end = Math.max(end, offset);
		}
	}
	return end;
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

/** Of the earliest piece of data in the file that is about the certificate. */
function offsetOfData(
	certificate: Certificate,
	issuer: Certificate | undefined,
	evidence: Evidence,
	[start, end]: Range,
): number | undefined {
	const { crls, ocspResponses } = evidence.data;
	const about = [
		...crls.filter((crl) => crl.issuer.matches(certificate.issuer)),
		...ocspResponses.filter(({ basic }) => issuer && basic?.find(certificate, issuer) !== undefined),
	];
	const offsets = about
		.flatMap((source) => evidence.offsetsOf(source))
		.filter((offset) => offset >= start && offset < end);
	return offsets.length === 0 ? undefined : Math.min(...offsets);
}
