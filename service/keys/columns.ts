import { createHmac } from 'node:crypto';
import { seal, unseal } from './seal.ts';

/** Encrypts what the tables hold about people, and makes it findable without being readable. */
export class Columns {
	readonly #sealing: Uint8Array;
	readonly #index: Uint8Array;

	constructor(keys: { readonly columns: Uint8Array; readonly index: Uint8Array }) {
		this.#sealing = keys.columns;
		this.#index = keys.index;
	}

	/** @param context table, column and row, `:` between them. */
	seal(value: unknown, context: string): Buffer {
		return seal(this.#sealing, Buffer.from(JSON.stringify(value), 'utf8'), context);
	}

	/** What was sealed, unchecked: whoever asks knows its shape or parses it. @throws {KeyError} `sealed-damaged` */
	unseal(sealed: Uint8Array, context: string): unknown {
		return JSON.parse(unseal(this.#sealing, sealed, context).toString('utf8'));
	}

	/**
	 * The blind index of a value: the same for the same, and without the key no more than a random number.
	 *
	 * @param kind keeps equal values of different kinds apart.
	 * @returns 64 hex digits. Letter case, width and blanks around the value make no difference.
	 */
	blindIndex(kind: string, value: string): string {
		const normal = value.normalize('NFKC').trim().toLowerCase();
		return createHmac('sha256', this.#index).update(`${kind}\0${normal}`, 'utf8').digest('hex');
	}
}
