import { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import { Crl } from '../../pki/crl.ts';
import { OcspResponse } from '../../pki/ocspResponse.ts';

/** Each that can be read; what others put beside it is of no use and no harm. */
export function parseCertificates(encoded: readonly Uint8Array[]): readonly Certificate[] {
	return encoded.flatMap((bytes) => readable(() => parseWhole(bytes)));
}

/** Damage shows here, where it can be left out, and not in the middle of a judgement. */
function parseWhole(bytes: Uint8Array): Certificate {
	const certificate = Certificate.parse(bytes);
	certificate.checkReadable();
	return certificate;
}

export function parseCrls(encoded: readonly Uint8Array[]): readonly Crl[] {
	return encoded.flatMap((bytes) => readable(() => Crl.parse(bytes)));
}

export function parseOcspResponses(encoded: readonly Uint8Array[]): readonly OcspResponse[] {
	return encoded.flatMap((bytes) => readable(() => OcspResponse.parse(bytes)));
}

/** The value in a list of one, or none where the data is damaged. */
export function readable<Value>(read: () => Value): readonly Value[] {
	try {
		return [read()];
	} catch (error) {
		if (error instanceof CertificateError) return [];
		throw error;
	}
}
