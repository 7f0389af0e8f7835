import { randomUUID } from 'node:crypto';
import { certificateOf, chooseAlgorithm } from '../../core/pades/signerCertificate.ts';
import type { Fetcher } from '../../core/ports/fetcher.ts';
import type { Signer } from '../../core/ports/signer.ts';
import type { Language } from '../../core/postings/posting.ts';
import type { LoginMethods, NewAuthenticator, Session } from '../../core/postings/protocol/auth.ts';
import {
	type CardProof,
	enrolCertificate,
	enrolledCertificates,
	giveUpCertificate,
	logInByCard,
} from '../../core/sync/cardLogin.ts';
import { Connection } from '../../core/sync/connection.ts';
import { type AccountDescription, accountOf, describeAccount, takeSession } from '../../core/sync/deviceAccount.ts';
import {
	type BrowserLogin,
	beginMailLogin,
	finishMailLogin,
	logInByBrowser,
	loginMethodsOf,
} from '../../core/sync/otherLogins.ts';
import { enrolAuthenticator, giveCode } from '../../core/sync/secondFactor.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import type {
	Account,
	Connection as ConnectionState,
	EnrolledCertificate,
	SecondFactor,
} from '../../preload/contract.ts';
import { failureOf } from '../failure.ts';
import type { LocalPostings, OpenedPostings } from './localPostings.ts';

/** The account of this device: logging in and out, and how things are with the service. */
export class AccountDesk {
	readonly #local: LocalPostings;
	readonly #fetcher: () => Fetcher;
	/** A login that lacks its second factor. It is in no store: its session opens nothing yet. */
	#begun: { readonly login: string; readonly service: string; readonly session: Session } | undefined;

	constructor(local: LocalPostings, fetcher: () => Fetcher) {
		this.#local = local;
		this.#fetcher = fetcher;
	}

	async get(): Promise<Account | null> {
		if (!this.#local.exists) return null;
		return accountIn(await this.#local.open());
	}

	/**
	 * @param service its address.
	 * @returns what is still to be given; null: the person is logged in.
	 * @throws {TokenError} {NetworkError} {ServiceError}
	 */
	async logIn(service: string, signer: Signer, signal?: AbortSignal): Promise<SecondFactor | null> {
		return this.#take(service, await logInByCard(this.#stranger(service), proofOf(signer, signal)));
	}

	/** By what means people log in at a service. @throws {NetworkError} {ServiceError} */
	methods(service: string, signal?: AbortSignal): Promise<LoginMethods> {
		return loginMethodsOf(this.#stranger(service), signal);
	}

	/** @returns as {@link logIn}. @throws {NetworkError} {ServiceError} */
	async logInByBrowser(service: string, login: BrowserLogin): Promise<SecondFactor | null> {
		return this.#take(service, await logInByBrowser(this.#stranger(service), login));
	}

	/** @returns the login that the code in the mail is for. @throws {NetworkError} {ServiceError} */
	sendCode(service: string, to: { readonly email: string; readonly language: Language }): Promise<string> {
		return beginMailLogin(this.#stranger(service), to);
	}

	/** @returns as {@link logIn}. @throws {NetworkError} {ServiceError} */
	async logInByCode(service: string, login: string, code: string): Promise<SecondFactor | null> {
		return this.#take(service, await finishMailLogin(this.#stranger(service), login, code));
	}

	/** What an authenticator is told; it counts once {@link giveCode} had a code of it. @throws {NetworkError} {ServiceError} */
	enrolAuthenticator(login: string): Promise<NewAuthenticator> {
		return enrolAuthenticator(this.#half(login).connection);
	}

	/** Completes a login by the code that the authenticator shows. @throws {NetworkError} {ServiceError} */
	async giveCode(login: string, code: string): Promise<void> {
		const { connection, service, session } = this.#half(login);
		await giveCode(connection, code);
		this.#begun = undefined;
		await this.#keep(service, session);
	}

	/** @throws as {@link logIn} */
	async enrol(signer: Signer, signal?: AbortSignal): Promise<void> {
		const { sync } = await this.#local.open();
		await enrolCertificate(sync.connection(), proofOf(signer, signal));
	}

	/** The certificates that were enrolled. @throws {NetworkError} {ServiceError} */
	async certificates(): Promise<readonly EnrolledCertificate[]> {
		const { sync } = await this.#local.open();
		const found = await enrolledCertificates(sync.connection());
		return found.map(({ level, ...certificate }) => ({ ...certificate, assurance: level }));
	}

	/** @param sha256 of an enrolled certificate. @throws {NetworkError} {ServiceError} */
	async giveUpCertificate(sha256: string): Promise<void> {
		const { sync } = await this.#local.open();
		await giveUpCertificate(sync.connection(), sha256);
	}

	/** Where letters go, and in which language. @throws {NetworkError} {ServiceError} */
	async describe(description: AccountDescription): Promise<void> {
		const { store, sync } = await this.#local.open();
		await describeAccount(sync.connection(), store, description);
	}

	/** Forgets the account and all that is here of it. */
	async logOut(): Promise<void> {
		const { store, sync } = await this.#local.open();
		const session = accountOf(store)?.session;
		if (session !== undefined) {
			const connection = sync.connection();
			// The service ends the session where it can be reached; otherwise it ends by itself.
			await connection.ask({ method: 'DELETE', path: '/v1/auth/session', timeout: 5_000 }).catch(() => undefined);
		}
		store.forget();
		sync.nudge();
	}

	/** The service, before it knows who is there. */
	#stranger(service: string): Connection {
		return new Connection(this.#fetcher(), new URL(service).origin);
	}

	/** A login that was begun; a later one takes its place. */
	#half(login: string) {
		const begun = this.#begun;
		if (begun?.login !== login) {
			throw new ServiceError('login-over', 'This login is over: another one was begun since.', {
				hint: 'Log in from the beginning.',
			});
		}
		const { service, session } = begun;
		return { service, session, connection: new Connection(this.#fetcher(), service, session.token) };
	}

	async #take(address: string, session: Session): Promise<SecondFactor | null> {
		const service = new URL(address).origin;
		if (session.secondFactor) {
			const login = randomUUID();
			this.#begun = { login, service, session };
			return { login, enrolled: session.authenticator };
		}
		await this.#keep(service, session);
		return null;
	}

	async #keep(service: string, session: Session): Promise<void> {
		const { store, sync } = await this.#local.open();
		takeSession(store, service, session);
		sync.nudge();
	}
}

function proofOf(signer: Signer, signal: AbortSignal | undefined): CardProof {
	return { signer, algorithm: chooseAlgorithm(certificateOf(signer), 'sha256', false, signer), signal };
}

function accountIn({ store, sync, key }: OpenedPostings): Account | null {
	const found = accountOf(store);
	if (!found) return null;
	const { name, email, level, identifiers } = found.account;
	const queued = sync.outbox.queued();
	return {
		service: found.service,
		name,
		email,
		assurance: level,
		identifiers,
		connection: found.session === undefined ? 'login-needed' : connectionStates[sync.state.kind],
		failure: sync.state.kind === 'offline' ? failureOf(sync.state.error) : null,
		waiting: queued.length,
		troubled: queued.filter(({ trouble }) => trouble !== undefined).length,
		keyInFile: key.place === 'file' && key.made,
	};
}

const connectionStates: Readonly<Record<OpenedPostings['sync']['state']['kind'], ConnectionState>> = {
	'no-account': 'connecting',
	connecting: 'connecting',
	online: 'online',
	offline: 'offline',
	'login-needed': 'login-needed',
};
