/** Keys of every kind that a signer, a CA, a responder or a TSA may have, and what X.509 says of them. */
import {
	constants,
	createHash,
	createPublicKey,
	generateKeyPairSync,
	type KeyObject,
	type SigningOptions,
	sign,
} from 'node:crypto';
import { readDer } from '../../../core/pki/der.ts';
import { explicit, integer, nullValue, oid, sequence } from '../../../core/pki/derWriter.ts';

export const keyKinds = ['rsa-2048', 'rsa-3072', 'rsa-pss', 'p256', 'p384', 'p521', 'ed25519'] as const;

/** What few tokens have, and what Paraph refuses. */
type RareKeyKind = 'rsa-1024' | 'rsa-4096' | 'brainpool-p256' | 'brainpool-p384' | 'brainpool-p512' | 'ed448';

/** `rsa-pss` is a key whose certificate allows RSASSA-PSS with SHA-256 alone (RFC 4055 §1.2). */
export type KeyKind = (typeof keyKinds)[number] | RareKeyKind;

/** A private key and how X.509 structures are signed with it. */
export class DemoKey {
	readonly kind: KeyKind;
	readonly privateKey: KeyObject;
	/** DER of SubjectPublicKeyInfo. */
	readonly publicKeyInfo: Uint8Array;

	constructor(kind: KeyKind, privateKey: KeyObject) {
		this.kind = kind;
		this.privateKey = privateKey;
		this.publicKeyInfo = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
	}

	static generate(kind: KeyKind): DemoKey {
		return new DemoKey(kind, generatePrivateKey(kind));
	}

	/** SHA-1 of the public key's bits: RFC 5280 §4.2.1.2 (1), and OCSP's key hashes. */
	get identifier(): Uint8Array {
		const reader = readDer(this.publicKeyInfo).read();
		reader.next();
		return createHash('sha1').update(reader.next().content.subarray(1)).digest();
	}

	/** DER of the AlgorithmIdentifier that {@link sign} signs by. */
	get signatureAlgorithm(): Uint8Array {
		return signatureAlgorithms[this.kind];
	}

	/** The digest {@link sign} hashes with, as node:crypto names it. */
	get digest(): 'sha256' | 'sha384' | 'sha512' {
		return digests[this.kind];
	}

	/** The signature value as X.509 and CMS carry it. */
	sign(message: Uint8Array): Uint8Array {
		const padding: SigningOptions =
			this.kind === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
		const isEdwards = this.kind === 'ed25519' || this.kind === 'ed448';
		return sign(isEdwards ? null : this.digest, message, { key: this.privateKey, ...padding });
	}
}

function generatePrivateKey(kind: KeyKind): KeyObject {
	switch (kind) {
		case 'rsa-2048':
			return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
		case 'rsa-1024':
			return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
		case 'rsa-3072':
			return generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
		case 'rsa-4096':
			return generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey;
		case 'rsa-pss':
			return generateKeyPairSync('rsa-pss', {
				modulusLength: 2048,
				hashAlgorithm: 'sha256',
				mgf1HashAlgorithm: 'sha256',
			}).privateKey;
		case 'p256':
			return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
		case 'p384':
			return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
		case 'p521':
			return generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;
		case 'brainpool-p256':
			return generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }).privateKey;
		case 'brainpool-p384':
			return generateKeyPairSync('ec', { namedCurve: 'brainpoolP384r1' }).privateKey;
		case 'brainpool-p512':
			return generateKeyPairSync('ec', { namedCurve: 'brainpoolP512r1' }).privateKey;
		case 'ed25519':
			return generateKeyPairSync('ed25519').privateKey;
		case 'ed448':
			return generateKeyPairSync('ed448').privateKey;
	}
}

const digests = {
	'rsa-2048': 'sha256',
	'rsa-1024': 'sha256',
	'rsa-3072': 'sha256',
	'rsa-4096': 'sha256',
	'rsa-pss': 'sha256',
	p256: 'sha256',
	p384: 'sha384',
	p521: 'sha512',
	'brainpool-p256': 'sha256',
	'brainpool-p384': 'sha384',
	'brainpool-p512': 'sha512',
	ed25519: 'sha512',
	ed448: 'sha512',
} as const;

const sha256WithRsa = sequence(oid('1.2.840.113549.1.1.11'), nullValue());
const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue());

/** RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 (RFC 4055 §3.1). */
const pssWithSha256 = sequence(
	oid('1.2.840.113549.1.1.10'),
	sequence(explicit(0, sha256), explicit(1, sequence(oid('1.2.840.113549.1.1.8'), sha256)), explicit(2, integer(32))),
);

const signatureAlgorithms: Readonly<Record<KeyKind, Uint8Array>> = {
	'rsa-2048': sha256WithRsa,
	'rsa-1024': sha256WithRsa,
	'rsa-3072': sha256WithRsa,
	'rsa-4096': sha256WithRsa,
	'rsa-pss': pssWithSha256,
	p256: sequence(oid('1.2.840.10045.4.3.2')),
	p384: sequence(oid('1.2.840.10045.4.3.3')),
	p521: sequence(oid('1.2.840.10045.4.3.4')),
	'brainpool-p256': sequence(oid('1.2.840.10045.4.3.2')),
	'brainpool-p384': sequence(oid('1.2.840.10045.4.3.3')),
	'brainpool-p512': sequence(oid('1.2.840.10045.4.3.4')),
	ed25519: sequence(oid('1.3.101.112')),
	ed448: sequence(oid('1.3.101.113')),
};
