/** A key in a PKCS#11 token as a {@link Signer}. */
import { verifySignature } from '../core/pki/signature.ts';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import type { Signer } from '../core/ports/signer.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { type MechanismChoice, mechanismChoices, mechanismInput, signatureValue } from './mechanism.ts';
import type { PinFacts } from './pin.ts';
import { SessionPool, type SessionPoolParts } from './sessionPool.ts';
import { pinFacts } from './tokenFacts.ts';
import type { EnteredPin, TokenSession } from './tokenSession.ts';

export interface TokenSignerParts extends SessionPoolParts {
	/** DER of the other certificates on the token. */
	readonly chain: readonly Uint8Array[];
}

/**
 * Logs in when the first signature is wanted, or when `unlock` is called. A crash, a time-out or a token that was
 * taken out fails the signature in hand and no other; for the next one a process is started and the PIN is asked for
 * again. A refused PIN ends it for good: every further call fails with the same error, and the token is not asked.
 */
export class TokenSigner implements Signer {
	readonly certificate: Uint8Array;
	readonly chain: readonly Uint8Array[];
	readonly #parts: TokenSignerParts;
	readonly #pool: SessionPool;
	readonly #mechanisms: ReadonlySet<number>;
	/** CKM_… that the token lists and this key refused. */
	readonly #refusedMechanisms = new Set<number>();
	#alwaysAuthenticate = false;

	constructor(parts: TokenSignerParts) {
		this.#parts = parts;
		this.#pool = new SessionPool(parts);
		this.certificate = parts.credential.certificate.raw;
		this.chain = parts.chain;
		this.#mechanisms = new Set(parts.first.slot.token.mechanisms);
	}

	/** Known for certain once the key is to be seen, which on some tokens is after the login. */
	get authentication(): 'once' | 'per-signature' {
		const { key } = this.#parts.credential;
		const always = this.#alwaysAuthenticate || (key !== undefined && key !== 'hidden' && key.alwaysAuthenticate);
		return always ? 'per-signature' : 'once';
	}

	/** What is known of the PIN before it is asked for. */
	get pin(): PinFacts {
		return pinFacts(this.#parts.first.slot.token);
	}

	/** The token's label. */
	get token(): string {
		return this.#parts.first.slot.token.label;
	}

	get parallel(): number {
		return this.#pool.capacity;
	}

	/** Which of these this key can sign with: by its kind, by what the token lists, and by what the key has refused so far. */
	supports(algorithm: SigningAlgorithm): boolean {
		return this.#choices(algorithm).length > 0;
	}

	/** Logs in and finds the key now, so that a wrong PIN is known before work is done. */
	async unlock(signal?: AbortSignal, signatures?: number): Promise<void> {
		await this.#pool.unlock(signal, signatures);
	}

	async sign(message: Uint8Array, algorithm: SigningAlgorithm, signal?: AbortSignal): Promise<Uint8Array> {
		const choices = this.#choices(algorithm);
		if (choices.length === 0) throw noMechanism(this.token, algorithm);
		const value = await this.#pool.run(async (session) => {
			this.#alwaysAuthenticate = session.alwaysAuthenticate;
			const pin = session.alwaysAuthenticate ? await session.askPin(this.#parts.pin, 'signature') : undefined;
			return this.#firstThatWorks(choices, (choice) => this.#signWith(session, choice, message, pin, signal));
		}, signal);
		this.#verify(algorithm, message, value);
		return value;
	}

	async close(): Promise<void> {
		await this.#pool.close();
	}

	#choices(algorithm: SigningAlgorithm): MechanismChoice[] {
		const { kind } = this.#parts.credential.certificate.publicKey;
		const fits =
			kind === 'rsa'
				? algorithm.kind === 'rsa-pkcs1' || algorithm.kind === 'rsa-pss'
				: kind === 'ec'
					? algorithm.kind === 'ecdsa'
					: algorithm.kind === kind;
		const choices = fits ? mechanismChoices(this.#mechanisms, algorithm) : [];
		return choices.filter(({ call }) => !this.#refusedMechanisms.has(call.mechanism));
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
				this.#refusedMechanisms.add(choice.call.mechanism);
				refusal = error;
			}
		}
		throw refusal;
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
