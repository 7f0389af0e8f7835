/** Password-based decryption of what a PKCS#12 file hides: PBES2, and the schemes of RFC 7292 appendix C. */
import { createDecipheriv, getCiphers } from 'node:crypto';
import { decryptRc2Cbc } from '../../core/ciphers/rc2.ts';
import { rc4 } from '../../core/ciphers/rc4.ts';
import { type DerElement, Tag } from '../../core/pki/der.ts';
import { deriveByPkcs5, deriveByPkcs12, Purpose, pkcs12Password } from './keyDerivation.ts';
import { unsupported } from './pkcs12Error.ts';

/** A password in both its forms; PKCS#12's own schemes know two kinds of none. */
export interface Password {
	readonly text: string;
	/** As the schemes of PKCS#12 itself take it. */
	readonly pkcs12: Uint8Array;
}

/** The ways in which this password may have been used; the first is what almost all do. */
export function passwordForms(text: string): readonly Password[] {
	const usual = { text, pkcs12: pkcs12Password(text) };
	return text === '' ? [usual, { text, pkcs12: new Uint8Array(0) }] : [usual];
}

interface Pkcs12Scheme {
	readonly cipher: 'rc4' | 'des-ede3-cbc' | 'rc2';
	/** Octets. */
	readonly key: number;
}

/** pkcs-12PbeIds (RFC 7292 appendix C). */
const pkcs12Schemes: Readonly<Record<string, Pkcs12Scheme>> = {
	'1.2.840.113549.1.12.1.1': { cipher: 'rc4', key: 16 },
	'1.2.840.113549.1.12.1.2': { cipher: 'rc4', key: 5 },
	'1.2.840.113549.1.12.1.3': { cipher: 'des-ede3-cbc', key: 24 },
	'1.2.840.113549.1.12.1.4': { cipher: 'des-ede3-cbc', key: 16 },
	'1.2.840.113549.1.12.1.5': { cipher: 'rc2', key: 16 },
	'1.2.840.113549.1.12.1.6': { cipher: 'rc2', key: 5 },
};
const pbes2 = '1.2.840.113549.1.5.13';

/** Ciphers of PBES2 with their key's octets; each has its IV for parameters. */
const pbes2Ciphers: Readonly<Record<string, readonly [name: string, key: number]>> = {
	'2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
	'2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
	'2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
	'1.2.840.113549.3.7': ['des-ede3-cbc', 24],
	'1.2.392.200011.61.1.1.1.2': ['camellia-128-cbc', 16],
	'1.2.392.200011.61.1.1.1.3': ['camellia-192-cbc', 24],
	'1.2.392.200011.61.1.1.1.4': ['camellia-256-cbc', 32],
};

/**
 * @param algorithm the AlgorithmIdentifier.
 * @returns undefined where the padding shows that the password is wrong; a wrong one may also give rubbish.
 * @throws {TokenError} `p12-unreadable` for a scheme that is not known here.
 */
export function decryptByPassword(
	algorithm: DerElement,
	password: Password,
	encrypted: Uint8Array,
): Uint8Array | undefined {
	const reader = algorithm.read(Tag.sequence);
	const scheme = reader.next().oid();
	const parameters = reader.next(Tag.sequence);
	if (scheme === pbes2) return decryptPbes2(parameters, password, encrypted);
	const known = pkcs12Schemes[scheme];
	if (known === undefined) throw unsupported(`the encryption ${scheme}`);
	return decryptPkcs12(known, parameters, password, encrypted);
}

/** RFC 8018 §6.2. */
function decryptPbes2(parameters: DerElement, password: Password, encrypted: Uint8Array): Uint8Array | undefined {
	const reader = parameters.read();
	const keyDerivation = reader.next(Tag.sequence);
	const encryption = reader.next(Tag.sequence).read();
	const cipher = encryption.next().oid();
	const known = pbes2Ciphers[cipher];
	if (known === undefined) throw unsupported(`the cipher ${cipher}`);
	const [name, length] = known;
	return decipher(name, deriveByPkcs5(keyDerivation, password.text, length), encryption.next().octets(), encrypted);
}

function decryptPkcs12(
	{ cipher, key: length }: Pkcs12Scheme,
	parameters: DerElement,
	password: Password,
	encrypted: Uint8Array,
): Uint8Array | undefined {
	const reader = parameters.read();
	const salt = reader.next().octets();
	const shared = { hash: 'sha1', password: password.pkcs12, salt, iterations: reader.next().integer() };
	const key = deriveByPkcs12({ ...shared, purpose: Purpose.key, length });
	// A stream: no padding tells a wrong password here.
	if (cipher === 'rc4') return rc4(key, encrypted);
	const iv = deriveByPkcs12({ ...shared, purpose: Purpose.iv, length: 8 });
	if (cipher === 'rc2') return unpad(decryptRc2Cbc(key, length * 8, iv, encrypted), 8);
	// Two-key triple DES is the three-key one with the first key again.
	const threeKeys = length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;
	return decipher(cipher, threeKeys, iv, encrypted);
}

function decipher(name: string, key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array | undefined {
	const block = name.startsWith('des') ? 8 : 16;
	// Electron's node:crypto lacks this one.
	if (name.startsWith('camellia') && !getCiphers().includes(name)) throw unsupported(`the cipher ${name}`);
	if (iv.length !== block) throw unsupported('an initialisation vector of this length');
	const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
	if (encrypted.length % block !== 0) return undefined;
	return unpad(Buffer.concat([decipher.update(encrypted), decipher.final()]), block);
}

/** PKCS#7 padding. */
function unpad(padded: Uint8Array, block: number): Uint8Array | undefined {
	const count = padded.at(-1) ?? 0;
	if (padded.length === 0 || count < 1 || count > block) return undefined;
	const end = padded.length - count;
	return padded.subarray(end).every((octet) => octet === count) ? padded.subarray(0, end) : undefined;
}
