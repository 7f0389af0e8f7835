import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePrepared, encodePrepared, type Prepared } from './prepared.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
const digest = fc.constantFrom('sha256' as const, 'sha384' as const, 'sha512' as const);
const prepared: fc.Arbitrary<Prepared> = fc.record({
	size: fc.nat(),
	sha256: bytes,
	added: fc.uint8Array({ minLength: 8, maxLength: 64 }),
	gap: fc.constant({ start: 2, end: 8 }),
	field: fc.string(),
	digest,
	algorithm: fc.oneof(
		digest.map((one) => ({ kind: 'rsa-pkcs1' as const, digest: one })),
		digest.map((one) => ({ kind: 'rsa-pss' as const, digest: one, mgfDigest: one, saltLength: 32 })),
		fc.constant({ kind: 'ed25519' as const }),
	),
	certificate: bytes,
	chain: fc.array(bytes, { maxLength: 3 }),
	signedAttributes: bytes,
	level: fc.constantFrom('b-b' as const, 'b-lta' as const),
	warnings: fc.array(fc.string(), { maxLength: 2 }),
});

describe('a prepared document', () => {
	it('comes back from its written form as it was', () => {
		fc.assert(
			fc.property(prepared, (value) => {
				const back = decodePrepared(encodePrepared(value), 'x');
				expect(encodePrepared(back)).toBe(encodePrepared(value));
			}),
		);
	});

	it.each([
		['no JSON', (text: string) => text.slice(1)],
		['another format', (text: string) => text.replace('paraph-prepared-1', 'other')],
		['a gap outside the update', (text: string) => text.replace('"end":8', '"end":80000')],
		['an unknown algorithm', (text: string) => text.replace(/"kind":"[^"]*"/, '"kind":"md5"')],
	])('with %s is refused', (_what, alter) => {
		const [value] = fc.sample(prepared, 1);
		if (!value) throw new Error('no sample');
		expect(() => decodePrepared(alter(encodePrepared(value)), 'x')).toThrow(
			expect.objectContaining({ code: 'prepared-malformed' }),
		);
	});
});
