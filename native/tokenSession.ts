/** One process, one token, one key: found by its URI's answer, logged in when it is first needed, gone after a fault. */
import { setTimeout as wait } from 'node:timers/promises';
import { TokenError } from '../core/ports/tokenError.ts';
import { type Credential, credentialsOf } from './credentials.ts';
import type { ModulePort } from './modules/modulePort.ts';
import type { KeyObject, MechanismCall } from './modules/protocol.ts';
import type { PinFacts, PinProvider, PinRequest } from './pin.ts';
import { isOccupied, type OccupiedSlot, pinFacts } from './tokenFacts.ts';

/**
 * A PIN as it goes to the process: typed, or to be entered on the reader. Held for the length of a call, since only
 * the process may keep it.
 */
export type EnteredPin = { readonly pin: string } | 'pad';

/** A call failed with the one before it, which had spoilt the session: nothing came of it, and it may be tried elsewhere. */
export class CallDisturbed extends Error {
	constructor(cause: unknown) {
		super('the session was spoilt by an earlier call', { cause });
	}
}

/** Faults that say nothing of the session, only of what was asked. */
const harmless: ReadonlySet<string> = new Set(['mechanism-missing', 'key-cannot-sign']);

export class TokenSession {
	readonly #port: ModulePort;
	readonly #slot: OccupiedSlot;
	#key: KeyObject | undefined;
	#loggedIn = false;
	#spoilt = false;

	constructor(port: ModulePort, slot: OccupiedSlot) {
		this.#port = port;
		this.#slot = slot;
	}

	/** Whether more may be asked of it; if not, another must be opened. */
	get usable(): boolean {
		return this.#port.alive && !this.#spoilt;
	}

	get pinEntry(): PinFacts['entry'] {
		return pinFacts(this.#slot.token).entry;
	}

	get slot(): OccupiedSlot {
		return this.#slot;
	}

	get loggedIn(): boolean {
		return this.#loggedIn;
	}

	/** Whether the key wants the PIN for each signature; known once it was found. */
	get alwaysAuthenticate(): boolean {
		return this.#key?.alwaysAuthenticate ?? false;
	}

	/** Asks whoever knows the PIN; refuses beforehand what could only waste a try. */
	async askPin(provider: PinProvider | undefined, purpose: PinRequest['purpose']): Promise<EnteredPin> {
		const { token, description } = this.#slot;
		const facts = pinFacts(token);
		if (facts.state === 'locked') throw locked(token.label);
		if (provider === undefined && facts.entry !== 'pad') throw required(token.label);
		const pin = await provider?.({ ...facts, token: token.label, reader: description, purpose });
		if (facts.entry === 'pad') return 'pad';
		if (pin === undefined) throw cancelled(token.label);
		const { minimumLength, maximumLength } = facts;
		const length = Buffer.byteLength(pin);
		const upTo = maximumLength > 0 && maximumLength < 0xffffffff ? maximumLength : Number.POSITIVE_INFINITY;
		if (length === 0 || length < minimumLength || length > upTo) throw wrongLength(token.label, minimumLength, upTo);
		return { pin };
	}

	/** @throws {TokenError} `pin-incorrect` with what the token says of the tries left, `pin-locked`, … */
	async login(entered: EnteredPin, signal?: AbortSignal): Promise<void> {
		const pin = entered === 'pad' ? undefined : entered.pin;
		const { token, id: slot } = this.#slot;
		await this.#explained(this.#port.call('login', { slot, pin }, token.label, { signal, person: pin === undefined }));
		this.#loggedIn = true;
	}

	/** Looks for the private key of the credential among what is to be seen now; undefined if it is not there. */
	async findKey(credential: Credential, signal?: AbortSignal): Promise<KeyObject | undefined> {
		const { token, id } = this.#slot;
		const objects = await this.#port.call('objects', { slot: id }, token.label, { signal });
		const rules = { now: credential.certificate.notBefore, minimumRsaBits: 0 };
		const again = credentialsOf(objects, true, rules).find(({ certificate }) =>
			certificate.equals(credential.certificate),
		);
		this.#key = again?.key === 'hidden' ? undefined : again?.key;
		return this.#key;
	}

	/**
	 * @param authenticate for a key that wants the PIN for each signature.
	 * @throws {TokenError}, {CallDisturbed}.
	 */
	async sign(
		mechanism: MechanismCall,
		data: Uint8Array,
		authenticate: EnteredPin | undefined,
		signal?: AbortSignal,
	): Promise<Uint8Array> {
		if (this.#key === undefined) throw new TypeError('the key was not looked for yet');
		const { token, id: slot } = this.#slot;
		const args = { slot, key: this.#key.handle, mechanism, data, authenticate };
		// Some drivers that ask for no login have a dialogue of their own for each signature.
		const person = authenticate === 'pad' || (authenticate === undefined && this.pinEntry !== 'typed');
		const call = this.#port.call('sign', args, token.label, { signal, person });
		return this.#explained(call.catch((error: unknown) => this.#spoiltBy(error)));
	}

	/** The first fault is the call's own; those of the calls that were waiting behind it are not. */
	#spoiltBy(error: unknown): never {
		if (error instanceof TokenError && harmless.has(error.code) && this.#port.alive) throw error;
		if (this.#spoilt) throw new CallDisturbed(error);
		this.#spoilt = true;
		throw error;
	}

	async close(): Promise<void> {
		await this.#port.close();
	}

	/**
	 * Looks at the token again where that says more than the driver's answer: a refused PIN is told with the state the
	 * token is in now, and a general failure of a token that is gone is a token that was taken out.
	 */
	async #explained<Answer>(call: Promise<Answer>): Promise<Answer> {
		try {
			return await call;
		} catch (error) {
			if (!(error instanceof TokenError) || !this.#port.alive) throw error;
			if (error.code !== 'pin-incorrect' && error.code !== 'token-failed') throw error;
			const slot = await this.#lookAgain(error.code === 'token-failed');
			const { token } = this.#slot;
			const present = slot !== undefined && slot.token.serial === token.serial;
			if (error.code === 'token-failed') throw present ? error : removed(token.label, error);
			throw present ? withPinState(error, slot) : error;
		}
	}

	/** @param patient whether to wait for what a reader notices only at its next look. */
	async #lookAgain(patient: boolean): Promise<OccupiedSlot | undefined> {
		const { id, token } = this.#slot;
		for (let look = 0; ; look++) {
			const slots = await this.#port.call('slots', {}, token.label).catch(() => []);
			const slot = slots.find((candidate) => candidate.id === id);
			if (slot === undefined || !isOccupied(slot)) return undefined;
			if (!patient || look === 3) return slot;
			await wait(300);
		}
	}
}

function withPinState(error: TokenError, { token }: OccupiedSlot): TokenError {
	const pinState = pinFacts(token).state;
	const hint =
		pinState === 'locked'
			? 'It is locked now: unblock it with the PUK, or ask the card issuer.'
			: pinState === 'last-try'
				? 'Only one try is left before the card locks: be sure of the PIN before you try again.'
				: error.hint;
	return new TokenError(error.code, error.message, { hint, subject: error.subject, cause: error.cause, pinState });
}

/** The token that was there is there no more. */
export const removed = (token: string, cause?: unknown): TokenError =>
	new TokenError('token-removed', `The token '${token}' is not there any more.`, {
		hint: 'Insert the card or token again, then repeat what is left.',
		subject: token,
		cause,
	});

const locked = (token: string): TokenError =>
	new TokenError('pin-locked', `The token '${token}' is locked after too many wrong PINs.`, {
		hint: 'Unblock it with the PUK, or ask the card issuer.',
		subject: token,
		pinState: 'locked',
	});

const required = (token: string): TokenError =>
	new TokenError('pin-required', `The token '${token}' wants a PIN.`, {
		hint: 'Give it with --pin-env or --pin-file, or run the command on a terminal.',
		subject: token,
	});

const cancelled = (token: string): TokenError =>
	new TokenError('pin-cancelled', `No PIN was given for the token '${token}'.`, {
		hint: 'Nothing was sent to the token.',
		subject: token,
	});

const wrongLength = (token: string, minimum: number, maximum: number): TokenError =>
	new TokenError(
		'pin-length',
		`The token '${token}' takes PINs of ${minimum} ${maximum === Number.POSITIVE_INFINITY ? 'characters or more' : `to ${maximum} characters`}.`,
		{ hint: 'Nothing was sent to the token, and no try was used.', subject: token },
	);
