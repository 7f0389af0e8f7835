/** Reads PKCS#12 files (RFC 7292): keys and certificates behind a password. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { berToDer } from '../../core/pki/ber.ts';
import { context, type DerElement, DerError, readDer, Tag } from '../../core/pki/der.ts';
import { digestOids } from '../../core/pki/objectIdentifiers.ts';
import { deriveByPkcs5, deriveByPkcs12, Purpose } from './keyDerivation.ts';
import { decryptByPassword, type Password, passwordForms } from './passwordEncryption.ts';
import { malformed, unsupported, wrongPassword } from './pkcs12Error.ts';
import { openSoftKey, type SoftKey } from './softKey.ts';

export interface Pkcs12Contents {
	readonly keys: readonly SoftKey[];
	/** DER, in the order of the file. */
	readonly certificates: readonly Uint8Array[];
}

const contentTypes = { data: '1.2.840.113549.1.7.1', encryptedData: '1.2.840.113549.1.7.6' } as const;
const bagTypes = {
	key: '1.2.840.113549.1.12.10.1.1',
	shroudedKey: '1.2.840.113549.1.12.10.1.2',
	certificate: '1.2.840.113549.1.12.10.1.3',
	safeContents: '1.2.840.113549.1.12.10.1.6',
} as const;
const x509Certificate = '1.2.840.113549.1.9.22.1';
const pbmac1 = '1.2.840.113549.1.5.14';
const maximumBags = 1000;

/**
 * @param subject what an error names: the file's path.
 * @throws {TokenError} `pin-incorrect` for a wrong password, `p12-unreadable` for anything that is no PKCS#12 file or is
 * encrypted with what is not known here.
 */
export function readPkcs12(bytes: Uint8Array, password: string, subject: string): Pkcs12Contents {
	try {
		const file = new Pkcs12File(bytes);
		for (const form of passwordForms(password)) {
			const contents = file.open(form);
			if (contents !== undefined) return contents;
		}
		throw wrongPassword(subject);
	} catch (error) {
		if (error instanceof DerError) throw malformed(subject, error);
		throw error;
	}
}

class Pkcs12File {
	/** DER of the AuthenticatedSafe: what the MAC is over. */
	readonly #safe: Uint8Array;
	readonly #mac: DerElement | undefined;

	constructor(bytes: Uint8Array) {
		const reader = readDer(berToDer(bytes), Tag.sequence).read();
		if (reader.next().integer() !== 3) throw unsupported('another version than 3');
		const content = reader.next(Tag.sequence).read();
		const type = content.next().oid();
		if (type !== contentTypes.data) throw unsupported('a signature in place of a password (public-key integrity)');
		this.#safe = content.next(context(0)).read().next().octets();
		this.#mac = reader.atEnd ? undefined : reader.next(Tag.sequence);
	}

	/** @returns undefined where the password is wrong. */
	open(password: Password): Pkcs12Contents | undefined {
		if (this.#mac !== undefined && !macFits(this.#mac, this.#safe, password)) return undefined;
		try {
			const bags = new Bags(password);
			for (const content of readDer(berToDer(this.#safe), Tag.sequence).read().rest()) bags.readContent(content);
			return bags;
		} catch (error) {
			// Without a MAC, a wrong password shows in what the decryption gives.
			if (error instanceof WrongPassword || (this.#mac === undefined && error instanceof DerError)) return undefined;
			throw error;
		}
	}
}

class WrongPassword extends Error {}

class Bags implements Pkcs12Contents {
	readonly keys: SoftKey[] = [];
	readonly certificates: Uint8Array[] = [];
	readonly #password: Password;
	#count = 0;

	constructor(password: Password) {
		this.#password = password;
	}

	/** ContentInfo with plain or encrypted SafeContents (§4.1). */
	readContent(element: DerElement): void {
		const reader = element.read(Tag.sequence);
		const type = reader.next().oid();
		const content = reader.next(context(0)).read().next();
		if (type === contentTypes.data) this.#readBags(content.octets());
		else if (type === contentTypes.encryptedData) this.#readBags(this.#decryptData(content));
		else throw unsupported('encryption to a public key');
	}

	/** EncryptedData (RFC 5652 §8). */
	#decryptData(element: DerElement): Uint8Array {
		const reader = element.read(Tag.sequence);
		reader.next(Tag.integer);
		const info = reader.next(Tag.sequence).read();
		info.next(Tag.oid);
		const algorithm = info.next(Tag.sequence);
		const encrypted = info.next();
		// [0] IMPLICIT OCTET STRING; in BER it may come in pieces, under the constructed tag.
		const octets =
			encrypted.tag === context(0)
				? Buffer.concat([...encrypted.read().rest()].map((piece) => piece.octets()))
				: encrypted.content;
		return this.#decrypt(algorithm, octets);
	}

	#decrypt(algorithm: DerElement, encrypted: Uint8Array): Uint8Array {
		const plain = decryptByPassword(algorithm, this.#password, encrypted);
		if (plain === undefined) throw new WrongPassword();
		return plain;
	}

	#readBags(safeContents: Uint8Array): void {
		for (const bag of readDer(berToDer(safeContents), Tag.sequence).read().rest()) this.#readBag(bag);
	}

	/** SafeBag (§4.2). */
	#readBag(element: DerElement): void {
		if (++this.#count > maximumBags) throw unsupported(`more than ${maximumBags} entries`);
		const reader = element.read(Tag.sequence);
		const type = reader.next().oid();
		const value = reader.next(context(0)).read().next();
		if (type === bagTypes.key) this.keys.push(openSoftKey(value.raw));
		else if (type === bagTypes.shroudedKey) {
			const shrouded = value.read(Tag.sequence);
			const pkcs8 = this.#decrypt(shrouded.next(Tag.sequence), shrouded.next().octets());
			this.keys.push(openSoftKey(berToDer(pkcs8)));
		} else if (type === bagTypes.certificate) this.#addCertificate(value);
		else if (type === bagTypes.safeContents) this.#readBags(value.raw);
	}

	#addCertificate(value: DerElement): void {
		const reader = value.read(Tag.sequence);
		if (reader.next().oid() === x509Certificate) this.certificates.push(reader.next(context(0)).read().next().octets());
	}
}

/** MacData (§4, appendix A): HMAC by the PKCS#12 derivation, or PBMAC1 (RFC 9579). */
function macFits(element: DerElement, safe: Uint8Array, password: Password): boolean {
	const reader = element.read();
	const digestInfo = reader.next(Tag.sequence).read();
	const algorithm = digestInfo.next(Tag.sequence);
	const expected = digestInfo.next().octets();
	const salt = reader.next().octets();
	const iterations = reader.atEnd ? 1 : reader.next().integer();
	const identifier = algorithm.read();
	const oid = identifier.next().oid();
	let hash: string;
	let key: Uint8Array;
	if (oid === pbmac1) {
		const parameters = identifier.next(Tag.sequence).read();
		const keyDerivation = parameters.next(Tag.sequence);
		hash = hmacHash(parameters.next(Tag.sequence).read().next().oid());
		key = deriveByPkcs5(keyDerivation, password.text, undefined);
	} else {
		hash = digestName(oid);
		const length = expected.length;
		key = deriveByPkcs12({ hash, password: password.pkcs12, salt, iterations, purpose: Purpose.mac, length });
	}
	const actual = createHmac(hash, key).update(safe).digest();
	return actual.length === expected.length && timingSafeEqual(actual, expected);
}

const hmacHashes: Readonly<Record<string, string>> = {
	'1.2.840.113549.2.9': 'sha256',
	'1.2.840.113549.2.10': 'sha384',
	'1.2.840.113549.2.11': 'sha512',
};

function hmacHash(oid: string): string {
	const hash = hmacHashes[oid];
	if (hash === undefined) throw unsupported(`the MAC ${oid}`);
	return hash;
}

function digestName(oid: string): string {
	const found = Object.entries(digestOids).find(([, value]) => value === oid)?.[0];
	if (found === undefined || !/^sha(1|224|256|384|512)$/.test(found)) throw unsupported(`the MAC ${oid}`);
	return found;
}
