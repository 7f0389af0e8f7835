/** The standard security handler's keys (ISO 32000-2, 7.6.4): from a password to the key of the file. */
import { createHash } from 'node:crypto';
import { md5 } from '@noble/hashes/legacy.js';
import { rc4 } from '../../ciphers/rc4.ts';
import { decryptAesBlocks, encryptAesBlocks } from './aes.ts';

/** What the encryption dictionary and the trailer say. */
export interface StandardHandler {
	/** `/R`, 2 to 6. */
	readonly revision: number;
	/** Of the file key, in bytes. */
	readonly keyLength: number;
	/** `/O`, `/U`; 32 bytes, 48 from revision 5. */
	readonly owner: Uint8Array;
	readonly user: Uint8Array;
	/** `/OE`, `/UE`; revisions 5 and 6 alone. */
	readonly ownerKey: Uint8Array;
	readonly userKey: Uint8Array;
	/** `/P` as a signed 32-bit number. */
	readonly permissions: number;
	/** First part of `/ID`. */
	readonly identifier: Uint8Array;
	readonly encryptsMetadata: boolean;
}

export interface FileKey {
	readonly key: Uint8Array;
	readonly openedBy: 'user' | 'owner';
}

/** @returns `undefined` when the password, as bytes, is neither the owner's nor the user's. */
export function fileKey(handler: StandardHandler, password: Uint8Array): FileKey | undefined {
	return handler.revision >= 5 ? modernFileKey(handler, password) : legacyFileKey(handler, password);
}

const PADDING = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');

function legacyFileKey(handler: StandardHandler, password: Uint8Array): FileKey | undefined {
	const asOwner = legacyUserKey(handler, userPasswordFromOwner(handler, password));
	if (asOwner !== undefined) return { key: asOwner, openedBy: 'owner' };
	const asUser = legacyUserKey(handler, password);
	return asUser === undefined ? undefined : { key: asUser, openedBy: 'user' };
}

/** Algorithms 2 and 6: the key, if the password is the user's. */
function legacyUserKey(handler: StandardHandler, password: Uint8Array): Uint8Array | undefined {
	const { revision, keyLength, identifier } = handler;
	const permissions = new Uint8Array(4);
	new DataView(permissions.buffer).setInt32(0, handler.permissions, true);
	const metadataMark = revision >= 4 && !handler.encryptsMetadata ? [Buffer.from('ffffffff', 'hex')] : [];
	const seed = md5(Buffer.concat([padded(password), handler.owner, permissions, identifier, ...metadataMark]));
	const key = (revision >= 3 ? rehashed(seed, keyLength) : seed).subarray(0, keyLength);
	if (revision === 2) return equal(rc4(key, PADDING), handler.user) ? key : undefined;
	const check = inRounds(ascending, key, md5(Buffer.concat([PADDING, identifier])));
	return equal(check, handler.user.subarray(0, 16)) ? key : undefined;
}

/** Algorithm 7: the user password, if the one given is the owner's. */
function userPasswordFromOwner(handler: StandardHandler, password: Uint8Array): Uint8Array {
	const { revision, keyLength } = handler;
	const seed = md5(padded(password));
	const key = (revision >= 3 ? rehashed(seed, 16) : seed).subarray(0, keyLength);
	return revision === 2 ? rc4(key, handler.owner) : inRounds(descending, key, handler.owner);
}

function padded(password: Uint8Array): Uint8Array {
	return Buffer.concat([password.subarray(0, 32), PADDING]).subarray(0, 32);
}

function rehashed(seed: Uint8Array, length: number): Uint8Array {
	let hash = seed;
	for (let round = 0; round < 50; round++) hash = md5(hash.subarray(0, length));
	return hash;
}

const ascending = Array.from({ length: 20 }, (_, round) => round);
const descending = ascending.toReversed();

function inRounds(rounds: readonly number[], key: Uint8Array, data: Uint8Array): Uint8Array {
	return rounds.reduce(
		(text, round) =>
			rc4(
				key.map((byte) => byte ^ round),
				text,
			),
		data,
	);
}

/** Algorithm 2.A. */
function modernFileKey(handler: StandardHandler, password: Uint8Array): FileKey | undefined {
	const { owner, user, revision } = handler;
	const hash = revision === 5 ? hashRevision5 : hashRevision6;
	const userBytes = user.subarray(0, 48);
	if (equal(hash(password, owner.subarray(32, 40), userBytes), owner.subarray(0, 32))) {
		const key = hash(password, owner.subarray(40, 48), userBytes);
		return { key: decryptAesBlocks(key, handler.ownerKey.subarray(0, 32)), openedBy: 'owner' };
	}
	const nothing = new Uint8Array(0);
	if (equal(hash(password, user.subarray(32, 40), nothing), user.subarray(0, 32))) {
		const key = hash(password, user.subarray(40, 48), nothing);
		return { key: decryptAesBlocks(key, handler.userKey.subarray(0, 32)), openedBy: 'user' };
	}
	return undefined;
}

/** Adobe Supplement to ISO 32000, Extension Level 3. */
function hashRevision5(password: Uint8Array, salt: Uint8Array, user: Uint8Array): Uint8Array {
	return createHash('sha256').update(password).update(salt).update(user).digest();
}

/** Algorithm 2.B. */
function hashRevision6(password: Uint8Array, salt: Uint8Array, user: Uint8Array): Uint8Array {
	let hash: Uint8Array = hashRevision5(password, salt, user);
	for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
		const piece = Buffer.concat([password, hash, user]);
		const repeated = Buffer.concat(Array.from({ length: 64 }, () => piece));
		const text = encryptAesBlocks(hash.subarray(0, 16), repeated, hash.subarray(16, 32));
		// The first 16 bytes as one number, modulo 3: 256 is 1 modulo 3, so their sum does.
		const remainder = text.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
		hash = createHash(remainder === 0 ? 'sha256' : remainder === 1 ? 'sha384' : 'sha512')
			.update(text)
			.digest();
		last = text.at(-1) ?? 0;
	}
	return hash.subarray(0, 32);
}

function equal(first: Uint8Array, second: Uint8Array): boolean {
	return first.length === second.length && first.every((byte, index) => byte === second[index]);
}
