/** `/v1/auth`: how a person shows who they are. */
import { z } from 'zod';
import { type Immutable, instant, sha256, userId } from '../identifiers.ts';
import { assuranceLevel, email, language } from '../posting.ts';

/** What a person is in the tenant. Guests are signatories from elsewhere; administrators need a second factor. */
export const tenantRole = z.enum(['guest', 'member', 'auditor', 'administrator']);
export type TenantRole = z.infer<typeof tenantRole>;

const base64 = z.base64().max(64 * 1024);

export const challenge = z.object({
	id: z.uuid(),
	/** What the card signs over: SHA-256(origin) ‖ SHA-256(nonce), `origin` as in the service's address. */
	origin: z.url(),
	nonce: base64,
	expiresAt: instant,
});
export type Challenge = Immutable<z.infer<typeof challenge>>;

/** JWA names (RFC 7518); the value of ECDSA is DER, as CMS carries it. */
export const challengeAlgorithm = z.enum([
	'RS256',
	'RS384',
	'RS512',
	'PS256',
	'PS384',
	'PS512',
	'ES256',
	'ES384',
	'ES512',
	'EdDSA',
]);
export type ChallengeAlgorithm = z.infer<typeof challengeAlgorithm>;

/** Proof that the holder of a certificate's key was here: to log in, or to enrol a signing certificate. */
export const challengeAnswer = z.object({
	challenge: z.uuid(),
	/** DER. */
	certificate: base64,
	chain: z.array(base64).max(10),
	algorithm: challengeAlgorithm,
	signature: base64,
});
export type ChallengeAnswer = Immutable<z.infer<typeof challengeAnswer>>;

/** By what means people log in at a service. */
export const loginMethods = z.object({
	card: z.boolean(),
	oidc: z.array(z.object({ issuer: z.url(), name: z.string() })),
	/** A code sent to an address: level 1. */
	mail: z.boolean(),
});
export type LoginMethods = Immutable<z.infer<typeof loginMethods>>;

export const account = z.object({
	user: userId,
	name: z.string(),
	email: email.nullable(),
	language,
	role: tenantRole,
	level: assuranceLevel,
	identifiers: z.array(z.string()),
});
export type Account = Immutable<z.infer<typeof account>>;

/** `secondFactor`: the session is good for nothing but `/v1/auth/totp` until the code is in. */
export const session = z.object({
	/** For `Authorization: Bearer`. */
	token: z.string(),
	expiresAt: instant,
	account,
	secondFactor: z.boolean(),
	/** Whether the person has an authenticator, which shows that code; else one is enrolled first. */
	authenticator: z.boolean(),
});
export type Session = Immutable<z.infer<typeof session>>;

/** What an authenticator is told, which shows codes from then on (RFC 6238). */
export const newAuthenticator = z.object({
	/** Base32 (RFC 4648), to be typed. */
	secret: z.string().regex(/^[A-Z2-7]+$/),
	/** `otpauth://totp/…` with the same. */
	uri: z.string().regex(/^otpauth:\/\/totp\//),
});
export type NewAuthenticator = Immutable<z.infer<typeof newAuthenticator>>;

/** Of a mail, or of an authenticator. */
export const loginCode = z.string().regex(/^\d{6}$/);

export const totpAnswer = z.object({ code: loginCode });

/** A login that was begun, and is finished by naming it. */
export const begunLogin = z.object({ login: z.uuid() });

/** OpenID Connect with PKCE: the application opens `url`, the service is called back, the application asks for its session. */
export const oidcStart = z.object({ issuer: z.url() });
export const oidcStarted = z.object({ url: z.url(), login: z.uuid() });

/** A signing certificate that a person enrolled (`identity.kind: enrolled`). */
export const credential = z.object({
	sha256,
	/** For people: what to call the holder, and below who issued it. */
	subject: z.string(),
	issuer: z.string(),
	notAfter: instant,
	level: assuranceLevel,
	enrolledAt: instant,
});
export type Credential = Immutable<z.infer<typeof credential>>;
export const credentials = z.object({ credentials: z.array(credential) });
