/** Login with a card: the client signs hash(origin)‖hash(nonce) with the authentication certificate. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Certificate } from '../../core/pki/certificate.ts';
import { CertificateError } from '../../core/pki/certificateError.ts';
import { CertificatePool } from '../../core/pki/certificatePool.ts';
import { keyPurposes } from '../../core/pki/objectIdentifiers.ts';
import type { PathResearch } from '../../core/pki/pathResearch.ts';
import { verifySignature } from '../../core/pki/signature.ts';
import type { SignatureAlgorithm, SigningDigest } from '../../core/ports/algorithms.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { assertNever } from '../../core/ports/errors.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import { toInstant } from '../../core/postings/identifiers.ts';
import { type AssuranceLevel, assuranceLevel, email, semanticIdentifier } from '../../core/postings/posting.ts';
import type { Challenge, ChallengeAlgorithm, ChallengeAnswer, TenantRole } from '../../core/postings/protocol/auth.ts';
import type { Tenant } from '../keys/tenant.ts';
import { AuthError } from './authError.ts';
import type { Challenges } from './challenges.ts';
import type { Claims } from './people.ts';

/** Milliseconds to find the card, and to enter the PIN. */
const PATIENCE = 5 * 60_000;

export interface CardLoginOptions {
	readonly challenges: Challenges;
	readonly clock: Clock;
	/** The service's own, as in its address: a signature for another service is worth nothing here. */
	readonly origin: () => string;
	readonly anchors: readonly TrustAnchor[];
	readonly research: PathResearch;
	readonly level: AssuranceLevel;
	/** Certificate policy → level. */
	readonly levels: Readonly<Record<string, AssuranceLevel>>;
	readonly emailsVerified: boolean;
	readonly role: TenantRole;
	readonly allowLocal: boolean;
}

const challengeFacts = z.object({ nonce: z.base64() });

export class CardLogin {
	readonly #options: CardLoginOptions;
	readonly #anchors: CertificatePool;

	constructor(options: CardLoginOptions) {
		this.#options = options;
		this.#anchors = new CertificatePool(options.anchors.map(({ certificate }) => Certificate.parse(certificate)));
	}

	async challenge(tenant: Tenant): Promise<Challenge> {
		const { challenges, origin } = this.#options;
		const nonce = randomBytes(32).toString('base64');
		const { id, expiresAt } = await challenges.begin(tenant, 'card', { nonce }, PATIENCE);
		return { id, origin: origin(), nonce, expiresAt: toInstant(expiresAt) };
	}

	/**
	 * Whose certificate answered, once everything about it holds: the challenge is fresh, the signature is its key's, its path
	 * leads to an anchor and nothing in it is revoked.
	 *
	 * @throws {AuthError}
	 */
	async prove(tenant: Tenant, answer: ChallengeAnswer): Promise<ProvenCertificate> {
		const { challenges, clock, origin, research, allowLocal } = this.#options;
		const facts = challengeFacts.safeParse(await challenges.take(tenant, 'card', answer.challenge));
		if (!facts.success)
			throw new AuthError('challenge-unknown', 'This challenge was not given, is used up, or too old.');
		const certificate = readCertificate(answer.certificate);
		const message = challengeMessage(origin(), facts.data.nonce);
		if (!isSignedBy(certificate, answer, message))
			throw new AuthError('challenge-signature', 'The signature over the challenge is not the certificate’s.');
		const { checked } = await research.research(certificate, {
			time: clock.now(),
			known: { certificates: answer.chain.map(readCertificate), crls: [], ocspResponses: [] },
			anchors: this.#anchors,
			origin: allowLocal ? 'configured' : 'stranger',
			signal: AbortSignal.timeout(30_000),
		});
		const subject = certificate.subject.displayName;
		if (checked === undefined)
			throw new AuthError('certificate-refused', `No trusted authority stands behind the certificate of ${subject}.`);
		const [fault] = checked.faults;
		if (fault?.code === 'revocation-unknown')
			throw new AuthError(
				'certificate-revocation-unknown',
				`Whether the certificate of ${subject} is revoked is not known.`,
			);
		if (fault !== undefined)
			throw new AuthError('certificate-refused', `The certificate of ${subject} does not hold: ${fault.code}.`);
		return { certificate, policies: checked.policies };
	}

	/** @throws {AuthError} `certificate-refused` where it is not for logging in. */
	claims({ certificate, policies }: ProvenCertificate): Claims {
		const { level, levels, emailsVerified, role } = this.#options;
		if (!isForAuthentication(certificate))
			throw new AuthError('certificate-refused', 'This certificate is not meant for logging in.');
		const identifiers = identifiersOf(certificate);
		const [identifier] = identifiers;
		if (identifier === undefined)
			throw new AuthError('certificate-refused', 'The certificate carries no identifier (subject serialNumber).');
		const emails = emailsOf(certificate);
		const graded = [...policies].flatMap((policy) => levels[policy] ?? []);
		return {
			known: { kind: 'identifier', value: identifier },
			method: 'card',
			level: graded.length > 0 ? lowest(graded) : level,
			emails: emailsVerified ? emails : [],
			...(emails[0] === undefined ? {} : { contact: emails[0] }),
			identifiers,
			name: certificate.subject.displayName,
			language: undefined,
			role,
		};
	}
}

export interface ProvenCertificate {
	readonly certificate: Certificate;
	readonly policies: ReadonlySet<string>;
}

/** What the card signs: 64 bytes. */
export const challengeMessage = (origin: string, nonce: string): Buffer =>
	Buffer.concat([sha256(Buffer.from(origin, 'utf8')), sha256(Buffer.from(nonce, 'base64'))]);

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function readCertificate(base64: string): Certificate {
	try {
		return Certificate.parse(Buffer.from(base64, 'base64'));
	} catch (cause) {
		if (!(cause instanceof CertificateError)) throw cause;
		throw new AuthError('certificate-refused', 'What was sent is no certificate.', { cause });
	}
}

function isSignedBy(certificate: Certificate, { algorithm, signature }: ChallengeAnswer, message: Uint8Array): boolean {
	try {
		return verifySignature(
			certificate.publicKey,
			algorithmOf(algorithm, certificate),
			message,
			Buffer.from(signature, 'base64'),
		);
	} catch (cause) {
		if (cause instanceof CertificateError) return false;
		throw cause;
	}
}

/** RFC 7518 §3.1; `EdDSA` is whichever the key is for. */
function algorithmOf(name: ChallengeAlgorithm, { publicKey }: Certificate): SignatureAlgorithm {
	switch (name) {
		case 'RS256':
		case 'RS384':
		case 'RS512':
			return { kind: 'rsa-pkcs1', digest: digests[name] };
		case 'PS256':
		case 'PS384':
		case 'PS512':
			return {
				kind: 'rsa-pss',
				digest: digests[name],
				mgfDigest: digests[name],
				saltLength: Number(name.slice(2)) / 8,
			};
		case 'ES256':
		case 'ES384':
		case 'ES512':
			return { kind: 'ecdsa', digest: digests[name] };
		case 'EdDSA':
			return { kind: publicKey.kind === 'ed448' ? 'ed448' : 'ed25519' };
		default:
			return assertNever(name);
	}
}

const digests = {
	RS256: 'sha256',
	RS384: 'sha384',
	RS512: 'sha512',
	PS256: 'sha256',
	PS384: 'sha384',
	PS512: 'sha512',
	ES256: 'sha256',
	ES384: 'sha384',
	ES512: 'sha512',
} as const satisfies Readonly<Record<string, SigningDigest>>;

/** RFC 5280 §4.2.1.3, §4.2.1.12: digitalSignature, and clientAuth where purposes are named. */
function isForAuthentication({ keyUsage, extendedKeyUsage }: Certificate): boolean {
	if (keyUsage !== undefined && !keyUsage.has('digitalSignature')) return false;
	return (
		extendedKeyUsage === undefined ||
		extendedKeyUsage.has(keyPurposes.clientAuth) ||
		extendedKeyUsage.has(keyPurposes.any)
	);
}

/** subject serialNumber (2.5.4.5) and organizationIdentifier (2.5.4.97) in the form of EN 319 412-1. */
function identifiersOf({ subject }: Certificate): readonly string[] {
	return subject.relativeNames
		.flat()
		.filter(({ type }) => type === '2.5.4.5' || type === '2.5.4.97')
		.map(({ value }) => value)
		.filter((value) => semanticIdentifier.safeParse(value).success);
}

const emailsOf = (certificate: Certificate): readonly string[] =>
	certificate.subjectAltNames.flatMap((name) =>
		name.kind === 'email' && email.safeParse(name.value).success ? [name.value] : [],
	);

const lowest = (levels: readonly AssuranceLevel[]): AssuranceLevel => assuranceLevel.parse(Math.min(...levels));
