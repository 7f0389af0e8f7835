/** A key in a PKCS#11 token as a {@link Signer}. */
import { verifySignature } from '../core/pki/signature.ts';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import type { Signer } from '../core/ports/signer.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import type { Credential } from './credentials.ts';
import { type MechanismChoice, mechanismChoices, mechanismInput, signatureValue } from './mechanism.ts';
import type { PinFacts, PinProvider } from './pin.ts';
import { pinFacts } from './tokenFacts.ts';
import type { EnteredPin, TokenSession } from './tokenSession.ts';

export interface TokenSignerParts {
	readonly credential: Credential;
	/** DER of the other certificates on the token. */
	readonly chain: readonly Uint8Array[];
	readonly pin: PinProvider | undefined;
	/** How many processes sign at the same time. */
	readonly processes: number;
	/** The session in which the credential was found. */
	readonly first: TokenSession;
	/** Another one to the same token, in a process of its own. */
	open(signal?: AbortSignal): Promise<TokenSession>;
}

/** Errors after which nothing more is sent to the token: another try could lock it. */
const finalCodes: ReadonlySet<string> = new Set([
	'pin-incorrect',
	'pin-locked',
	'pin-expired',
	'pin-length',
	'pin-cancelled',
]);

/**
 * Logs in when the first signature is wanted, or when `unlock` is called. A crash, a time-out or a token that was
 * taken out fails the signature in hand; the next one starts a new process and asks for the PIN again. A refused PIN
 * ends it for good: every further call fails with the same error, and the token is not asked.
 */
export class TokenSigner implements Signer {
	readonly certificate: Uint8Array;
	readonly chain: readonly Uint8Array[];
	readonly #parts: TokenSignerParts;
	readonly #mechanisms: ReadonlySet<number>;
	#sessions: TokenSession[];
	/** Logging in, and signatures that want the PIN each, go one after another. */
	#turn: Promise<unknown> = Promise.resolve();
	#refused: TokenError | undefined;
	#closed = false;

	constructor(parts: TokenSignerParts) {
		this.#parts = parts;
		this.certificate = parts.credential.certificate.raw;
		this.chain = parts.chain;
		this.#sessions = [parts.first];
		this.#mechanisms = new Set(parts.first.slot.token.mechanisms);
	}

	/** Known for certain once the key is to be seen, which on some tokens is after the login. */
	get authentication(): 'once' | 'per-signature' {
		const { key } = this.#parts.credential;
		const always = this.#alwaysAuthenticate || (key !== undefined && key !== 'hidden' && key.alwaysAuthenticate);
		return always ? 'per-signature' : 'once';
	}

	#alwaysAuthenticate = false;

	/** What is known of the PIN before it is asked for. */
	get pin(): PinFacts {
		return pinFacts(this.#parts.first.slot.token);
	}

	/** The token's label. */
	get token(): string {
		return this.#parts.first.slot.token.label;
	}

	/** Which of these this key can sign with, by its kind and by what the token lists. */
	supports(algorithm: SigningAlgorithm): boolean {
		return this.#choices(algorithm).length > 0;
	}

	/** Logs in and finds the key now, so that a wrong PIN is known before work is done. */
	async unlock(signal?: AbortSignal): Promise<void> {
		await this.#session(signal);
	}

	async sign(message: Uint8Array, algorithm: SigningAlgorithm, signal?: AbortSignal): Promise<Uint8Array> {
		try {
			return await this.#attempt(message, algorithm, signal);
		} catch (error) {
			// Another program closed the session or logged out: nothing was signed, and no try of the PIN is at stake.
			if (!(error instanceof TokenError) || error.code !== 'token-busy') throw error;
			return this.#attempt(message, algorithm, signal);
		}
	}

	async #attempt(message: Uint8Array, algorithm: SigningAlgorithm, signal?: AbortSignal): Promise<Uint8Array> {
		const choices = this.#choices(algorithm);
		if (choices.length === 0) throw noMechanism(this.token, algorithm);
		const session = await this.#session(signal);
		try {
			const value = await this.#firstThatWorks(choices, (choice) =>
				this.#authenticated(session, (pin) => this.#signWith(session, choice, message, pin, signal)),
			);
			this.#verify(algorithm, message, value);
			return value;
		} catch (error) {
			await this.#judge(error, session);
			throw error;
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
		await Promise.all(this.#sessions.splice(0).map((session) => session.close()));
	}

	#choices(algorithm: SigningAlgorithm): MechanismChoice[] {
		const { kind } = this.#parts.credential.certificate.publicKey;
		const fits =
			kind === 'rsa'
				? algorithm.kind === 'rsa-pkcs1' || algorithm.kind === 'rsa-pss'
				: kind === 'ec'
					? algorithm.kind === 'ecdsa'
					: algorithm.kind === kind;
		return fits ? mechanismChoices(this.#mechanisms, algorithm) : [];
	}

	/** A session that is logged in: the one with the least to do, or a new one where there may be more. */
	async #session(signal: AbortSignal | undefined): Promise<TokenSession> {
		if (this.#closed) throw new TypeError('the signer is closed');
		if (this.#refused !== undefined) throw this.#refused;
		const ready = this.#leastBusy();
		if (ready !== undefined) return ready;
		await this.#oneAfterAnother(() => (this.#leastBusy() === undefined ? this.#logIn(signal) : undefined));
		return this.#session(signal);
	}

	#leastBusy(): TokenSession | undefined {
		return this.#sessions
			.filter((session) => session.ready)
			.reduce<TokenSession | undefined>(
				(best, next) => (best === undefined || next.load < best.load ? next : best),
				undefined,
			);
	}

	/** One PIN for every process; the others get it after the first has found it right. */
	async #logIn(signal: AbortSignal | undefined): Promise<void> {
		if (this.#refused !== undefined) throw this.#refused;
		this.#sessions = this.#sessions.filter((session) => session.alive);
		const missing = Math.max(1, this.#parts.processes) - this.#sessions.length;
		const opening = Array.from({ length: missing }, () => this.#parts.open(signal));
		const opened = await Promise.allSettled(opening);
		this.#sessions.push(...opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
		const [first, ...others] = this.#sessions;
		if (first === undefined) throw reasonOf(opened);
		try {
			const pin =
				first.loggedIn || first.pinEntry === 'none' ? undefined : await first.askPin(this.#parts.pin, 'login');
			for (const session of [first, ...others]) await this.#prepare(session, pin, signal);
		} catch (error) {
			await this.#judge(error, first);
			throw error;
		}
	}

	async #prepare(session: TokenSession, pin: EnteredPin | undefined, signal: AbortSignal | undefined): Promise<void> {
		if (pin !== undefined && !session.loggedIn) await session.login(pin, signal);
		const key = await session.findKey(this.#parts.credential, signal);
		if (key === undefined) throw keyGone(this.token);
		if (!key.maySign) throw keyForbidden(this.token);
		this.#alwaysAuthenticate = key.alwaysAuthenticate;
	}

	async #authenticated<Value>(
		session: TokenSession,
		act: (pin: EnteredPin | undefined) => Promise<Value>,
	): Promise<Value> {
		if (this.authentication === 'once') return act(undefined);
		return this.#oneAfterAnother(async () => {
			if (this.#refused !== undefined) throw this.#refused;
			return act(await session.askPin(this.#parts.pin, 'signature'));
		});
	}

	async #signWith(
		session: TokenSession,
		choice: MechanismChoice,
		message: Uint8Array,
		pin: EnteredPin | undefined,
		signal: AbortSignal | undefined,
	): Promise<Uint8Array> {
		const { curve } = this.#parts.credential.certificate.publicKey;
		const orderLength = curve === undefined ? undefined : Math.ceil(curve.bits / 8);
		const data = mechanismInput(choice.input, message, orderLength);
		return signatureValue(choice.output, await session.sign(choice.call, data, pin, signal));
	}

	/** Some tokens list a mechanism that this key then refuses, before anything was signed. */
	async #firstThatWorks<Value>(
		choices: readonly MechanismChoice[],
		act: (choice: MechanismChoice) => Promise<Value>,
	): Promise<Value> {
		let refusal: unknown;
		for (const choice of choices) {
			try {
				return await act(choice);
			} catch (error) {
				if (!(error instanceof TokenError) || error.code !== 'mechanism-missing') throw error;
				refusal = error;
			}
		}
		throw refusal;
	}

	/** A token that gives a wrong value must not reach a document. */
	#verify(algorithm: SigningAlgorithm, message: Uint8Array, value: Uint8Array): void {
		const { publicKey } = this.#parts.credential.certificate;
		if (verifySignature(publicKey, algorithm, message, value)) return;
		throw new TokenError(
			'signature-invalid',
			`The token '${this.token}' gave a value that its certificate does not verify.`,
			{
				hint: 'The certificate may belong to another key, or the driver is faulty: nothing was written.',
				subject: this.token,
			},
		);
	}

	/** Decides what an error means for the calls to come. */
	async #judge(error: unknown, session: TokenSession): Promise<void> {
		if (!(error instanceof TokenError)) return;
		if (finalCodes.has(error.code)) {
			this.#refused ??= error;
			await Promise.all(this.#sessions.splice(0).map((each) => each.close()));
		} else if (error.code !== 'mechanism-missing' && error.code !== 'signature-invalid') {
			this.#sessions = this.#sessions.filter((each) => each !== session);
			await session.close();
		}
	}

	#oneAfterAnother<Value>(act: () => Value | Promise<Value>): Promise<Value> {
		const turn = this.#turn.then(act);
		this.#turn = turn.catch(() => {});
		return turn;
	}
}

function reasonOf(results: readonly PromiseSettledResult<unknown>[]): unknown {
	const rejected = results.find((result) => result.status === 'rejected');
	return rejected?.reason;
}

const noMechanism = (token: string, algorithm: SigningAlgorithm): TokenError =>
	new TokenError(
		'mechanism-missing',
		`The token '${token}' does not make ${algorithm.kind} signatures with this key.`,
		{
			hint: 'Choose another digest, or RSA-PSS (--digest, --pss), or another key.',
			subject: token,
		},
	);

const keyGone = (token: string): TokenError =>
	new TokenError('key-not-found', `The private key of the certificate is not on the token '${token}'.`, {
		hint: 'Choose another certificate: `paraph tokens` lists them.',
		subject: token,
	});

const keyForbidden = (token: string): TokenError =>
	new TokenError('key-cannot-sign', `The token '${token}' does not let this key sign.`, {
		hint: 'Choose the key that is meant for signatures.',
		subject: token,
	});
