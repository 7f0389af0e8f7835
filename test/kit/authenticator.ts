/** An authenticator application, as an administrator has one on a phone. */
import { totpCode, totpStep } from '../../service/auth/totp.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class Authenticator {
	readonly #secret: Buffer;

	/** @param typed the secret in base32, as it was shown. */
	constructor(typed: string) {
		const bits = [...typed.replaceAll(/\s/g, '')].map((one) => alphabet.indexOf(one).toString(2).padStart(5, '0'));
		const bytes = bits.join('').match(/.{8}/g) ?? [];
		this.#secret = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
	}

	/** What it shows. */
	code(at = new Date()): string {
		return totpCode(this.#secret, totpStep(at));
	}

	/** One that it shows neither then nor a minute before or after. */
	wrongCode(at = new Date()): string {
		const near = [-2, -1, 0, 1, 2].map((step) => totpCode(this.#secret, totpStep(at) + step));
		return [0, 1, 2, 3, 4, 5].map((one) => `00000${one}`).find((code) => !near.includes(code)) ?? '';
	}
}
