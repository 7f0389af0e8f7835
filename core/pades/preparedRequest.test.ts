import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildSignedAttributes } from '../cms/signedAttributes.ts';
import { digest } from '../pki/digest.ts';
import { selfSignedCertificate } from '../pki/selfSignedCertificate.ts';
import type { Prepared } from './prepared.ts';
import { readRequest } from './preparedRequest.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const validity = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') };
const certificateOf = (name: string): Uint8Array =>
	selfSignedCertificate({ key, name, usage: 'digitalSignature', ...validity });
const certificate = certificateOf('Kari');
const other = certificateOf('Ola');
const messageDigest = digest('sha256', Buffer.from('document'));
const prepared: Prepared = {
	document: { name: 'contract.pdf', pages: 3 },
	size: 8,
	sha256: messageDigest,
	added: new Uint8Array(16),
	gap: { start: 2, end: 8 },
	field: 'Signature1',
	digest: 'sha256',
	algorithm: { kind: 'ecdsa', digest: 'sha256' },
	certificate,
	chain: [],
	signedAttributes: buildSignedAttributes({ messageDigest, certificate, certificateDigest: 'sha256' }),
	level: 'b-b',
	warnings: [],
};

describe('what a key is asked to sign', () => {
	it('is said by name, pages and digests', () => {
		const hex = Buffer.from(messageDigest).toString('hex');
		expect(readRequest(prepared, 'x')).toEqual({
			document: { name: 'contract.pdf', pages: 3 },
			size: 8,
			sha256: hex,
			messageDigest: hex,
		});
	});

	it.each([
		['nothing of the kind', Buffer.from('pay to the bearer')],
		['nothing', new Uint8Array()],
		[
			'with a time',
			buildSignedAttributes({ messageDigest, certificate, certificateDigest: 'sha256', signingTime: new Date() }),
		],
		[
			'for another certificate',
			buildSignedAttributes({ messageDigest, certificate: other, certificateDigest: 'sha256' }),
		],
		['and more', Buffer.concat([prepared.signedAttributes, Buffer.from('more')])],
		['for a certificate that is none', prepared.signedAttributes, Buffer.from('none')],
	])('is refused where it is %s', (_what, signedAttributes, named: Uint8Array = certificate) => {
		expect(() => readRequest({ ...prepared, signedAttributes, certificate: named }, 'x')).toThrow(
			expect.objectContaining({ code: 'prepared-malformed' }),
		);
	});
});
