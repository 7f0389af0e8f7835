/** From proof to session: who is admitted, what is recorded, who is told. Every login goes through here. */
import { randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Person } from '../../core/postings/actor.ts';
import { sha256 as credentialDigest, toInstant } from '../../core/postings/identifiers.ts';
import { type Language, language } from '../../core/postings/posting.ts';
import type {
	Account,
	ChallengeAnswer,
	Credential,
	Session as SessionAnswer,
} from '../../core/postings/protocol/auth.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import type { Letter } from '../mail/letters.ts';
import type { Recorder, Recording } from '../recorder.ts';
import { AuthError } from './authError.ts';
import { administrationEvent, authEvent, failureEvent, loginEvent } from './authEvents.ts';
import type { CardLogin } from './cardLogin.ts';
import type { Challenges } from './challenges.ts';
import type { Attempt, Lockout } from './lockout.ts';
import type { OidcLogin, WaitingLogin } from './oidcLogin.ts';
import { type Claims, claims, type KnownPerson, People } from './people.ts';
import type { Session } from './session.ts';
import type { OpenedSession, Origin, Sessions } from './sessions.ts';

/** Milliseconds until a code or a confirmation is too old. */
const CODE_PATIENCE = 10 * 60_000;

export interface AuthenticationParts {
	readonly database: ServiceDatabase;
	readonly recorder: Recorder;
	readonly sessions: Sessions;
	readonly lockout: Lockout;
	readonly challenges: Challenges;
	readonly card: CardLogin | undefined;
	readonly oidc: OidcLogin;
	readonly mail: boolean;
	/** Addresses and identifiers. */
	readonly administrators: readonly string[];
}

const mailCode = z.object({ email: z.email(), code: z.string(), language });
const waitingClaims = z.object({ claims, confirmation: z.string(), confirmed: z.boolean() });

export class Authentication {
	readonly #parts: AuthenticationParts;

	constructor(parts: AuthenticationParts) {
		this.#parts = parts;
	}

	get methods(): { readonly card: boolean; readonly oidc: OidcLogin['issuers']; readonly mail: boolean } {
		return { card: this.#parts.card !== undefined, oidc: this.#parts.oidc.issuers, mail: this.#parts.mail };
	}

	identify(tenant: Tenant, token: string, origin: Origin): Promise<Session | undefined> {
		return this.#parts.sessions.find(tenant, token, origin);
	}

	cardChallenge(tenant: Tenant) {
		return this.#card.challenge(tenant);
	}

	/** @throws {AuthError} */
	async cardLogin(tenant: Tenant, answer: ChallengeAnswer, origin: Origin): Promise<SessionAnswer> {
		const attempt = { address: origin.address, account: answer.certificate };
		return this.#guarded(tenant, attempt, 'card', origin, async () => {
			const claims = this.#card.claims(await this.#card.prove(tenant, answer));
			return this.#admit(tenant, claims, origin);
		});
	}

	/** Enrols the certificate that somebody signs with, once they have shown that they hold its key. @throws {AuthError} */
	async enrolCertificate(session: Session, answer: ChallengeAnswer): Promise<Credential> {
		const { tenant, person } = session;
		const attempt = { address: session.address, account: person.user };
		return this.#guarded(tenant, attempt, 'enrolment', session, async () => {
			const { certificate } = await this.#card.prove(tenant, answer);
			const { keyUsage } = certificate;
			if (keyUsage !== undefined && !keyUsage.has('nonRepudiation') && !keyUsage.has('digitalSignature'))
				throw new AuthError('certificate-purpose', 'This certificate is not for signatures.');
			return this.#parts.recorder.record(tenant, async (recording) => {
				const credential = await new People(tenant).enrol(
					recording.trx,
					person.user,
					{
						sha256: credentialDigest.parse(certificate.fingerprint.toLowerCase()),
						subject: certificate.subject.displayName,
						issuer: certificate.issuer.displayName,
						notAfter: toInstant(certificate.notAfter),
						level: person.level,
					},
					recording.now,
				);
				await recording.events(authEvent('credential.enrolled', session, { certificate: credential.sha256 }));
				return credential;
			});
		});
	}

	async revokeCertificate(session: Session, sha256: string): Promise<boolean> {
		return this.#parts.recorder.record(session.tenant, async (recording) => {
			const revoked = await new People(session.tenant).revoke(recording.trx, session.person.user, sha256);
			if (revoked) await recording.events(authEvent('credential.revoked', session, { certificate: sha256 }));
			return revoked;
		});
	}

	credentials(session: Session): Promise<readonly Credential[]> {
		return new People(session.tenant).credentials(this.#parts.database.main, session.person.user);
	}

	/** @returns where to send the browser. */
	oidcBegin(tenant: Tenant, issuer: string, waiting: WaitingLogin, locale?: string): Promise<string> {
		return this.#parts.oidc.begin(tenant, issuer, waiting, locale);
	}

	/** For an application, which opens the address in a browser and then asks for the session of `login`. */
	async oidcBeginForApplication(
		tenant: Tenant,
		issuer: string,
	): Promise<{ readonly url: string; readonly login: string }> {
		const login = randomUUID();
		return { url: await this.oidcBegin(tenant, issuer, { kind: 'application', login }), login };
	}

	/**
	 * The issuer sent the browser back. A login that this browser began gets its session now; one that an application waits for
	 * is kept until the person confirms that it is theirs.
	 *
	 * @param binding of the cookie that the browser brings.
	 */
	async oidcFinish(
		tenant: Tenant,
		callback: URL,
		binding: string | undefined,
		origin: Origin,
	): Promise<
		| { readonly kind: 'browser'; readonly session: SessionAnswer; readonly returnTo: string }
		| { readonly kind: 'application'; readonly login: string; readonly confirmation: string; readonly name: string }
	> {
		return this.#guarded(tenant, { address: origin.address, account: undefined }, 'oidc', origin, async () => {
			const { claims: proved, waiting } = await this.#parts.oidc.finish(tenant, callback);
			if (waiting.kind === 'browser') {
				if (waiting.binding !== binding)
					throw new AuthError('login-failed', 'This login was begun in another browser.');
				return {
					kind: 'browser',
					session: await this.#admit(tenant, proved, origin),
					returnTo: waiting.returnTo,
				} as const;
			}
			const confirmation = randomBytes(32).toString('base64url');
			const facts = { claims: proved, confirmation, confirmed: false };
			await this.#parts.challenges.begin(tenant, 'oidc', facts, CODE_PATIENCE, waiting.login);
			return { kind: 'application', login: waiting.login, confirmation, name: proved.name } as const;
		});
	}

	/**
	 * The person says, in the browser in which they logged in, that the application that waits is theirs: who was only sent a
	 * link by somebody else will not.
	 */
	async oidcConfirm(tenant: Tenant, login: string, confirmation: string): Promise<void> {
		const facts = waitingClaims.safeParse(await this.#parts.challenges.take(tenant, 'oidc', login));
		if (!facts.success || !isSame(facts.data.confirmation, confirmation))
			throw new AuthError('challenge-unknown', 'This login is over, or too old.');
		await this.#parts.challenges.begin(tenant, 'oidc', { ...facts.data, confirmed: true }, CODE_PATIENCE, login);
	}

	/** The session that an application waits for. @throws {AuthError} `login-pending` while the person is not done. */
	async oidcCollect(tenant: Tenant, login: string, origin: Origin): Promise<SessionAnswer> {
		const seen = waitingClaims.safeParse(await this.#parts.challenges.look(tenant, 'oidc', login));
		if (!seen.success || !seen.data.confirmed) throw new AuthError('login-pending', 'The login is not finished yet.');
		const taken = waitingClaims.safeParse(await this.#parts.challenges.take(tenant, 'oidc', login));
		if (!taken.success) throw new AuthError('challenge-unknown', 'This login was collected already.');
		return this.#admit(tenant, taken.data.claims, origin);
	}

	/** Sends a code to an address. Whether anybody is there is not told. */
	async mailBegin(
		tenant: Tenant,
		email: string,
		chosen: Language,
		origin: Origin,
	): Promise<{ readonly login: string }> {
		if (!this.#parts.mail) throw new AuthError('login-not-offered', 'Logins by mail are not accepted here.');
		await this.#parts.lockout.check(tenant, { address: origin.address, account: email });
		const code = String(randomInt(1_000_000)).padStart(6, '0');
		const facts = { email, code, language: chosen };
		const { id } = await this.#parts.challenges.begin(tenant, 'mail', facts, CODE_PATIENCE);
		const to = { name: email, email, language: chosen };
		await this.#parts.recorder.record(tenant, ({ letters }) =>
			letters({ kind: 'login-code', to, code, minutes: CODE_PATIENCE / 60_000 }),
		);
		return { login: id };
	}

	/** The code of the mail; a wrong one ends this login. @throws {AuthError} */
	async mailFinish(tenant: Tenant, login: string, code: string, origin: Origin): Promise<SessionAnswer> {
		const facts = mailCode.safeParse(await this.#parts.challenges.take(tenant, 'mail', login));
		const account = facts.success ? facts.data.email : undefined;
		return this.#guarded(tenant, { address: origin.address, account }, 'mail', origin, async () => {
			if (!facts.success)
				throw new AuthError('challenge-unknown', 'This login was not begun here, is over, or too old.');
			if (!isSame(facts.data.code, code)) throw new AuthError('code-wrong', 'This is not the code of the mail.');
			const { email } = facts.data;
			const known = { kind: 'email', value: email } as const;
			const person = {
				known,
				method: 'mail',
				level: 1,
				emails: [email],
				identifiers: [],
				name: email,
				role: 'guest',
			} as const;
			return this.#admit(tenant, { ...person, language: facts.data.language }, origin);
		});
	}

	/** What a person says of themselves. */
	async describe(
		session: Session,
		changed: { readonly email?: string | undefined; readonly language?: Language | undefined },
	): Promise<void> {
		const { email, language: chosen } = changed;
		await this.#parts.recorder.record(session.tenant, async ({ trx, events }) => {
			const facts = {
				...(email === undefined ? {} : { email }),
				...(chosen === undefined ? {} : { language: chosen }),
			};
			await new People(session.tenant).describe(trx, session.person.user, facts);
			await events(authEvent('account.changed', session));
		});
	}

	async logout(session: Session): Promise<void> {
		await this.#parts.recorder.record(session.tenant, async ({ trx, events }) => {
			await this.#parts.sessions.close(trx, session.id);
			await events(authEvent('logout', session));
		});
	}

	/** Counts failures, and refuses whoever had too many; each failure is an event. */
	async #guarded<Value>(
		tenant: Tenant,
		attempt: Attempt,
		method: string,
		origin: Origin,
		act: () => Promise<Value>,
	): Promise<Value> {
		const { lockout, recorder } = this.#parts;
		await lockout.check(tenant, attempt);
		try {
			const value = await act();
			await lockout.succeeded(tenant, attempt);
			return value;
		} catch (error) {
			if (!(error instanceof AuthError) || error.status !== 401) throw error;
			const after = await lockout.failed(tenant, attempt);
			await recorder.record(tenant, ({ events }) => events(failureEvent(after, method, error.code, origin)));
			throw error.counted(after);
		}
	}

	async #admit(tenant: Tenant, proved: Claims, origin: Origin): Promise<SessionAnswer> {
		const { recorder, sessions, database } = this.#parts;
		const people = new People(tenant);
		const { opened, known } = await recorder.record(tenant, async (recording) => {
			const admitted = await people.admit(recording.trx, proved, recording.now);
			if (!admitted.active) throw new AuthError('account-disabled', 'This account was disabled.');
			const person = await this.#promoted(recording, tenant, admitted, proved);
			const { id } = person;
			const session = await sessions.open(recording.trx, tenant, {
				person: id,
				level: proved.level,
				method: proved.method,
			});
			await recording.events(loginEvent(id, proved, origin));
			if (person.role === 'administrator') await tellAdministrators(recording, people, person, origin);
			return { opened: session, known: person };
		});
		const actor = await people.actor(database.main, known.id, proved.level);
		return sessionAnswer(opened, known, actor);
	}

	/** Whom the configuration names is an administrator, once they come with a proof that is worth it. */
	async #promoted(
		{ trx, events }: Recording,
		tenant: Tenant,
		person: KnownPerson,
		{ identifiers, emails, method, role }: Claims,
	): Promise<KnownPerson> {
		// An address counts where it comes from an issuer whose people are the tenant's own.
		const proofs = [...identifiers, ...(method !== 'mail' && role !== 'guest' ? emails : [])];
		const named = this.#parts.administrators.some((one) =>
			proofs.some((proof) => proof.toLowerCase() === one.toLowerCase()),
		);
		if (!named || person.role === 'administrator') return person;
		await new People(tenant).setRole(trx, person.id, 'administrator');
		await events(administrationEvent('person.role-changed', null, person.id, { role: 'administrator' }));
		return { ...person, role: 'administrator' };
	}

	get #card(): CardLogin {
		const { card } = this.#parts;
		if (card !== undefined) return card;
		throw new AuthError('login-not-offered', 'Logins with a card are not accepted here.');
	}
}

async function tellAdministrators(
	recording: Recording,
	people: People,
	who: KnownPerson,
	origin: Origin,
): Promise<void> {
	const administrators = await people.list(recording.trx, 'administrator');
	const letters = administrators.flatMap(({ facts: { name, email, language: chosen } }): readonly Letter[] =>
		email === null
			? []
			: [
					{
						kind: 'administrator-login',
						to: { name, email, language: chosen },
						who: who.facts.name,
						address: origin.address,
						at: recording.now.toISOString(),
					},
				],
	);
	await recording.letters(...letters);
}

function sessionAnswer(opened: OpenedSession, known: KnownPerson, actor: Person): SessionAnswer {
	return {
		token: opened.token,
		expiresAt: toInstant(opened.expiresAt),
		account: accountOf(known, actor),
		secondFactor: known.role === 'administrator',
		authenticator: known.hasAuthenticator,
	};
}

/** As the person sees their own account. */
export const accountOf = (known: KnownPerson, actor: Person): Account => ({
	user: actor.user,
	name: known.facts.name,
	email: known.facts.email,
	language: known.facts.language,
	role: known.role,
	level: actor.level,
	identifiers: actor.identifiers,
});

/** In a time that does not tell how much of it was right. */
function isSame(expected: string, given: string): boolean {
	const [a, b] = [Buffer.from(expected, 'utf8'), Buffer.from(given, 'utf8')];
	return a.length === b.length && timingSafeEqual(a, b);
}
