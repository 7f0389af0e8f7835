import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ContentInfo, SignedData as PkijsSignedData } from 'pkijs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, type KeyKind, startDemoPki } from '../../test/kit/demoPki.ts';
import { fuzzCases, mutated } from '../../test/kit/mutations.ts';
import { Certificate } from '../pki/certificate.ts';
import { digest } from '../pki/digest.ts';
import type { SigningAlgorithm } from '../ports/algorithms.ts';
import { buildSignedData, signatureTimestampAttribute } from './buildSignedData.ts';
import { checkSigner } from './checkSigner.ts';
import { CmsError } from './errors.ts';
import { ContentType } from './oids.ts';
import { buildSignedAttributes } from './signedAttributes.ts';
import { parseSignedData } from './signedData.ts';
import { maximumSignatureSize, maximumSignedDataSize } from './size.ts';

const content = Buffer.from('The parties agree.');

const algorithms: readonly (readonly [KeyKind, SigningAlgorithm, number])[] = [
	['rsa-2048', { kind: 'rsa-pkcs1', digest: 'sha256' }, 2048],
	['rsa-pss', { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }, 2048],
	['p256', { kind: 'ecdsa', digest: 'sha256' }, 256],
	['p384', { kind: 'ecdsa', digest: 'sha384' }, 384],
	['p521', { kind: 'ecdsa', digest: 'sha512' }, 521],
	['ed25519', { kind: 'ed25519' }, 256],
];

let pki: DemoPki;
beforeAll(async () => {
	pki = await startDemoPki();
});
afterAll(() => pki.close());

/** A detached CAdES signature over `content`, made by this key. */
function sign(issued: Issued, algorithm: SigningAlgorithm, options: { signingTime?: Date; chain?: Uint8Array[] } = {}) {
	const contentDigest = 'digest' in algorithm ? algorithm.digest : 'sha512';
	const signedAttributes = buildSignedAttributes({
		messageDigest: digest(contentDigest, content),
		certificate: issued.certificate,
		certificateDigest: contentDigest,
		signingTime: options.signingTime,
	});
	return buildSignedData({
		certificate: issued.certificate,
		chain: options.chain ?? [],
		signedAttributes,
		digest: contentDigest,
		algorithm,
		signature: issued.key.sign(signedAttributes),
	});
}

function check(cms: Uint8Array, over: Uint8Array = content) {
	const signedData = parseSignedData(cms);
	const [signer] = signedData.signerInfos;
	if (!signer) throw new Error('no signer');
	return checkSigner(
		signer,
		{ contentType: ContentType.data, digest: (algorithm) => digest(algorithm, over), bytes: () => over },
		signedData.certificates.map((certificate) => Certificate.parse(certificate)),
	);
}

const sound = { messageDigest: 'matches', contentType: 'matches', signingCertificate: 'matches', signature: 'valid' };

describe('a detached signature', () => {
	it.each(algorithms)('by a key of kind %s is what was signed', (kind, algorithm) => {
		const facts = check(sign(pki.issue({ key: kind }), algorithm));
		expect(facts).toMatchObject({ ...sound, signatureAlgorithm: algorithm });
	});

	it.each(algorithms)('by a key of kind %s fits the size foreseen, which is little more', (kind, algorithm, bits) => {
		const issued = pki.issue({ key: kind });
		const chain = [pki.issuing.certificate];
		const signatureSize = maximumSignatureSize(algorithm, bits);
		const size = maximumSignedDataSize({
			certificate: Certificate.parse(issued.certificate),
			chain,
			signatureSize,
			timestampSize: 0,
		});
		const { length } = sign(issued, algorithm, { chain });
		expect(length).toBeLessThanOrEqual(size);
		expect(length).toBeGreaterThan(size - 512);
	});

	it('is told from one over other content', () => {
		const cms = sign(pki.issue({ key: 'p256' }), { kind: 'ecdsa', digest: 'sha256' });
		expect(check(cms, Buffer.from('The parties disagree.'))).toMatchObject({ ...sound, messageDigest: 'differs' });
	});

	it('names its signer, so that another certificate for the same key does not do', () => {
		const issued = pki.issue({ key: 'p256' });
		const cms = Buffer.from(sign(issued, { kind: 'ecdsa', digest: 'sha256' }));
		const certificate = cms.indexOf(Buffer.from(issued.certificate));
		// The last byte of the certificate is in its signature: the key stays the same.
		const last = certificate + issued.certificate.length - 1;
		cms.writeUInt8(cms.readUInt8(last) ^ 1, last);
		expect(check(cms)).toMatchObject({ ...sound, signingCertificate: 'differs' });
	});

	it('finds its signer where the name of the issuer is written in another type of string (RFC 5280, 7.1)', () => {
		const issued = pki.issue({ key: 'p256' });
		const cms = Buffer.from(sign(issued, { kind: 'ecdsa', digest: 'sha256' }));
		// Behind the certificate comes the SignerInfo with the name: its UTF8String becomes a PrintableString.
		const certificateEnd = cms.indexOf(Buffer.from(issued.certificate)) + issued.certificate.length;
		const tag = cms.indexOf('Paraph Demo', certificateEnd) - 2;
		expect(cms.readUInt8(tag)).toBe(0x0c);
		cms.writeUInt8(0x13, tag);
		expect(check(cms)).toMatchObject(sound);
	});

	it('carries the time where CAdES wants it, and not otherwise', () => {
		const issued = pki.issue({ key: 'p256' });
		const time = new Date('2026-03-01T10:00:00Z');
		const timed = parseSignedData(sign(issued, { kind: 'ecdsa', digest: 'sha256' }, { signingTime: time }));
		const plain = parseSignedData(sign(issued, { kind: 'ecdsa', digest: 'sha256' }));
		expect(timed.signerInfos[0]?.signedAttributes?.has('1.2.840.113549.1.9.5')).toBe(true);
		expect(plain.signerInfos[0]?.signedAttributes?.has('1.2.840.113549.1.9.5')).toBe(false);
	});

	it('is read alike by pkijs', () => {
		const cms = sign(
			pki.issue({ key: 'p256' }),
			{ kind: 'ecdsa', digest: 'sha256' },
			{ chain: [pki.issuing.certificate] },
		);
		const parsed = new PkijsSignedData({ schema: ContentInfo.fromBER(cms).content });
		expect(parsed.certificates).toHaveLength(2);
		expect(parsed.signerInfos[0]?.signedAttrs?.attributes).toHaveLength(3);
	});

	it('keeps what was signed when unsigned attributes are added', () => {
		const issued = pki.issue({ key: 'p256' });
		const before = parseSignedData(sign(issued, { kind: 'ecdsa', digest: 'sha256' }));
		const [signer] = before.signerInfos;
		const after = buildSignedData({
			certificate: issued.certificate,
			chain: [],
			signedAttributes: signer?.signedAttributesDer ?? new Uint8Array(),
			digest: 'sha256',
			algorithm: { kind: 'ecdsa', digest: 'sha256' },
			signature: signer?.signature ?? new Uint8Array(),
			unsignedAttributes: [signatureTimestampAttribute(before.der)],
		});
		expect(check(after)).toMatchObject(sound);
	});
});

describe('hostile input', () => {
	it('is no CMS object', () => {
		expect(() => parseSignedData(createHash('sha256').update('x').digest())).toThrow(CmsError);
	});

	it('never raises anything but a typed error, whatever bytes are changed', () => {
		const cms = sign(pki.issue({ key: 'p256' }), { kind: 'ecdsa', digest: 'sha256' });
		fc.assert(
			fc.property(mutated([cms]), (damaged) => {
				try {
					check(damaged);
				} catch (error) {
					if (error instanceof Error && error.message === 'no signer') return;
					expect(error).toHaveProperty('code');
					expect(error).toHaveProperty('hint');
				}
			}),
			{ numRuns: fuzzCases(700) },
		);
	});
});
