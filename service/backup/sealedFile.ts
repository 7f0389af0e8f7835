/**
 * A file of a backup: compressed, then encrypted in chunks with AES-256-GCM under a key of its own, derived from the
 * backup's key and a random salt. The nonce is the chunk's number and whether it is the last; the head, with the kind of
 * file, is associated with each, so that files cannot be cut off or stand in for one another.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { inPieces } from '../blobs/chunkCipher.ts';
import { BackupError } from './backupError.ts';

const MAGIC = 'paraph-backup-1\n';
const SALT = 32;
const HEAD = MAGIC.length + SALT;
const PLAIN = 1024 * 1024;
const TAG = 16;

export type FileKind = 'data' | 'keys';

/** Writes the text whole or not at all. */
export async function writeSealedFile(
	path: string,
	{ key, kind }: { readonly key: Uint8Array; readonly kind: FileKind },
	text: AsyncIterable<string>,
): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const part = `${path}.part`;
	const file = await open(part, 'w', 0o600);
	try {
		const head = Buffer.concat([Buffer.from(MAGIC, 'latin1'), randomBytes(SALT)]);
		await file.write(head);
		const cipher = new Chunks(key, kind, head);
		const compressed = Readable.from(text, { objectMode: false }).pipe(createGzip());
		let waiting: Uint8Array | undefined;
		for await (const piece of inPieces(compressed, PLAIN)) {
			if (waiting !== undefined) await file.write(cipher.encrypt(waiting, false));
			waiting = piece;
		}
		await file.write(cipher.encrypt(waiting ?? Buffer.alloc(0), true));
		await file.sync();
		await file.close();
		await rename(part, path);
	} catch (error) {
		await file.close().catch(() => {});
		await rm(part, { force: true });
		throw error;
	}
}

/** The text, checked chunk by chunk. @throws {BackupError} `backup-damaged`, `backup-key-wrong` */
export async function* readSealedFile(
	path: string,
	{ key, kind }: { readonly key: Uint8Array; readonly kind: FileKind },
): AsyncIterable<string> {
	const plain = Readable.from(decryptFile(path, key, kind), { objectMode: false });
	const text = plain.pipe(createGunzip());
	plain.on('error', (error) => text.destroy(error));
	text.setEncoding('utf8');
	yield* text as AsyncIterable<string>;
}

async function* decryptFile(path: string, key: Uint8Array, kind: FileKind): AsyncIterable<Uint8Array> {
	const file = await open(path, 'r');
	const head = Buffer.alloc(HEAD);
	const { bytesRead } = await file.read(head, 0, HEAD, 0);
	const { size } = await file.stat();
	await file.close();
	if (bytesRead < HEAD || head.toString('latin1', 0, MAGIC.length) !== MAGIC)
		throw new BackupError('backup-damaged', `${path} is no file of a backup.`, { subject: path });
	const cipher = new Chunks(key, kind, head);
	const last = Math.ceil((size - HEAD) / (PLAIN + TAG)) - 1;
	let number = 0;
	for await (const piece of inPieces(createReadStream(path, { start: HEAD }), PLAIN + TAG)) {
		try {
			yield cipher.decrypt(piece, number === last);
		} catch (cause) {
			if (number === 0)
				throw new BackupError('backup-key-wrong', `${path} does not open with this key.`, { subject: path, cause });
			throw new BackupError('backup-damaged', `${path} was changed or cut off.`, { subject: path, cause });
		}
		number += 1;
	}
	if (number === 0) throw new BackupError('backup-damaged', `${path} was cut off.`, { subject: path });
}

/** Both directions of one file, chunk after chunk. */
class Chunks {
	readonly #key: Buffer;
	readonly #associated: Buffer;
	#number = 0;

	constructor(key: Uint8Array, kind: FileKind, head: Uint8Array) {
		this.#key = Buffer.from(hkdfSync('sha256', key, head.subarray(MAGIC.length), `paraph backup ${kind}`, 32));
		this.#associated = Buffer.concat([head, Buffer.from(kind, 'utf8')]);
	}

	encrypt(plain: Uint8Array, last: boolean): Buffer {
		const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce(last)).setAAD(this.#associated);
		return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
	}

	decrypt(piece: Uint8Array, last: boolean): Buffer {
		const end = Math.max(0, piece.length - TAG);
		const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nonce(last), { authTagLength: TAG })
			.setAAD(this.#associated)
			.setAuthTag(piece.subarray(end));
		return Buffer.concat([decipher.update(piece.subarray(0, end)), decipher.final()]);
	}

	#nonce(last: boolean): Buffer {
		const nonce = Buffer.alloc(12);
		nonce.writeUIntBE(this.#number, 5, 6);
		nonce[11] = last ? 1 : 0;
		this.#number += 1;
		return nonce;
	}
}
