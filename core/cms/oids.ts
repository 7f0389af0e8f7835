/** Content types (RFC 5652, RFC 5083, RFC 3161). */
export const ContentType = {
	data: '1.2.840.113549.1.7.1',
	signedData: '1.2.840.113549.1.7.2',
	authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
	timestampInfo: '1.2.840.113549.1.9.16.1.4',
} as const;

/** Attributes of a SignerInfo, signed and unsigned (RFC 5652 §11, RFC 5035, RFC 6211, EN 319 122-1). */
export const AttributeType = {
	contentType: '1.2.840.113549.1.9.3',
	messageDigest: '1.2.840.113549.1.9.4',
	signingTime: '1.2.840.113549.1.9.5',
	countersignature: '1.2.840.113549.1.9.6',
	signingCertificate: '1.2.840.113549.1.9.16.2.12',
	signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
	signaturePolicy: '1.2.840.113549.1.9.16.2.15',
	commitmentType: '1.2.840.113549.1.9.16.2.16',
	signerLocation: '1.2.840.113549.1.9.16.2.17',
	signerAttributes: '1.2.840.113549.1.9.16.2.18',
	signerAttributesV2: '0.4.0.19122.1.1',
	contentTimestamp: '1.2.840.113549.1.9.16.2.20',
	contentHints: '1.2.840.113549.1.9.16.2.4',
	mimeType: '0.4.0.1733.2.1',
	algorithmProtection: '1.2.840.113549.1.9.52',
	/** Adobe's revocation archive, a signed attribute (ISO 32000-1 §12.8.3.3.2). */
	revocationInfoArchival: '1.2.840.113583.1.1.8',
	signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
	completeCertificateReferences: '1.2.840.113549.1.9.16.2.21',
	completeRevocationReferences: '1.2.840.113549.1.9.16.2.22',
	certificateValues: '1.2.840.113549.1.9.16.2.23',
	revocationValues: '1.2.840.113549.1.9.16.2.24',
	/** Over references to validation data, and over them with the signature (TS 101 733 §6.3.5, §6.3.6). */
	referencesTimestamp: '1.2.840.113549.1.9.16.2.26',
	signatureAndReferencesTimestamp: '1.2.840.113549.1.9.16.2.25',
	archiveTimestampV2: '1.2.840.113549.1.9.16.2.48',
	longTermValidation: '0.4.0.1733.2.2',
	archiveTimestampV3: '0.4.0.1733.2.4',
	/** Of TS 101 733, and of EN 319 122-1 before its version 1.1.1. */
	atsHashIndex: '0.4.0.1733.2.5',
	atsHashIndexV2: '0.4.0.19122.1.4',
	atsHashIndexV3: '0.4.0.19122.1.5',
} as const;
