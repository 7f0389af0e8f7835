import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { AttributeType } from '../cms/oids.ts';
import { parseSignedData } from '../cms/signedData.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { Certificate } from '../pki/certificate.ts';
import type { SigningAlgorithm } from '../ports/algorithms.ts';
import { chooseAlgorithm } from './signerCertificate.ts';

let pki: DemoPki;
let rsa: Certificate;

beforeAll(async () => {
	pki = await startDemoPki();
	rsa = Certificate.parse(pki.issue({ key: 'rsa-2048' }).certificate);
});
afterAll(() => pki.close());

const offering = (...kinds: readonly SigningAlgorithm['kind'][]) => ({
	supports: ({ kind }: SigningAlgorithm) => kinds.includes(kind),
});

describe('the algorithm of an RSA key', () => {
	it.each([
		['PKCS#1 v1.5 by itself', false, undefined, 'rsa-pkcs1'],
		['PSS when asked for', true, undefined, 'rsa-pss'],
		['PKCS#1 v1.5 where the token has both', false, offering('rsa-pkcs1', 'rsa-pss'), 'rsa-pkcs1'],
		['PSS where the token has nothing else', false, offering('rsa-pss'), 'rsa-pss'],
		['PKCS#1 v1.5 where the token has neither, which it will say itself', false, offering(), 'rsa-pkcs1'],
	] as const)('is %s', (_, pss, signer, kind) => {
		expect(chooseAlgorithm(rsa, 'sha384', pss, signer)).toMatchObject({ kind, digest: 'sha384' });
	});
});

describe('the digest of the document', () => {
	/** RFC 8419 §2.3; SHAKE256 says its 512 bits. */
	it.each([
		['ed25519', '300b0609608648016503040203', { name: 'sha512' }],
		['ed448', '300f060960864801650304021202020200', { name: 'shake256', outputLength: 64 }],
	] as const)('is what %s brings', async (key, identifier, { name, ...options }) => {
		using folder = new SigningFolder();
		const document = await sampleContract();
		const { bytes } = await folder.sign(document, pki.issue({ key }), { digest: 'sha256' });
		const [field] = signatureFields(PdfDocument.open(new BytesSource(bytes)));
		const [from = 0, gap = 0, after = 0, rest = 0] = field?.signature?.byteRange ?? [];
		const [signer] = parseSignedData(field?.signature?.contents?.bytes ?? new Uint8Array()).signerInfos;
		const covered = [bytes.subarray(from, from + gap), bytes.subarray(after, after + rest)];
		const expected = createHash(name, options).update(Buffer.concat(covered)).digest();
		const messageDigest = signer?.signedAttributes?.single(AttributeType.messageDigest);
		if (messageDigest === undefined || messageDigest === 'ambiguous') throw new TypeError('no message digest');
		expect(Buffer.compare(messageDigest.octets(), expected)).toBe(0);
		expect(Buffer.from(signer?.der ?? []).toString('hex')).toContain(identifier);
	});
});
