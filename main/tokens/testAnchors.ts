import { Certificate } from '../../core/pki/certificate.ts';
import { CertificatePool } from '../../core/pki/certificatePool.ts';
import { buildPaths } from '../../core/pki/pathBuilding.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';

/**
 * Whether a certificate leads to an anchor that was made for trying out, by what is at hand: the token's own
 * certificates and the configured anchors. Nothing is fetched; validation says it for certain later.
 */
export function restsOnTestAnchor(
	certificate: Certificate,
	others: readonly Certificate[],
	anchors: readonly TrustAnchor[],
	time: Date,
): boolean {
	const tests = new CertificatePool(
		anchors.filter(({ test }) => test).map((one) => Certificate.parse(one.certificate)),
	);
	const [path] = buildPaths(certificate, new CertificatePool(others), tests, time);
	return path !== undefined;
}
