/** From a password to keys, as PKCS#12 (RFC 7292 appendix B) and PKCS#5 (RFC 8018) do it, bounded in time. */
import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { type DerElement, Tag } from '../../core/pki/der.ts';
import { unsupported } from './pkcs12Error.ts';

/** More than ten times what anyone writes; a file that asks for more wants to keep the machine busy. */
const maximumIterations = 5_000_000;
const maximumPkcs12Iterations = 1_000_000;

/** The ID octet of appendix B.3. */
export const Purpose = { key: 1, iv: 2, mac: 3 } as const;

/** The password as the PKCS#12 functions take it: UTF-16 big-endian with a final zero character. */
export function pkcs12Password(password: string): Uint8Array {
	return Buffer.concat([Buffer.from(password, 'utf16le').swap16(), Buffer.alloc(2)]);
}

/** Appendix B.2. @param hash as node:crypto spells it. */
export function deriveByPkcs12(options: {
	readonly hash: string;
	readonly password: Uint8Array;
	readonly salt: Uint8Array;
	readonly iterations: number;
	readonly purpose: number;
	readonly length: number;
}): Uint8Array {
	const { hash, password, salt, iterations, purpose, length } = options;
	if (iterations < 1 || iterations > maximumPkcs12Iterations) throw unsupported(`${iterations} iterations`);
	const block = ['sha384', 'sha512'].includes(hash) ? 128 : 64;
	const diversifier = Buffer.alloc(block, purpose);
	const input = Buffer.concat([repeated(salt, block), repeated(password, block)]);
	const derived: Buffer[] = [];
	for (let have = 0; have < length; have += derived.at(-1)?.length ?? length) {
		let round = createHash(hash).update(diversifier).update(input).digest();
		for (let i = 1; i < iterations; i++) round = createHash(hash).update(round).digest();
		derived.push(round);
		addToEach(input, repeated(round, block).subarray(0, block));
	}
	return Buffer.concat(derived).subarray(0, length);
}

/** The octets again and again, up to a whole number of blocks; nothing stays nothing. */
function repeated(octets: Uint8Array, block: number): Buffer {
	return Buffer.alloc(octets.length === 0 ? 0 : Math.ceil(octets.length / block) * block, octets);
}

/** Step 6C: each block I_j becomes I_j + B + 1 modulo 2^(8v). */
function addToEach(input: Buffer, addend: Buffer): void {
	for (let start = 0; start < input.length; start += addend.length) {
		let carry = 1;
		for (let i = addend.length - 1; i >= 0; i--) {
			carry += (input[start + i] ?? 0) + (addend[i] ?? 0);
			input[start + i] = carry & 0xff;
			carry >>= 8;
		}
	}
}

const pseudoRandomFunctions: Readonly<Record<string, string>> = {
	'1.2.840.113549.2.7': 'sha1',
	'1.2.840.113549.2.8': 'sha224',
	'1.2.840.113549.2.9': 'sha256',
	'1.2.840.113549.2.10': 'sha384',
	'1.2.840.113549.2.11': 'sha512',
};

/**
 * The key that a PBES2 or PBMAC1 keyDerivationFunc gives (RFC 8018 §A.2, RFC 7914 §7).
 *
 * @param length octets, where the parameters do not say.
 */
export function deriveByPkcs5(keyDerivation: DerElement, password: string, length: number | undefined): Uint8Array {
	const reader = keyDerivation.read(Tag.sequence);
	const algorithm = reader.next().oid();
	const parameters = reader.next().read(Tag.sequence);
	const salt = parameters.next().octets();
	if (algorithm === '1.2.840.113549.1.5.12') {
		const iterations = parameters.next().integer();
		if (iterations < 1 || iterations > maximumIterations) throw unsupported(`${iterations} iterations`);
		const stated = parameters.optional(Tag.integer)?.integer();
		const prf = parameters.atEnd ? '1.2.840.113549.2.7' : parameters.next().read(Tag.sequence).next().oid();
		const hash = pseudoRandomFunctions[prf];
		if (hash === undefined) throw unsupported(`the function ${prf}`);
		return pbkdf2Sync(password, salt, iterations, keyLength(length ?? stated), hash);
	}
	if (algorithm === '1.3.6.1.4.1.11591.4.11') {
		const [N, r, p] = [parameters.next().integer(), parameters.next().integer(), parameters.next().integer()];
		if (N * r * 128 > 0x20000000 || p > 16) throw unsupported('scrypt parameters that large');
		return scryptSync(password, salt, keyLength(length), { N, r, p, maxmem: 0x21000000 });
	}
	throw unsupported(`the key derivation ${algorithm}`);
}

function keyLength(length: number | undefined): number {
	if (length === undefined || length < 1 || length > 64) throw unsupported('a key of this length');
	return length;
}
