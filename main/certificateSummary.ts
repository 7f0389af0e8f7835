import type { Certificate } from '../core/pki/certificate.ts';
import type { PublicKey } from '../core/pki/publicKey.ts';
import type { CertificateSummary, Person } from '../preload/contract.ts';

/** Who a certificate speaks of, as the window names people. */
export function personOf(certificate: Certificate): Person {
	const { subject, issuer } = certificate;
	return {
		name: subject.displayName,
		organisation: subject.attribute(organisationName) ?? null,
		subject: subject.text,
		issuer: issuer.text,
		issuerName: issuer.displayName,
		serial: certificate.serialNumber.toLowerCase(),
	};
}

/** id-at-organizationName. */
const organisationName = '2.5.4.10';

export function certificateSummary(certificate: Certificate): CertificateSummary {
	return {
		...personOf(certificate),
		notBefore: certificate.notBefore.toISOString(),
		notAfter: certificate.notAfter.toISOString(),
		key: keyText(certificate.publicKey),
		sha256: certificate.fingerprint.toLowerCase(),
		purposes: purposesOf(certificate),
	};
}

function keyText(key: PublicKey): string {
	switch (key.kind) {
		case 'rsa':
			return `RSA ${key.bits}`;
		case 'rsa-pss':
			return `RSA-PSS ${key.bits}`;
		case 'ec':
			return `ECDSA ${key.curve?.name ?? ''}`.trim();
		case 'ed25519':
			return 'Ed25519';
		case 'ed448':
			return 'Ed448';
		case 'dsa':
			return `DSA ${key.bits}`;
		case 'unknown':
			return key.algorithm;
	}
}

/** A certificate that restricts nothing is for everything: said as nothing in particular. */
function purposesOf({ keyUsage }: Certificate): readonly string[] {
	if (!keyUsage) return [];
	return [
		...(keyUsage.has('nonRepudiation') ? ['non-repudiation'] : []),
		...(keyUsage.has('digitalSignature') ? ['sign'] : []),
		...(keyUsage.has('keyEncipherment') || keyUsage.has('dataEncipherment') ? ['encrypt'] : []),
	];
}
