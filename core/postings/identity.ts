/** Whether a certificate is the signatory's: by the identifier in it, or because they enrolled it. */
import type { EnrolledCertificate } from './actor.ts';
import type { Sha256 } from './identifiers.ts';
import type { AssuranceLevel, IdentityMatch, IdentityRule } from './posting.ts';
import { PostingError } from './postingError.ts';

/** What of a certificate can identify its holder. */
export interface CertificateIdentity {
	/** Of the DER. */
	readonly sha256: Sha256;
	/** subject serialNumber (2.5.4.5) and organizationIdentifier (2.5.4.97), each with its attribute's name. */
	readonly identifiers: readonly { readonly attribute: string; readonly value: string }[];
}

/**
 * The rule and the values compared, which go into the signature object.
 *
 * Identifiers are compared as EN 319 412-1 §5.1.3 writes them, character by character: the same number of another country
 * or of another kind is another person.
 *
 * @param level that the posting and the step ask for: what was enrolled after a weaker login does not count.
 * @throws {PostingError} `certificate-not-the-signatorys`, `certificate-not-enrolled`
 */
export function matchIdentity(
	rule: IdentityRule,
	certificate: CertificateIdentity,
	enrolled: readonly EnrolledCertificate[],
	level: AssuranceLevel,
): IdentityMatch {
	if (rule.kind === 'identifier') {
		const found = certificate.identifiers.find(({ value }) => value === rule.identifier);
		if (found) return { rule: 'identifier', wanted: rule.identifier, found: found.value, attribute: found.attribute };
		const values = certificate.identifiers.map(({ value }) => value).join(', ');
		throw new PostingError(
			'certificate-not-the-signatorys',
			`the certificate carries ${values || 'no identifier'}, not the one the owner named`,
		);
	}
	const own = enrolled.find((one) => one.sha256 === certificate.sha256 && one.level >= level);
	if (own) return { rule: 'enrolled', wanted: own.sha256, found: certificate.sha256, enrolledAt: own.enrolledAt };
	throw new PostingError(
		'certificate-not-enrolled',
		`the certificate ${certificate.sha256} was not enrolled by the signatory at level ${level}`,
	);
}
