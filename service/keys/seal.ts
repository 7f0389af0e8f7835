import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeyError } from './keyError.ts';

/** One octet of version, then the nonce, the tag and the ciphertext. */
const VERSION = 1;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + NONCE + TAG;

/** Octets of a key for AES-256. */
export const KEY_LENGTH = 32;

export const randomKey = (): Buffer => randomBytes(KEY_LENGTH);

/**
 * Encrypts a small value with AES-256-GCM under a random nonce.
 *
 * @param context what the value is (table, column, row): it opens for the same alone, so that none can be swapped for another.
 */
export function seal(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
	const nonce = randomBytes(NONCE);
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
	const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws {KeyError} `sealed-damaged` for another key, another context, or changed bytes. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
	if (sealed.length < HEAD || sealed[0] !== VERSION) throw damaged(context);
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG })
		.setAAD(Buffer.from(context, 'utf8'))
		.setAuthTag(sealed.subarray(1 + NONCE, HEAD));
	try {
		return Buffer.concat([decipher.update(sealed.subarray(HEAD)), decipher.final()]);
	} catch (cause) {
		throw damaged(context, cause);
	}
}

const damaged = (context: string, cause?: unknown): KeyError =>
	new KeyError(
		'sealed-damaged',
		`An encrypted value (${context.split(':')[0]}) was changed, or belongs to another key.`,
		{
			hint: 'Check that the tenant’s key is the right one; otherwise restore a backup.',
			cause,
		},
	);
