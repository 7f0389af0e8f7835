import { createPublicKey, type KeyObject } from 'node:crypto';
import { CertificateError } from './certificateError.ts';
import { type Curve, curves } from './curves.ts';
import { type DerElement, DerError, readDer, Tag } from './der.ts';
import { bitString, sequence } from './derWriter.ts';
import { keyOids } from './objectIdentifiers.ts';
import type { DsaNumbers, RsaNumbers } from './portableSignatures.ts';

export type KeyKind = 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448' | 'unknown';

const kinds = new Map<string, KeyKind>([
	[keyOids.rsa, 'rsa'],
	[keyOids.rsaPss, 'rsa-pss'],
	[keyOids.ec, 'ec'],
	[keyOids.dsa, 'dsa'],
	[keyOids.ed25519, 'ed25519'],
	[keyOids.ed448, 'ed448'],
]);

/** A `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), read as far as it is asked about. */
export class PublicKey {
	/** DER of the SubjectPublicKeyInfo. */
	readonly spki: Uint8Array;
	readonly kind: KeyKind;
	/** Dotted decimal of the key's algorithm. */
	readonly algorithm: string;
	/** Content of the BIT STRING: an EC point, EdDSA octets, DER of an RSA or DSA key. */
	readonly bytes: Uint8Array;
	readonly #algorithmIdentifier: DerElement;
	readonly #parameters: DerElement | undefined;
	#bits: number | undefined;
	#keyObject: KeyObject | null | undefined;

	/** @throws {DerError} */
	constructor(spki: Uint8Array | DerElement) {
		const element = spki instanceof Uint8Array ? readDer(spki) : spki;
		this.spki = element.raw;
		const reader = element.read(Tag.sequence);
		this.#algorithmIdentifier = reader.next(Tag.sequence);
		this.bytes = reader.next().bitString().bytes;
		reader.end();
		const identifier = this.#algorithmIdentifier.read();
		this.algorithm = identifier.next(Tag.oid).oid();
		this.#parameters = identifier.atEnd ? undefined : identifier.next();
		this.kind = kinds.get(this.algorithm) ?? 'unknown';
	}

	/** The host's key, made once; undefined where the host cannot use it (see `portableSignatures.ts`). */
	get keyObject(): KeyObject | undefined {
		// RFC 5480 §2.1.1: curves are named. OpenSSL takes parameters spelled out, and with them a forged generator.
		if (this.kind === 'ec' && this.#parameters?.tag !== Tag.oid) return undefined;
		if (this.#keyObject === undefined) {
			try {
				this.#keyObject = createPublicKey({ key: Buffer.from(this.spki), format: 'der', type: 'spki' });
			} catch {
				this.#keyObject = null;
			}
		}
		return this.#keyObject ?? undefined;
	}

	/** The named curve of an EC key; undefined for other keys and for curves Paraph does not know. */
	get curve(): Curve | undefined {
		const name = this.kind === 'ec' ? this.#parameters?.soundOid() : undefined;
		return name === undefined ? undefined : curves.get(name);
	}

	/** Parameters of an id-RSASSA-PSS key, which then bind its signatures (RFC 4055 §3.3). */
	get pssParameters(): DerElement | undefined {
		return this.kind === 'rsa-pss' && this.#parameters?.tag === Tag.sequence ? this.#parameters : undefined;
	}

	/** Size in bits as policies count it: modulus, curve, or DSA's p; 0 where unknown. */
	get bits(): number {
		this.#bits ??= this.#countBits();
		return this.#bits;
	}

	#countBits(): number {
		switch (this.kind) {
			case 'rsa':
			case 'rsa-pss':
				return this.#rsaNumbers?.modulus.toString(2).length ?? 0;
			case 'dsa':
				return this.dsa?.p.toString(2).length ?? 0;
			case 'ec':
				return this.curve?.bits ?? 0;
			case 'ed25519':
				return 256;
			case 'ed448':
				return 456;
			default:
				return 0;
		}
	}

	/** Numbers of an RSA key. @throws {CertificateError} `key-unsupported` where they are damaged */
	get rsa(): RsaNumbers {
		const numbers = this.#rsaNumbers;
		if (!numbers) throw this.unsupported();
		return numbers;
	}

	get #rsaNumbers(): RsaNumbers | undefined {
		return sound(() => {
			const reader = readDer(this.bytes).read(Tag.sequence);
			return { modulus: reader.next().bigint(), exponent: reader.next().bigint() };
		});
	}

	/** Numbers of a DSA key; undefined where they are damaged, or inherited from the key of its issuer. */
	get dsa(): DsaNumbers | undefined {
		const parameters = this.#parameters;
		if (this.kind !== 'dsa' || parameters?.tag !== Tag.sequence) return undefined;
		return sound(() => {
			const reader = parameters.read();
			const p = reader.next().bigint();
			const q = reader.next().bigint();
			return { p, q, g: reader.next().bigint(), y: readDer(this.bytes).bigint() };
		});
	}

	/** RFC 5280 §6.1.4 (d)–(f): a DSA key without parameters takes them from the key that certified it. */
	withParametersOf(issuer: PublicKey): PublicKey {
		if (this.kind !== 'dsa' || this.#parameters?.tag === Tag.sequence || issuer.dsa === undefined) return this;
		return new PublicKey(sequence(issuer.#algorithmIdentifier.raw, bitString(this.bytes)));
	}

	/** @throws {CertificateError} `key-unsupported` */
	unsupported(): CertificateError {
		return new CertificateError('key-unsupported', `keys of the kind ${this.algorithm} cannot be used`, {
			subject: this.algorithm,
		});
	}
}

/** What is read from the key's own bytes, or undefined where they are damaged. */
function sound<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof DerError) return undefined;
		throw error;
	}
}
