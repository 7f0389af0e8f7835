/**
 * Verifying what the host's `node:crypto` cannot: Electron carries BoringSSL, which has no brainpool curves, no Ed448, no SHAKE,
 * no SHA-3 and no DSA. Also signatures over a digest that was taken elsewhere, which `node:crypto` does not offer anywhere.
 *
 * Verifying handles public values alone, so nothing here needs constant time.
 */
import type { Digest } from '../ports/algorithms.ts';
import type { CurveName } from './curves.ts';
import { readDer, Tag } from './der.ts';
import { nullValue, octetString, oid, sequence } from './derWriter.ts';
import { digest, digestLength } from './digest.ts';
import { digestOids } from './objectIdentifiers.ts';
import { portableEcdsa, portableEd448 } from './portableCurves.ts';

/** Ed448 (RFC 8032 §5.2) over a whole message. */
export function verifyEd448(publicKey: Uint8Array, message: Uint8Array, value: Uint8Array): boolean {
	const ed448 = portableEd448();
	return orFalse(() => ed448.verify(value, message, publicKey));
}

/**
 * ECDSA over a digest (FIPS 186-5 §6.4.2).
 *
 * @param point SEC 1 octets, compressed or not.
 * @param value DER `Ecdsa-Sig-Value`.
 */
export function verifyEcdsa(curve: CurveName, point: Uint8Array, digestValue: Uint8Array, value: Uint8Array): boolean {
	const options = { prehash: false, lowS: false, format: 'der' } as const;
	return orFalse(() => portableEcdsa(curve).verify(value, digestValue, point, options));
}

/** RSA public keys beyond these sizes would let a stranger's file keep the machine busy (OpenSSL draws similar lines). */
const maximumModulusBits = 16384;
const maximumExponentBits = 64;

export interface RsaNumbers {
	readonly modulus: bigint;
	readonly exponent: bigint;
}

/** RSASSA-PKCS1-v1_5 over a digest (RFC 8017 §8.2.2): the expected encoding is built and compared whole. */
export function verifyRsaPkcs1(
	key: RsaNumbers,
	algorithm: Digest,
	digestValue: Uint8Array,
	value: Uint8Array,
): boolean {
	const encoded = rsaPublic(key, value);
	if (encoded === undefined) return false;
	const hash = oid(digestOids[algorithm]);
	// RFC 8017 §9.2 note 1: the parameters are NULL; some signers leave them out.
	return [sequence(hash, nullValue()), sequence(hash)].some((identifier) => {
		const info = sequence(identifier, octetString(digestValue));
		const padding = encoded.length - info.length - 3;
		if (padding < 8) return false;
		const expected = Buffer.concat([Uint8Array.of(0, 1), Buffer.alloc(padding, 0xff), Uint8Array.of(0), info]);
		return Buffer.compare(expected, encoded) === 0;
	});
}

/** RSASSA-PSS over a digest (RFC 8017 §8.1.2, §9.1.2), with any MGF1 digest and exactly this salt length. */
export function verifyRsaPss(
	key: RsaNumbers,
	algorithm: { readonly digest: Digest; readonly mgfDigest: Digest; readonly saltLength: number },
	digestValue: Uint8Array,
	value: Uint8Array,
): boolean {
	const whole = rsaPublic(key, value);
	if (whole === undefined) return false;
	const bits = bitLength(key.modulus) - 1;
	const encoded = whole.subarray(whole.length - Math.ceil(bits / 8));
	if (whole.length > encoded.length && whole[0] !== 0) return false;
	const hashLength = digestLength[algorithm.digest];
	const maskedLength = encoded.length - hashLength - 1;
	const saltStart = maskedLength - algorithm.saltLength;
	if (saltStart < 1 || encoded[encoded.length - 1] !== 0xbc) return false;
	const block = Uint8Array.from(encoded.subarray(0, maskedLength));
	const hash = encoded.subarray(maskedLength, maskedLength + hashLength);
	const spareBits = 8 * encoded.length - bits;
	if ((block[0] ?? 0) >> (8 - spareBits) !== 0) return false;
	const mask = mgf1(algorithm.mgfDigest, hash, maskedLength);
	for (let i = 0; i < maskedLength; i++) block[i] = (block[i] ?? 0) ^ (mask[i] ?? 0);
	block[0] = (block[0] ?? 0) & (0xff >> spareBits);
	if (block.subarray(0, saltStart - 1).some((octet) => octet !== 0) || block[saltStart - 1] !== 1) return false;
	const expected = digest(algorithm.digest, new Uint8Array(8), digestValue, block.subarray(saltStart));
	return Buffer.compare(expected, hash) === 0;
}

function mgf1(algorithm: Digest, seed: Uint8Array, length: number): Uint8Array {
	const blocks: Uint8Array[] = [];
	for (let counter = 0; counter * digestLength[algorithm] < length; counter++) {
		const octets = Buffer.alloc(4);
		octets.writeUInt32BE(counter);
		blocks.push(digest(algorithm, seed, octets));
	}
	return Buffer.concat(blocks).subarray(0, length);
}

/** The encoded message, as long as the modulus; undefined when the value or the key is out of range. */
function rsaPublic({ modulus, exponent }: RsaNumbers, value: Uint8Array): Uint8Array | undefined {
	const bits = bitLength(modulus);
	if (bits < 512 || bits > maximumModulusBits || bitLength(exponent) > maximumExponentBits || exponent < 3n) return;
	const length = Math.ceil(bits / 8);
	const signature = toBigint(value);
	if (value.length !== length || signature >= modulus) return;
	return Buffer.from(
		power(signature, exponent, modulus)
			.toString(16)
			.padStart(2 * length, '0'),
		'hex',
	);
}

export interface DsaNumbers {
	readonly p: bigint;
	readonly q: bigint;
	readonly g: bigint;
	readonly y: bigint;
}

/** DSA over a digest (FIPS 186-4 §4.7). @param value DER `Dss-Sig-Value`. */
export function verifyDsa({ p, q, g, y }: DsaNumbers, digestValue: Uint8Array, value: Uint8Array): boolean {
	const orderBits = bitLength(q);
	if (bitLength(p) > 10000 || orderBits > 512 || q < 3n || p < 3n || y <= 1n || y >= p || g <= 1n || g >= p)
		return false;
	return orFalse(() => {
		const reader = readDer(value).read(Tag.sequence);
		const r = reader.next().bigint();
		const s = reader.next().bigint();
		reader.end();
		if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
		const octets = digestValue.subarray(0, Math.ceil(orderBits / 8));
		const z = toBigint(octets) >> BigInt(Math.max(0, octets.length * 8 - orderBits));
		// q is prime, so s^(q-2) is the inverse of s (Fermat).
		const w = power(s, q - 2n, q);
		return ((power(g, (z * w) % q, p) * power(y, (r * w) % q, p)) % p) % q === r;
	});
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
	let result = 1n;
	let square = base % modulus;
	for (let left = exponent; left > 0n; left >>= 1n) {
		if (left & 1n) result = (result * square) % modulus;
		square = (square * square) % modulus;
	}
	return result;
}

const bitLength = (value: bigint): number => (value <= 0n ? 0 : value.toString(2).length);

const toBigint = (bytes: Uint8Array): bigint =>
	bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);

/** A value that cannot even be read is a wrong value. */
function orFalse(check: () => boolean): boolean {
	try {
		return check();
	} catch {
		return false;
	}
}
