/** An AES key in a token or HSM that encrypts small values: the key at the top of a hierarchy. */
import { randomBytes } from 'node:crypto';
import { TokenError } from '../core/ports/tokenError.ts';
import { type DriverOptions, modulesOf, startModule } from './driverOptions.ts';
import { modulesFor } from './modules/discovery.ts';
import type { ModulePort } from './modules/modulePort.ts';
import type { ObjectHandle } from './modules/protocol.ts';
import type { PinProvider } from './pin.ts';
import { parsePkcs11Uri } from './pkcs11Uri.ts';
import { isInitialized, isOccupied, moduleMatches, type OccupiedSlot, pinFacts, tokenMatches } from './tokenFacts.ts';
import { TokenSession } from './tokenSession.ts';

const NONCE = 12;

export interface TokenCipherOptions extends DriverOptions {
	/** RFC 7512; `object` is the key's label. A key that is not there is made. */
	readonly uri: string;
	readonly pin: PinProvider;
}

export class TokenCipher {
	readonly #port: ModulePort;
	readonly #slot: OccupiedSlot;
	readonly #key: ObjectHandle;

	private constructor(port: ModulePort, slot: OccupiedSlot, key: ObjectHandle) {
		this.#port = port;
		this.#slot = slot;
		this.#key = key;
	}

	/** @throws {TokenError} */
	static async open(options: TokenCipherOptions): Promise<TokenCipher> {
		const uri = parsePkcs11Uri(options.uri);
		const { object: label, id } = uri;
		if (label === undefined) throw unnamed(options.uri);
		for (const path of modulesFor(uri, modulesOf(options), options.modulesOnly)) {
			const port = await startModule(path, options);
			try {
				const slots = (await port.call('slots', {}, path)).filter(isOccupied).filter(isInitialized);
				const slot = slots.find((one) => moduleMatches(uri, port.info) && tokenMatches(uri, one));
				if (slot !== undefined) return await TokenCipher.#logIn(port, slot, { label, id }, options.pin);
			} catch (error) {
				await port.close();
				throw error;
			}
			await port.close();
		}
		throw new TokenError('token-not-found', `No token fits ${options.uri}.`, {
			hint: 'Check that the HSM can be reached: `paraph tokens` lists what there is.',
			subject: options.uri,
		});
	}

	static async #logIn(
		port: ModulePort,
		slot: OccupiedSlot,
		{ label, id }: { readonly label: string; readonly id: string | undefined },
		pin: PinProvider,
	): Promise<TokenCipher> {
		const session = new TokenSession(port, slot);
		if (pinFacts(slot.token).entry !== 'none') await session.login(await session.askPin(pin, 'login'));
		const key = await port.call('secretKey', { slot: slot.id, label, id }, slot.token.label);
		return new TokenCipher(port, slot, key);
	}

	/** @returns nonce, ciphertext and tag. @throws {TokenError} */
	async encrypt(data: Uint8Array, associated: Uint8Array): Promise<Uint8Array> {
		const nonce = randomBytes(NONCE);
		return Buffer.concat([nonce, await this.#call('encrypt', nonce, associated, data)]);
	}

	/** @throws {TokenError} where the key is another one, or the value was changed. */
	async decrypt(encrypted: Uint8Array, associated: Uint8Array): Promise<Uint8Array> {
		return this.#call('decrypt', encrypted.subarray(0, NONCE), associated, encrypted.subarray(NONCE));
	}

	async close(): Promise<void> {
		await this.#port.close();
	}

	#call(
		direction: 'encrypt' | 'decrypt',
		nonce: Uint8Array,
		associated: Uint8Array,
		data: Uint8Array,
	): Promise<Uint8Array> {
		const { id: slot, token } = this.#slot;
		return this.#port.call('aesGcm', { slot, key: this.#key, direction, nonce, associated, data }, token.label);
	}
}

const unnamed = (uri: string): TokenError =>
	new TokenError('token-uri-invalid', `${uri} names no key.`, {
		hint: 'Add object=LABEL: the key is made under that label where there is none.',
		subject: uri,
	});
