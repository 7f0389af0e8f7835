import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../pki/certificate.ts';
import { selfSignedCertificate } from '../pki/selfSignedCertificate.ts';
import { readValidationData } from '../pki/validationData.ts';
import type { SecretCipher } from '../ports/secretCipher.ts';
import { RoomError } from './roomError.ts';
import { base64, bytes, record, text } from './written.ts';

/** What one side is known by to the other: a key that signs its bundles and a key that bundles to it are encrypted to. */
export interface Peer {
	readonly signing: Certificate;
	readonly receiving: Certificate;
}

const years = 20;
const files = { public: 'room.pem', signing: 'signing.key', receiving: 'receiving.key', wrapped: 'keys.json' } as const;
const format = 'paraph-keys-1';

interface PrivateKeys {
	readonly signing: KeyObject;
	/** Opens what was encrypted to the receiving certificate. */
	readonly receiving: KeyObject;
}

/** A key in a token that the private keys are encrypted under. */
export interface KeyGuard {
	readonly cipher: SecretCipher;
	/** RFC 7512: where it is found again. */
	readonly uri: string;
}

/** One side with its private keys, kept in a folder for its owner alone. */
export class Identity implements Peer {
	readonly signing: Certificate;
	readonly receiving: Certificate;
	/** RFC 7512, where a key in a token guards the private keys: they are there once {@link unlock} was called. */
	readonly guardedBy: string | undefined;
	readonly #folder: string;
	#keys: PrivateKeys | undefined;

	private constructor(folder: string, peer: Peer, keys: PrivateKeys | { readonly guardedBy: string }) {
		this.#folder = folder;
		this.signing = peer.signing;
		this.receiving = peer.receiving;
		if ('guardedBy' in keys) this.guardedBy = keys.guardedBy;
		else this.#keys = keys;
	}

	static exists(folder: string): boolean {
		return existsSync(join(folder, files.public));
	}

	/** Makes the keys. The public half is the file `room.pem`, written last: where it is, the rest is. */
	static create(folder: string, name: string, now: Date): Identity {
		const { keys, certificates } = makeKeys(name, now);
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		for (const [file, key] of [
			[files.signing, keys.signing],
			[files.receiving, keys.receiving],
		] as const)
			writeFileSync(join(folder, file), exported(key), { mode: 0o600 });
		writeFileSync(join(folder, files.public), certificates, { mode: 0o644 });
		return Identity.load(folder);
	}

	/** The same, the private keys encrypted under a key in a token: on the disk they are of no use to anybody. */
	static async createGuarded(folder: string, name: string, now: Date, guard: KeyGuard): Promise<Identity> {
		const { keys, certificates } = makeKeys(name, now);
		const plain = JSON.stringify({ signing: exported(keys.signing), receiving: exported(keys.receiving) });
		const wrapped = await guard.cipher.encrypt(Buffer.from(plain, 'utf8'), Buffer.from(certificates, 'utf8'));
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const content = { format, token: guard.uri, wrapped: base64(wrapped) };
		writeFileSync(join(folder, files.wrapped), `${JSON.stringify(content)}\n`, { mode: 0o600 });
		writeFileSync(join(folder, files.public), certificates, { mode: 0o644 });
		const identity = Identity.load(folder);
		await identity.unlock(guard.cipher);
		return identity;
	}

	/** @throws {RoomError} `room-damaged` */
	static load(folder: string): Identity {
		return whole(folder, () => {
			const peer = readPeer(readFileSync(join(folder, files.public)), files.public);
			if (existsSync(join(folder, files.wrapped)))
				return new Identity(folder, peer, { guardedBy: readWrapped(folder).token });
			const [signing, receiving] = [files.signing, files.receiving].map((file) =>
				createPrivateKey(readFileSync(join(folder, file))),
			);
			if (!signing || !receiving) throw new TypeError('two keys were expected');
			return new Identity(folder, peer, { signing, receiving });
		});
	}

	/** Decrypts the private keys, for as long as this object lives. @throws {RoomError} `room-damaged`; {TokenError}. */
	async unlock(cipher: SecretCipher): Promise<void> {
		const { wrapped } = whole(this.#folder, () => readWrapped(this.#folder));
		const plain = await cipher.decrypt(wrapped, Buffer.from(writePeer(this), 'utf8'));
		this.#keys = whole(this.#folder, () => {
			const { signing, receiving } = record(JSON.parse(Buffer.from(plain).toString('utf8')));
			return { signing: createPrivateKey(text(signing)), receiving: createPrivateKey(text(receiving)) };
		});
	}

	/** The key that opens what was encrypted to {@link receiving}. @throws {RoomError} `room-locked` */
	get receivingKey(): KeyObject {
		return this.#unlocked.receiving;
	}

	/** ECDSA with SHA-256; DER of the value. @throws {RoomError} `room-locked` */
	sign(message: Uint8Array): Uint8Array {
		return sign('sha256', message, this.#unlocked.signing);
	}

	get #unlocked(): PrivateKeys {
		if (this.#keys) return this.#keys;
		throw new RoomError('room-locked', `the keys in ${this.#folder} are guarded by ${this.guardedBy}`, {
			subject: this.#folder,
		});
	}
}

/** DER-encoded keys of one side, and what it shows of them. */
function makeKeys(name: string, now: Date): { readonly keys: PrivateKeys; readonly certificates: string } {
	const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
	const receiving = generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
	const notAfter = new Date(now);
	notAfter.setUTCFullYear(now.getUTCFullYear() + years);
	const common = { key: signing, name, notBefore: new Date(now.getTime() - 24 * 3600 * 1000), notAfter };
	const certificates = [
		selfSignedCertificate({ ...common, usage: 'digitalSignature' }),
		selfSignedCertificate({ ...common, subject: receiving, usage: 'keyEncipherment' }),
	];
	return { keys: { signing, receiving }, certificates: certificates.map(pem).join('') };
}

const exported = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function readWrapped(folder: string): { readonly token: string; readonly wrapped: Uint8Array } {
	const fields = record(JSON.parse(readFileSync(join(folder, files.wrapped), 'utf8')));
	if (fields['format'] !== format) throw new TypeError('another format');
	return { token: text(fields['token']), wrapped: bytes(fields['wrapped']) };
}

/** @throws {RoomError} `room-damaged` for whatever cannot be read. */
function whole<T>(folder: string, read: () => T): T {
	try {
		return read();
	} catch (cause) {
		if (cause instanceof RoomError) throw cause;
		throw new RoomError('room-damaged', `the keys in ${folder} cannot be read`, { subject: folder, cause });
	}
}

/**
 * Reads what `room.pem` holds: the certificate that signs, then the one that receives, which the first has signed.
 *
 * @throws {RoomError} `peer-unreadable`
 */
export function readPeer(bytes: Uint8Array, subject: string): Peer {
	try {
		const [signing, receiving, ...more] = readValidationData(bytes, subject).certificates;
		if (signing && receiving && more.length === 0 && receiving.isSignedBy(signing.publicKey) && signing.isSelfSigned)
			return { signing, receiving };
	} catch (cause) {
		throw new RoomError('peer-unreadable', `${subject} is not what 'paraph room init' wrote`, { subject, cause });
	}
	throw new RoomError('peer-unreadable', `${subject} is not what 'paraph room init' wrote`, { subject });
}

/** The pair as `room.pem` holds it. */
export const writePeer = ({ signing, receiving }: Peer): string => pem(signing.raw) + pem(receiving.raw);

function pem(certificate: Uint8Array): string {
	const lines =
		Buffer.from(certificate)
			.toString('base64')
			.match(/.{1,64}/g) ?? [];
	return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
