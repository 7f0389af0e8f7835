import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../pki/certificate.ts';
import { selfSignedCertificate } from '../pki/selfSignedCertificate.ts';
import { readValidationData } from '../pki/validationData.ts';
import { RoomError } from './roomError.ts';

/** What one side is known by to the other: a key that signs its bundles and a key that bundles to it are encrypted to. */
export interface Peer {
	readonly signing: Certificate;
	readonly receiving: Certificate;
}

const years = 20;
const files = { public: 'room.pem', signing: 'signing.key', receiving: 'receiving.key' } as const;

/** One side with its private keys, kept in a folder for its owner alone. */
export class Identity implements Peer {
	readonly signing: Certificate;
	readonly receiving: Certificate;
	/** The key that opens what was encrypted to {@link receiving}. */
	readonly receivingKey: KeyObject;
	readonly #signingKey: KeyObject;

	private constructor(peer: Peer, signingKey: KeyObject, receivingKey: KeyObject) {
		this.signing = peer.signing;
		this.receiving = peer.receiving;
		this.#signingKey = signingKey;
		this.receivingKey = receivingKey;
	}

	static exists(folder: string): boolean {
		return existsSync(join(folder, files.public));
	}

	/** Makes the keys. The public half is the file `room.pem`, written last: where it is, the rest is. */
	static create(folder: string, name: string, now: Date): Identity {
		const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
		const receiving = generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
		const notAfter = new Date(now);
		notAfter.setUTCFullYear(now.getUTCFullYear() + years);
		const common = { key: signing, name, notBefore: new Date(now.getTime() - 24 * 3600 * 1000), notAfter };
		const certificates = [
			selfSignedCertificate({ ...common, usage: 'digitalSignature' }),
			selfSignedCertificate({ ...common, subject: receiving, usage: 'keyEncipherment' }),
		];
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		for (const [file, key] of [
			[files.signing, signing],
			[files.receiving, receiving],
		] as const)
			writeFileSync(join(folder, file), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
		writeFileSync(join(folder, files.public), certificates.map(pem).join(''), { mode: 0o644 });
		return Identity.load(folder);
	}

	/** @throws {RoomError} `room-damaged` */
	static load(folder: string): Identity {
		try {
			const peer = readPeer(readFileSync(join(folder, files.public)), files.public);
			const [signing, receiving] = [files.signing, files.receiving].map((file) =>
				createPrivateKey(readFileSync(join(folder, file))),
			);
			if (!signing || !receiving) throw new TypeError('two keys were expected');
			return new Identity(peer, signing, receiving);
		} catch (cause) {
			if (cause instanceof RoomError) throw cause;
			throw new RoomError('room-damaged', `the keys in ${folder} cannot be read`, { subject: folder, cause });
		}
	}

	/** ECDSA with SHA-256; DER of the value. */
	sign(message: Uint8Array): Uint8Array {
		return sign('sha256', message, this.#signingKey);
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
