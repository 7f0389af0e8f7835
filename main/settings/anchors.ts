import { loadTrustAnchors, readValidationData } from '../../core/pki/validationData.ts';
import { ParaphError } from '../../core/ports/errors.ts';
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

/** DER of the certificates in a text. @throws {CertificateError} `certificates-unreadable` */
export function parseCertificates(text: string): readonly Uint8Array[] {
	return readValidationData(new TextEncoder().encode(text)).certificates.map(({ raw }) => raw);
}
