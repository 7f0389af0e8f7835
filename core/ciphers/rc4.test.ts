import { expect, it } from 'vitest';
import { rc4 } from './rc4.ts';

it('computes RC4 as everybody does', () => {
	const cipher = rc4(Buffer.from('Key'), Buffer.from('Plaintext'));
	expect(Buffer.from(cipher).toString('hex')).toBe('bbf316e8d940af0ad3');
});

it.each([
	// RFC 6229 §2: the first sixteen octets of the key stream.
	['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
	['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
])('gives the key stream of RFC 6229 for the key %s', (key, stream) => {
	expect(Buffer.from(rc4(Buffer.from(key, 'hex'), new Uint8Array(16))).toString('hex')).toBe(stream);
});
