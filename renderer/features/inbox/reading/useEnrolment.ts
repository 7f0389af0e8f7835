import { useCallback } from 'react';
import type { EnrolledCertificate, Identity, Posting } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import { useFresh } from '../useFresh.ts';

const notNeeded = { ok: true, value: null } as const;

/** Whether the service would know the person by the certificate that is chosen. */
export function useEnrolment(
	posting: Posting,
	chosen: Identity | null,
): {
	/** It is certain to be refused, until it is enrolled. Where the service cannot be asked, nothing is certain. */
	readonly missing: boolean;
	take(certificates: readonly EnrolledCertificate[]): void;
} {
	const { bridge } = useDesk();
	const { byEnrolled, assurance } = posting;
	const { reply, take } = useFresh<readonly EnrolledCertificate[] | null>(
		useCallback(async () => (byEnrolled ? bridge.account.certificates() : notNeeded), [bridge, byEnrolled]),
	);
	const enrolled = reply?.ok ? reply.value : null;
	const missing =
		chosen !== null &&
		enrolled !== null &&
		!enrolled.some((one) => one.sha256 === chosen.certificate.sha256 && one.assurance >= assurance);
	return { missing, take };
}
