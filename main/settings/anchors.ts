import { type CurrentTrust, currentTrust, type TrustSetup } from '../../core/pki/trustedLists/currentTrust.ts';
import { loadTrustAnchors, readValidationData } from '../../core/pki/validationData.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { ParaphError } from '../../core/ports/errors.ts';
import type { Fetcher } from '../../core/ports/fetcher.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';

/** The anchors in files and folders. One path that cannot be read costs its own anchors and no others. */
export function readAnchors(paths: readonly string[]): readonly TrustAnchor[] {
	return paths.flatMap((path) => {
		try {
			return loadTrustAnchors([path]);
		} catch (error) {
			if (error instanceof ParaphError) return [];
			throw error;
		}
	});
}

/** What trusted lists vouch for; what is wrong with one leaves the anchors as they are. */
export async function readListed(
	setup: TrustSetup,
	fetcher: Fetcher | undefined,
): Promise<Pick<CurrentTrust, 'anchors' | 'lists'>> {
	try {
		return await currentTrust(setup, fetcher, systemClock);
	} catch (error) {
		if (error instanceof ParaphError) return { anchors: [], lists: undefined };
		throw error;
	}
}

/** DER of the certificates in a text. @throws {CertificateError} `certificates-unreadable` */
export function parseCertificates(text: string): readonly Uint8Array[] {
	return readValidationData(new TextEncoder().encode(text)).certificates.map(({ raw }) => raw);
}
