import { TokenError } from '../../core/ports/tokenError.ts';
import { TokenCipher, type TokenCipherOptions } from '../../native/tokenCipher.ts';
import { KeyError } from './keyError.ts';
import type { TenantKey } from './tenantKey.ts';

/** Faults after which the token's process is begun anew: the connection to an HSM may break for a while. */
const broken: ReadonlySet<string> = new Set([
	'module-crashed',
	'module-timeout',
	'token-removed',
	'token-failed',
	'token-busy',
]);

/** A tenant's key that lives in an HSM and never leaves it. */
export class HsmKey implements TenantKey {
	readonly #options: TokenCipherOptions;
	#cipher: Promise<TokenCipher>;

	private constructor(options: TokenCipherOptions, cipher: TokenCipher) {
		this.#options = options;
		this.#cipher = Promise.resolve(cipher);
	}

	/** @throws {TokenError} */
	static async open(options: TokenCipherOptions): Promise<HsmKey> {
		return new HsmKey(options, await TokenCipher.open(options));
	}

	async wrap(key: Uint8Array, context: string): Promise<Buffer> {
		return Buffer.from(await this.#use((cipher) => cipher.encrypt(key, Buffer.from(context, 'utf8'))));
	}

	async unwrap(wrapped: Uint8Array, context: string): Promise<Buffer> {
		try {
			return Buffer.from(await this.#use((cipher) => cipher.decrypt(wrapped, Buffer.from(context, 'utf8'))));
		} catch (cause) {
			if (!(cause instanceof TokenError) || !(await this.#isWell())) throw cause;
			throw new KeyError('sealed-damaged', 'A wrapped key was changed, or belongs to another key of the HSM.', {
				hint: 'Check that the configuration names the right key of the HSM; otherwise restore a backup.',
				cause,
			});
		}
	}

	/** Drivers say of a wrong tag what they say of a broken line: the HSM is asked for something that must work. */
	async #isWell(): Promise<boolean> {
		const associated = Buffer.from('probe', 'utf8');
		try {
			const value = await this.#use((cipher) => cipher.encrypt(associated, associated));
			return Buffer.compare(await this.#use((cipher) => cipher.decrypt(value, associated)), associated) === 0;
		} catch (error) {
			if (error instanceof TokenError) return false;
			throw error;
		}
	}

	async close(): Promise<void> {
		await (await this.#cipher.catch(() => undefined))?.close();
	}

	/** Once more, with a new session, where the old one broke. */
	async #use<Value>(act: (cipher: TokenCipher) => Promise<Value>): Promise<Value> {
		const used = this.#cipher;
		try {
			return await act(await used);
		} catch (error) {
			if (!(error instanceof TokenError) || !broken.has(error.code)) throw error;
			// Of many that fail together one begins it anew.
			if (this.#cipher === used) this.#cipher = this.#reopen(used);
			return act(await this.#cipher);
		}
	}

	async #reopen(used: Promise<TokenCipher>): Promise<TokenCipher> {
		await (await used.catch(() => undefined))?.close();
		return TokenCipher.open(this.#options);
	}
}
