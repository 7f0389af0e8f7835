import type { Digest } from '../ports/algorithms.ts';

/** RFC 5754, RFC 8702, NIST CSOR. */
export const digestOids: Record<Digest, string> = {
	md5: '1.2.840.113549.2.5',
	sha1: '1.3.14.3.2.26',
	ripemd160: '1.3.36.3.2.1',
	sha224: '2.16.840.1.101.3.4.2.4',
	sha256: '2.16.840.1.101.3.4.2.1',
	sha384: '2.16.840.1.101.3.4.2.2',
	sha512: '2.16.840.1.101.3.4.2.3',
	'sha3-256': '2.16.840.1.101.3.4.2.8',
	'sha3-384': '2.16.840.1.101.3.4.2.9',
	'sha3-512': '2.16.840.1.101.3.4.2.10',
	shake256: '2.16.840.1.101.3.4.2.12',
};

/** Kinds of public key (RFC 3279, RFC 4055, RFC 5480, RFC 8410). */
export const keyOids = {
	rsa: '1.2.840.113549.1.1.1',
	rsaPss: '1.2.840.113549.1.1.10',
	ec: '1.2.840.10045.2.1',
	dsa: '1.2.840.10040.4.1',
	ed25519: '1.3.101.112',
	ed448: '1.3.101.113',
} as const;

export const mgf1Oid = '1.2.840.113549.1.1.8';

/** Certificate and CRL extensions (RFC 5280 §4.2, §5.2, §5.3; RFC 3739; RFC 6960). */
export const extensionOids = {
	subjectKeyIdentifier: '2.5.29.14',
	keyUsage: '2.5.29.15',
	subjectAltName: '2.5.29.17',
	issuerAltName: '2.5.29.18',
	basicConstraints: '2.5.29.19',
	crlNumber: '2.5.29.20',
	reasonCode: '2.5.29.21',
	invalidityDate: '2.5.29.24',
	deltaCrlIndicator: '2.5.29.27',
	issuingDistributionPoint: '2.5.29.28',
	certificateIssuer: '2.5.29.29',
	nameConstraints: '2.5.29.30',
	crlDistributionPoints: '2.5.29.31',
	certificatePolicies: '2.5.29.32',
	policyMappings: '2.5.29.33',
	authorityKeyIdentifier: '2.5.29.35',
	policyConstraints: '2.5.29.36',
	extendedKeyUsage: '2.5.29.37',
	freshestCrl: '2.5.29.46',
	inhibitAnyPolicy: '2.5.29.54',
	/** RFC 9608: no revocation information is published. */
	noRevocationAvailable: '2.5.29.56',
	expiredCertsOnCrl: '2.5.29.60',
	authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
	qcStatements: '1.3.6.1.5.5.7.1.3',
	ocspNonce: '1.3.6.1.5.5.7.48.1.2',
	ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
	/** ETSI EN 319 412-1 §5.2: validity assured, short term. */
	validityAssuredShortTerm: '0.4.0.194121.2.1',
} as const;

/** Extended key usages (RFC 5280 §4.2.1.12, RFC 9336). */
export const keyPurposes = {
	any: '2.5.29.37.0',
	serverAuth: '1.3.6.1.5.5.7.3.1',
	clientAuth: '1.3.6.1.5.5.7.3.2',
	codeSigning: '1.3.6.1.5.5.7.3.3',
	emailProtection: '1.3.6.1.5.5.7.3.4',
	timeStamping: '1.3.6.1.5.5.7.3.8',
	ocspSigning: '1.3.6.1.5.5.7.3.9',
	documentSigning: '1.3.6.1.5.5.7.3.36',
} as const;

export const anyPolicy = '2.5.29.32.0';
