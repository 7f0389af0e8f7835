/**
 * RC2 in CBC mode, decryption alone (RFC 2268): old PKCS#12 files hide their certificates behind it, and OpenSSL 3
 * no longer offers it.
 */

const piTable = Buffer.from(
	'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
		'179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
		'54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
		'6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
		'08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
		'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
		'2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
		'0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
	'hex',
);

/** @returns the plain octets with their padding. */
export function decryptRc2Cbc(key: Uint8Array, effectiveBits: number, iv: Uint8Array, data: Uint8Array): Uint8Array {
	const schedule = expandKey(key, effectiveBits);
	const plain = new Uint8Array(data.length);
	let previous = iv;
	for (let offset = 0; offset + 8 <= data.length; offset += 8) {
		const block = data.subarray(offset, offset + 8);
		const decrypted = decryptBlock(schedule, block);
		for (let i = 0; i < 8; i++) plain[offset + i] = (decrypted[i] ?? 0) ^ (previous[i] ?? 0);
		previous = block;
	}
	return plain;
}

/** §2: 64 words from the key. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
	const length = Buffer.alloc(128);
	length.set(key);
	const pi = (index: number): number => piTable[index & 0xff] ?? 0;
	const at = (index: number): number => length[index] ?? 0;
	for (let i = key.length; i < 128; i++) length[i] = pi(at(i - 1) + at(i - key.length));
	const octets = Math.ceil(effectiveBits / 8);
	const mask = 0xff >> (8 * octets - effectiveBits);
	length[128 - octets] = pi(at(128 - octets) & mask);
	for (let i = 127 - octets; i >= 0; i--) length[i] = pi(at(i + 1) ^ at(i + octets));
	return Uint16Array.from({ length: 64 }, (_, i) => length.readUInt16LE(2 * i));
}

/** §4: five mixing rounds, one mashing, six, one, five, backwards. */
function decryptBlock(schedule: Uint16Array, block: Uint8Array): Uint8Array {
	const words = Uint16Array.from({ length: 4 }, (_, i) => (block[2 * i] ?? 0) | ((block[2 * i + 1] ?? 0) << 8));
	const word = (index: number): number => words[index & 3] ?? 0;
	const rotations = [1, 2, 3, 5];
	let next = 63;
	const mixBack = (rounds: number): void => {
		for (let round = 0; round < rounds; round++)
			for (let i = 3; i >= 0; i--) {
				const by = rotations[i] ?? 0;
				const rotated = (word(i) >>> by) | (word(i) << (16 - by));
				const mixed = (word(i + 3) & word(i + 2)) + (~word(i + 3) & word(i + 1)) + (schedule[next--] ?? 0);
				words[i] = rotated - mixed;
			}
	};
	const mashBack = (): void => {
		for (let i = 3; i >= 0; i--) words[i] = word(i) - (schedule[word(i + 3) & 63] ?? 0);
	};
	mixBack(5);
	mashBack();
	mixBack(6);
	mashBack();
	mixBack(5);
	return Uint8Array.from({ length: 8 }, (_, i) => (word(i >> 1) >>> (8 * (i & 1))) & 0xff);
}
