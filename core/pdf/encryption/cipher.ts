/** One cipher over strings and streams, keyed for each object (ISO 32000-2, 7.6.3). */
import { md5 } from '@noble/hashes/legacy.js';
import { rc4 } from '../../ciphers/rc4.ts';
import type { PdfRef } from '../objects.ts';
import { decryptAes, encryptAes } from './aes.ts';

export type CipherMethod = 'none' | 'rc4' | 'aes-128' | 'aes-256';

export interface Cipher {
	/** @param owner the object that the string or stream belongs to. */
	decrypt(owner: PdfRef, bytes: Uint8Array): Uint8Array;
	encrypt(owner: PdfRef, bytes: Uint8Array): Uint8Array;
}

const IDENTITY: Cipher = { decrypt: (_, bytes) => bytes, encrypt: (_, bytes) => bytes };

/** @param key of the file. */
export function cipherFor(method: CipherMethod, key: Uint8Array): Cipher {
	switch (method) {
		case 'none':
			return IDENTITY;
		case 'rc4': {
			const apply = (owner: PdfRef, bytes: Uint8Array): Uint8Array => rc4(objectKey(key, owner, ''), bytes);
			return { decrypt: apply, encrypt: apply };
		}
		case 'aes-128':
			return {
				decrypt: (owner, bytes) => decryptAes(objectKey(key, owner, 'sAlT'), bytes),
				encrypt: (owner, bytes) => encryptAes(objectKey(key, owner, 'sAlT'), bytes),
			};
		case 'aes-256':
			return { decrypt: (_, bytes) => decryptAes(key, bytes), encrypt: (_, bytes) => encryptAes(key, bytes) };
	}
}

/** Algorithm 1. */
function objectKey(key: Uint8Array, { number, generation }: PdfRef, salt: string): Uint8Array {
	const place = [number, number >> 8, number >> 16, generation, generation >> 8].map((byte) => byte & 0xff);
	const hash = md5(Buffer.concat([key, Uint8Array.from(place), Buffer.from(salt, 'latin1')]));
	return hash.subarray(0, Math.min(16, key.length + 5));
}
