/** Format, identification and cryptographic verification of one signed object (EN 319 102-1 §5.2.2, 5.2.3, 5.2.7). */

import type { EmbeddedTimestamp, SignedObject } from '../facts/signatureFacts.ts';
import { weaknessOf, weaknessOfDigest } from '../policy/cryptography.ts';
import type { ValidationPolicy } from '../policy/policy.ts';
import { type Conclusion, type Finding, passed, type SubIndication } from './verdict.ts';

type Judged = Pick<SignedObject, 'facts' | 'timestampingPurpose' | 'imprint'>;

/** What arithmetic alone decides; passed means that the certificate remains to be judged. */
export function judgeObject({ facts, timestampingPurpose, imprint }: Judged): Conclusion {
	if (imprint === 'differs') return failed('HASH_FAILURE', 'imprint-differs', 'The timestamp is for other data.');
	if (facts.messageDigest === 'differs')
		return failed('HASH_FAILURE', 'digest-differs', 'The signed data was altered: its digest is another one.');
	if (!facts.certificate)
		return open('NO_SIGNING_CERTIFICATE_FOUND', 'certificate-missing', 'The certificate of the signer is not there.');
	if (facts.signature === 'invalid')
		return failed(
			'SIG_CRYPTO_FAILURE',
			'signature-invalid',
			'The signature was not made by the key of its certificate.',
		);
	if (facts.messageDigest === 'content-missing')
		return open('SIGNED_DATA_NOT_FOUND', 'content-missing', 'What was signed is not there.');
	if (facts.messageDigest === 'absent')
		return failed('SIG_CRYPTO_FAILURE', 'digest-missing', 'The signature does not say what it is over.');
	if (
		facts.signature === 'unverifiable' ||
		facts.messageDigest === 'unknown-algorithm' ||
		imprint === 'unknown-algorithm'
	)
		return failed(
			'SIG_CRYPTO_FAILURE',
			'algorithm-unknown',
			'The signature uses an algorithm that cannot be checked here.',
		);
	if (facts.contentType === 'differs' || facts.contentType === 'absent')
		return failed('SIG_CRYPTO_FAILURE', 'content-type-differs', 'The signature is for content of another type.');
	if (facts.signingCertificate === 'differs' || facts.signingCertificate === 'malformed')
		return open(
			'SIG_CONSTRAINTS_FAILURE',
			'certificate-differs',
			'The signature names another certificate than the one it verifies with.',
		);
	if (timestampingPurpose === 'absent' || timestampingPurpose === 'not-alone')
		return open(
			'CHAIN_CONSTRAINTS_FAILURE',
			'certificate-purpose',
			'The timestamp was signed with a certificate that is not made for timestamps.',
		);
	return judgeUsage(facts, timestampingPurpose);
}

function judgeUsage({ certificate }: Judged['facts'], purpose: Judged['timestampingPurpose']): Conclusion {
	const usage = certificate?.keyUsage;
	const maySign = usage === undefined || usage.has('digitalSignature') || usage.has('nonRepudiation');
	if (maySign || purpose !== undefined) return passed;
	return open('CHAIN_CONSTRAINTS_FAILURE', 'key-usage', 'The certificate is not made for signatures.');
}

/** Algorithms of the signature itself at the earliest proved time (§5.2.8); undefined where they hold. */
export function judgeAlgorithms(
	{ facts }: Pick<Judged, 'facts'>,
	policy: ValidationPolicy,
	time: Date,
): Conclusion | undefined {
	const { certificate, signatureAlgorithm, digestAlgorithm } = facts;
	if (!certificate || !signatureAlgorithm) return undefined;
	const weakness =
		weaknessOf(policy, signatureAlgorithm, certificate.publicKey, time) ??
		(digestAlgorithm ? weaknessOfDigest(policy, digestAlgorithm, time) : undefined);
	if (!weakness) return undefined;
	const since = weakness.until ? ` since ${weakness.until.toISOString().slice(0, 10)}` : '';
	return open(
		weakness.until ? 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' : 'CRYPTO_CONSTRAINTS_FAILURE',
		'algorithm-weak',
		`The signature uses ${weakness.what}, not to be relied on${since}.`,
	);
}

/** What a person may want to know about an object that passed. */
export function objectWarnings({ facts, timestampingPurpose }: Judged): readonly Finding[] {
	const warnings: Finding[] = [];
	if (facts.signingCertificate === 'absent')
		warnings.push({
			code: 'signing-certificate-attribute-missing',
			message:
				'The signature does not name its certificate, so another one for the same key could be put in its place.',
		});
	if (facts.signingCertificate === 'issuer-serial-differs')
		warnings.push({
			code: 'signing-certificate-hint-differs',
			message: 'The signature names its certificate by digest rightly, and by issuer and serial number wrongly.',
		});
	if (timestampingPurpose === 'not-critical')
		warnings.push({
			code: 'timestamping-purpose-not-critical',
			message: 'The certificate of the timestamp authority does not mark its purpose as critical.',
		});
	return warnings;
}

/** The arithmetic of a timestamp inside a signature, in the shape {@link judgeObject} takes. */
export const embeddedObject = ({ facts }: EmbeddedTimestamp): Judged => ({
	facts,
	timestampingPurpose: facts.timestampingPurpose,
	imprint: facts.imprint,
});

export function failed(subIndication: SubIndication, code: string, message: string): Conclusion {
	return { indication: 'TOTAL-FAILED', subIndication, errors: [{ code, message }] };
}

export function open(subIndication: SubIndication, code: string, message: string): Conclusion {
	return { indication: 'INDETERMINATE', subIndication, errors: [{ code, message }] };
}
