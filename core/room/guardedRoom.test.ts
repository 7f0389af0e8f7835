/** A room whose keys are encrypted under a key somewhere else. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretCipher } from '../ports/secretCipher.ts';
import { TokenError } from '../ports/tokenError.ts';
import { Desk } from './desk.ts';
import { readPeer } from './identity.ts';
import { Room } from './room.ts';

const now = new Date('2026-11-02T09:00:00Z');
const time = { now, confirmed: false };
const uri = 'pkcs11:token=demo;object=room';
let folder: string;
const path = (name: string): string => join(folder, name);
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-guarded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As a token does it, with a key in memory. */
function cipherOf(key = randomBytes(32)): SecretCipher {
	return {
		async encrypt(data, associated) {
			const nonce = randomBytes(12);
			const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
			return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
		},
		async decrypt(encrypted, associated) {
			const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12)).setAAD(associated);
			decipher.setAuthTag(encrypted.subarray(-16));
			try {
				return Buffer.concat([decipher.update(encrypted.subarray(12, -16)), decipher.final()]);
			} catch (cause) {
				throw new TokenError('token-failed', 'The token refused.', { hint: 'Look at it.', cause });
			}
		},
	};
}

async function packed(): Promise<void> {
	writeFileSync(path('contract.pdf'), '%PDF-1.7 a contract');
	const desk = await Desk.open(path('desk'), now);
	const room = readPeer(readFileSync(path('room/room.pem')), 'room.pem');
	await desk.pack({ files: [path('contract.pdf')], room, out: path('in'), level: null, signOptions: [], now });
}

describe('a guarded room', () => {
	it('has no private key on the disk', async () => {
		await Room.initGuarded(path('room'), now, { cipher: cipherOf(), uri });
		expect(readdirSync(path('room')).toSorted()).toEqual(['keys.json', 'log.jsonl', 'room.pem', 'state.json']);
		expect(readFileSync(path('room/keys.json'), 'utf8')).not.toContain('PRIVATE KEY');
	});

	it('opens and seals when it is unlocked, and not before', async () => {
		const cipher = cipherOf();
		await Room.initGuarded(path('room'), now, { cipher, uri });
		await packed();
		const room = Room.open(path('room'));
		expect(room.guardedBy).toBe(uri);
		await expect(room.openBundle(path('in'), path('out'), time)).rejects.toMatchObject({ code: 'room-locked' });
		expect(readdirSync(folder)).not.toContain('out');
		await room.unlock(cipher);
		await room.openBundle(path('in'), path('out'), time);
		writeFileSync(path('out/signed.pdf'), '%PDF-1.7 a contract, signed');
		expect((await room.seal(path('out'), path('sealed'), { time, partial: false })).sealed).toHaveLength(1);
	});

	it('is not unlocked by another key, nor with keys that were exchanged', async () => {
		const cipher = cipherOf();
		await Room.initGuarded(path('room'), now, { cipher, uri });
		await expect(Room.open(path('room')).unlock(cipherOf())).rejects.toMatchObject({ code: 'token-failed' });
		await Room.initGuarded(path('other'), now, { cipher, uri });
		writeFileSync(path('room/keys.json'), readFileSync(path('other/keys.json')));
		await expect(Room.open(path('room')).unlock(cipher)).rejects.toMatchObject({ code: 'token-failed' });
		writeFileSync(path('room/keys.json'), '{}');
		expect(() => Room.open(path('room'))).toThrow(expect.objectContaining({ code: 'room-damaged' }));
	});
});
