import { expect, it } from 'vitest';
import { bitString, integer, oid, sequence } from './derWriter.ts';
import { keyOids } from './objectIdentifiers.ts';
import { PublicKey } from './publicKey.ts';

const key = (algorithm: string, numbers: Uint8Array, ...parameters: Uint8Array[]): PublicKey =>
	new PublicKey(sequence(sequence(oid(algorithm), ...parameters), bitString(numbers)));

/** A sequence that says that it is longer than it is. */
const damaged = Uint8Array.of(0x30, 0x40, 0x02);

it('of RSA has as many bits as its modulus, and none that can be told where its numbers are damaged', () => {
	expect(key(keyOids.rsa, sequence(integer(0x8001), integer(3))).bits).toBe(16);
	for (const algorithm of [keyOids.rsa, keyOids.rsaPss]) {
		expect(key(algorithm, damaged).bits).toBe(0);
		expect(() => key(algorithm, damaged).rsa).toThrow(expect.objectContaining({ code: 'key-unsupported' }));
	}
});

it('of DSA with damaged numbers has none, and takes no others from the key above it', () => {
	const sound = key(keyOids.dsa, integer(5), sequence(integer(23), integer(11), integer(4)));
	expect(sound).toMatchObject({ bits: 5, dsa: { p: 23n, q: 11n, g: 4n, y: 5n } });
	const broken = key(keyOids.dsa, integer(5), sequence(integer(23)));
	expect(broken).toMatchObject({ bits: 0, dsa: undefined });
	expect(broken.withParametersOf(sound)).toBe(broken);
	expect(key(keyOids.dsa, integer(7)).withParametersOf(sound).dsa).toMatchObject({ p: 23n, y: 7n });
});
