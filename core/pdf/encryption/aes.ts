/** AES-CBC as PDF uses it (ISO 32000-2, 7.6.3.1): a random block in front, padding behind. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const BLOCK = 16;

/** @param key 16 or 32 bytes. */
export function encryptAes(key: Uint8Array, data: Uint8Array): Uint8Array {
	const initial = randomBytes(BLOCK);
	const cipher = createCipheriv(cbc(key), key, initial);
	return Buffer.concat([initial, cipher.update(data), cipher.final()]);
}

/** What is too short, cut off or padded wrongly gives what there is: other readers show such documents as well. */
export function decryptAes(key: Uint8Array, data: Uint8Array): Uint8Array {
	const blocks = Math.floor(data.length / BLOCK) - 1;
	if (blocks < 1) return new Uint8Array(0);
	const decipher = createDecipheriv(cbc(key), key, data.subarray(0, BLOCK)).setAutoPadding(false);
	const plain = decipher.update(data.subarray(BLOCK, BLOCK * (blocks + 1)));
	const padding = plain.at(-1) ?? 0;
	return padding >= 1 && padding <= BLOCK ? plain.subarray(0, plain.length - padding) : plain;
}

/** Whole blocks, no padding; the file key is kept this way. */
export function encryptAesBlocks(key: Uint8Array, data: Uint8Array, initial: Uint8Array): Uint8Array {
	return createCipheriv(cbc(key), key, initial).setAutoPadding(false).update(data);
}

export function decryptAesBlocks(key: Uint8Array, data: Uint8Array): Uint8Array {
	return createDecipheriv(cbc(key), key, new Uint8Array(BLOCK)).setAutoPadding(false).update(data);
}

function cbc(key: Uint8Array): string {
	return `aes-${key.length * 8}-cbc`;
}
