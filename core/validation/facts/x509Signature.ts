/** `adbe.x509.rsa_sha1`: a bare PKCS #1 value beside certificates in the dictionary (ISO 32000-1, 12.8.3.2). */
import { PdfArray, PdfString } from '../../pdf/objects.ts';
import type { SignatureDictionary } from '../../pdf/signatureDictionary.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import { DerError, DerReader } from '../../pki/der.ts';
import { verifyDigestSignature } from '../../pki/signature.ts';
import type { SignatureAlgorithm } from '../../ports/algorithms.ts';
import type { EvidenceReader } from './evidenceReader.ts';
import type { RangeDigests } from './rangeDigest.ts';
import { carryingNothing } from './readCms.ts';
import type { SignedObject } from './signatureFacts.ts';

const algorithm: SignatureAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha1' };

/** Undefined where value or certificate cannot be read. */
export function readX509Signature(
	dictionary: SignatureDictionary,
	contents: Uint8Array,
	covered: RangeDigests,
	reader: EvidenceReader,
): SignedObject | undefined {
	const value = readValue(contents);
	const entry = dictionary.dict.get('Cert');
	const strings = entry instanceof PdfArray ? [...entry] : [entry];
	const encoded = strings.flatMap((item) => (item instanceof PdfString ? [item.bytes] : []));
	const certificates = reader.certificates(encoded);
	const [certificate] = certificates;
	if (!value || !certificate) return undefined;
	return {
		signedData: undefined,
		signer: undefined,
		facts: {
			certificate,
			digestAlgorithm: 'sha1',
			signatureAlgorithm: algorithm,
			messageDigest: 'no-attributes',
			contentType: 'no-attributes',
			signingCertificate: 'absent',
			signature: check(certificate.spki, covered.digest('sha1'), value),
		},
		token: undefined,
		imprint: 'matches',
		timestampingPurpose: undefined,
		certificates,
		...carryingNothing,
	};
}

/** The value is wrapped in an OCTET STRING, and the gap is filled up with zeros behind it. */
function readValue(contents: Uint8Array): Uint8Array | undefined {
	try {
		return new DerReader(contents).next().octets();
	} catch (error) {
		if (error instanceof DerError) return undefined;
		throw error;
	}
}

function check(spki: Uint8Array, digest: Uint8Array, value: Uint8Array): 'valid' | 'invalid' | 'unverifiable' {
	try {
		return verifyDigestSignature(spki, algorithm, digest, value) ? 'valid' : 'invalid';
	} catch (error) {
		if (error instanceof CertificateError || error instanceof DerError) return 'unverifiable';
		throw error;
	}
}
