/**
 * RC4, both ways: written out here because OpenSSL 3 no longer offers it. Broken as a cipher, and used for nothing but
 * documents and key files that were encrypted with it.
 */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
	const state = Uint8Array.from({ length: 256 }, (_, index) => index);
	const at = (index: number): number => state[index & 0xff] ?? 0;
	const swap = (first: number, second: number): void => {
		const kept = at(first);
		state[first] = at(second);
		state[second] = kept;
	};
	for (let i = 0, j = 0; i < 256; i++) {
		j = (j + at(i) + (key[i % key.length] ?? 0)) & 0xff;
		swap(i, j);
	}
	const out = new Uint8Array(data.length);
	for (let index = 0, i = 0, j = 0; index < data.length; index++) {
		i = (i + 1) & 0xff;
		j = (j + at(i)) & 0xff;
		swap(i, j);
		out[index] = (data[index] ?? 0) ^ at(at(i) + at(j));
	}
	return out;
}
