import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlobIdentity, CHUNK, decryptRange, encryptChunks, inPieces, storedLength } from './chunkCipher.ts';

const key = randomBytes(32);
const identity = (length: number): BlobIdentity => ({ tenant: 't', object: 'o', length });

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of source) parts.push(part);
	return Buffer.concat(parts);
}

async function* from(...parts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
	yield* parts;
}

const encrypt = (plain: Uint8Array, id = identity(plain.length)): Promise<Buffer> =>
	collect(encryptChunks(from(plain), key, id));
const decrypt = (stored: Uint8Array, id: BlobIdentity, range = { start: 0, end: id.length }): Promise<Buffer> =>
	collect(decryptRange((start, end) => from(stored.subarray(start, end)), key, id, range));

describe('chunks of a blob', () => {
	it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])(
		'come back as they were, %i bytes of them',
		async (length) => {
			const plain = randomBytes(length);
			const stored = await encrypt(plain);
			expect(stored.length).toBe(storedLength(length));
			expect((await decrypt(stored, identity(length))).equals(plain)).toBe(true);
		},
	);

	it('give any range', async () => {
		const plain = randomBytes(2 * CHUNK + 1000);
		const stored = await encrypt(plain);
		const position = fc.integer({ min: 0, max: plain.length });
		await fc.assert(
			fc.asyncProperty(position, position, async (a, b) => {
				const [start, end] = a < b ? [a, b] : [b, a];
				const part = await decrypt(stored, identity(plain.length), { start, end });
				return part.equals(plain.subarray(start, end));
			}),
			{ numRuns: 20 },
		);
	});

	const plain = randomBytes(2 * CHUNK + 10);
	const sealedChunk = CHUNK + 16;
	it.each<[string, (stored: Buffer) => Buffer, BlobIdentity]>([
		[
			'changed',
			(stored) => Buffer.concat([stored.subarray(0, 5), Buffer.of((stored[5] ?? 0) ^ 1), stored.subarray(6)]),
			identity(plain.length),
		],
		['cut off in a chunk', (stored) => stored.subarray(0, stored.length - 1), identity(plain.length)],
		['cut off between chunks', (stored) => stored.subarray(0, 2 * sealedChunk), identity(plain.length)],
		['cut off, with a length that fits', (stored) => stored.subarray(0, 2 * sealedChunk), identity(2 * CHUNK)],
		[
			'put in another order',
			(stored) =>
				Buffer.concat([
					stored.subarray(sealedChunk, 2 * sealedChunk),
					stored.subarray(0, sealedChunk),
					stored.subarray(2 * sealedChunk),
				]),
			identity(plain.length),
		],
		['another object', (stored) => stored, { ...identity(plain.length), object: 'p' }],
		['another tenant’s', (stored) => stored, { ...identity(plain.length), tenant: 'u' }],
	])('are refused when they are %s', async (_, damage, id) => {
		const stored = damage(await encrypt(plain));
		await expect(decrypt(stored, id)).rejects.toMatchObject({ code: 'blob-damaged' });
	});

	it.each([-1, 1])('are refused when the source gives %i byte than it said', async (difference) => {
		await expect(encrypt(randomBytes(100), identity(100 + difference))).rejects.toMatchObject({ code: 'blob-length' });
	});

	it('never use a nonce twice under one key', async () => {
		const zeros = new Uint8Array(3 * CHUNK);
		const stored = await encrypt(zeros);
		const chunks = [0, 1, 2].map((index) =>
			stored.subarray(index * sealedChunk, index * sealedChunk + 64).toString('hex'),
		);
		expect(new Set(chunks).size).toBe(3);
	});
});

it('cuts a stream into pieces of one size', async () => {
	const sizes = fc.array(fc.integer({ min: 0, max: 50 }));
	await fc.assert(
		fc.asyncProperty(sizes, fc.integer({ min: 1, max: 20 }), async (lengths, size) => {
			const parts = lengths.map((length) => randomBytes(length));
			const pieces: Uint8Array[] = [];
			for await (const piece of inPieces(from(...parts), size)) pieces.push(piece);
			expect(Buffer.concat(pieces).equals(Buffer.concat(parts))).toBe(true);
			expect(pieces.slice(0, -1).every((piece) => piece.length === size)).toBe(true);
			expect(pieces.at(-1)?.length ?? 1).toBeGreaterThan(0);
		}),
		{ numRuns: 50 },
	);
});
