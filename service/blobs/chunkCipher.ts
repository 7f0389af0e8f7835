/**
 * How a blob lies in the store: chunks of 4 MiB, each AES-256-GCM with its tag behind it, under a key that no other
 * blob has. The nonce is the chunk's number and whether it is the last (STREAM, Hoang et al. 2015), so chunks can be
 * neither reordered, dropped nor cut off; the associated data name tenant, object and length, so a whole blob cannot
 * stand in for another.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { BlobError } from './blobError.ts';

export const CHUNK = 4 * 1024 * 1024;
const TAG = 16;

export interface BlobIdentity {
	readonly tenant: string;
	readonly object: string;
	/** Of the plain bytes. */
	readonly length: number;
}

/** How many octets a blob of this length takes in the store. */
export const storedLength = (length: number): number => length + chunkCount(length) * TAG;

/** @throws {BlobError} `blob-length` where the source gives more or less than it said. */
export async function* encryptChunks(
	source: AsyncIterable<Uint8Array>,
	key: Uint8Array,
	identity: BlobIdentity,
): AsyncIterable<Uint8Array> {
	const count = chunkCount(identity.length);
	let number = 0;
	let seen = 0;
	const encrypt = (plain: Uint8Array): Uint8Array => {
		const cipher = createCipheriv('aes-256-gcm', key, nonce(number, number === count - 1)).setAAD(associated(identity));
		const encrypted = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
		number += 1;
		return encrypted;
	};
	for await (const plain of inPieces(source, CHUNK)) {
		seen += plain.length;
		if (seen > identity.length) break;
		yield encrypt(plain);
	}
	if (identity.length === 0 && seen === 0) yield encrypt(Buffer.alloc(0));
	if (seen !== identity.length)
		throw new BlobError('blob-length', `${identity.length} bytes were announced, others came.`, {
			hint: 'Send it again.',
		});
}

/**
 * The plain bytes from `start` up to, not including, `end`, checked chunk by chunk before any is given.
 *
 * @param read the stored octets of a range.
 * @throws {BlobError} `blob-damaged`
 */
export async function* decryptRange(
	read: (start: number, end: number) => AsyncIterable<Uint8Array>,
	key: Uint8Array,
	identity: BlobIdentity,
	range: { readonly start: number; readonly end: number },
): AsyncIterable<Uint8Array> {
	const count = chunkCount(identity.length);
	const first = Math.min(Math.floor(range.start / CHUNK), count - 1);
	const last = Math.max(first, Math.ceil(range.end / CHUNK) - 1);
	const stored = read(first * (CHUNK + TAG), Math.min((last + 1) * (CHUNK + TAG), storedLength(identity.length)));
	let number = first;
	for await (const piece of inPieces(stored, CHUNK + TAG)) {
		const plain = decrypt(piece, key, identity, number, number === count - 1);
		const position = number * CHUNK;
		number += 1;
		const part = plain.subarray(Math.max(0, range.start - position), Math.max(0, range.end - position));
		if (part.length > 0) yield part;
	}
	if (number !== last + 1) throw damaged(identity);
}

function decrypt(piece: Uint8Array, key: Uint8Array, identity: BlobIdentity, number: number, last: boolean): Buffer {
	if (piece.length < TAG) throw damaged(identity);
	const decipher = createDecipheriv('aes-256-gcm', key, nonce(number, last), { authTagLength: TAG })
		.setAAD(associated(identity))
		.setAuthTag(piece.subarray(piece.length - TAG));
	try {
		return Buffer.concat([decipher.update(piece.subarray(0, piece.length - TAG)), decipher.final()]);
	} catch (cause) {
		throw damaged(identity, cause);
	}
}

/** Pieces of exactly this size, the last may be shorter. */
export async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array> {
	let waiting: Uint8Array[] = [];
	let held = 0;
	for await (const bytes of source) {
		for (let position = 0; position < bytes.length; ) {
			const part = bytes.subarray(position, position + size - held);
			waiting.push(part);
			held += part.length;
			position += part.length;
			if (held < size) continue;
			yield Buffer.concat(waiting);
			waiting = [];
			held = 0;
		}
	}
	if (held > 0) yield Buffer.concat(waiting);
}

/** An empty blob has one chunk, for its tag. */
const chunkCount = (length: number): number => Math.max(1, Math.ceil(length / CHUNK));

function nonce(number: number, last: boolean): Buffer {
	const bytes = Buffer.alloc(12);
	bytes.writeUIntBE(number, 5, 6);
	bytes[11] = last ? 1 : 0;
	return bytes;
}

const associated = ({ tenant, object, length }: BlobIdentity): Buffer =>
	Buffer.from(`paraph-blob:${tenant}:${object}:${length}`, 'utf8');

const damaged = ({ object }: BlobIdentity, cause?: unknown): BlobError =>
	new BlobError('blob-damaged', `The object ${object} in the store is not what was put there.`, {
		hint: 'Restore it from a backup: `paraph restore --help`.',
		subject: object,
		cause,
	});
