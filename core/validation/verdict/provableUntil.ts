import type { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import type { CertificateVerdict } from './certificateVerdict.ts';
import type { TimestampVerdict } from './verdict.ts';

/** The first expiry in the path that the newest proof rests on: until then nothing needs to be renewed. */
export function provableUntil(
	chain: CertificateVerdict | undefined,
	timestamps: readonly TimestampVerdict[],
): Date | undefined {
	const holding = timestamps.find(({ indication }) => indication === 'TOTAL-PASSED');
	const path = holding ? holding.chain : (chain?.path ?? []);
	return path.slice(0, Math.max(1, path.length - 1)).reduce<Date | undefined>((first, certificate) => {
		const end = expiry(certificate);
		return end && (!first || end < first) ? end : first;
	}, undefined);
}

function expiry(certificate: Certificate): Date | undefined {
	try {
		return certificate.notAfter;
	} catch (error) {
		if (error instanceof CertificateError) return undefined;
		throw error;
	}
}
