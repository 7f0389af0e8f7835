import { describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import { Certificate } from '../pki/certificate.ts';
import type { SignatureOptions } from './options.ts';
import { applySeedValue, checkSeedDigest, type SeedValueFacts } from './seedValue.ts';

const pki: DemoPki = await startDemoPki();
await pki.close();
const kari = pki.issue({ key: 'p256', policy: '1.2.3.4' });
const hex = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex')}>`;
const facts: SeedValueFacts = {
	certificate: Certificate.parse(kari.certificate),
	issuers: kari.chain,
	level: 'b-b',
	timestampAddresses: [],
};
const plain: SignatureOptions = { digest: 'sha256', signingTime: new Date('2026-01-02T03:04:05Z') };

/** The seed value dictionary of this syntax, as a field has it. */
function seedOf(syntax: string) {
	const objects = {
		...pagesAsObjects(),
		1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[9 0 R]>>>>',
		9: `<</FT/Sig/T(s)/SV<<${syntax}>>>>`,
	};
	const [field] = signatureFields(PdfDocument.open(new BytesSource(sampleDocument({ objects }))));
	if (!field?.seedValue) throw new Error('no seed value');
	return field.seedValue;
}

const apply = (syntax: string, options: Partial<SignatureOptions> = {}, known: Partial<SeedValueFacts> = {}) =>
	applySeedValue(seedOf(syntax), { ...plain, ...options }, { ...facts, ...known });

const refused = expect.objectContaining({ code: 'seed-value-violated' });

describe('what the author of a field prefers', () => {
	it.each([
		['a digest', '/DigestMethod[(SHA384)]', { digest: 'sha384' }],
		['a digest in another spelling', '/DigestMethod[/SHA-512]', { digest: 'sha512' }],
		['no digest but one that is not written', '/DigestMethod[(SHA1)]', { digest: 'sha256' }],
		['a certification', '/MDP<</P 2>>', { certify: 'form-filling' }],
		['an approval', '/MDP<</P 0>>', { certify: undefined }],
		['the only reason there is', '/Ff 8/Reasons[(I agree)]', { reason: 'I agree' }],
	])('%s fills what the options leave open', (_what, syntax, expected) => {
		expect(apply(syntax)).toMatchObject(expected);
	});

	it('leaves the digest that was asked for where the author takes it too', () => {
		expect(apply('/DigestMethod[(SHA256)(SHA512)]', { digest: 'sha512' }).digest).toBe('sha512');
	});

	it('is no obstacle where it is not required', () => {
		const wishes = '/Filter/Other/SubFilter[/adbe.x509.rsa_sha1]/V 9/Reasons[(a)(b)]/AddRevInfo true';
		expect(apply(`${wishes}/TimeStamp<</URL(http://tsa.example)/Ff 0>>/Cert<</Subject[<00>]>>`)).toMatchObject(plain);
	});
});

describe('what the author of a field requires', () => {
	it.each([
		['another handler', '/Ff 1/Filter/Other'],
		['another format', '/Ff 2/SubFilter[/adbe.pkcs7.detached]'],
		['a newer handler', '/Ff 4/V 4'],
		['a reason of the list', '/Ff 8/Reasons[(a)(b)]'],
		['a legal attestation', '/Ff 16/LegalAttestation[(It is mine)]'],
		['revocation data, at a level without', '/Ff 32/AddRevInfo true'],
		['an appearance by name', '/Ff 256/AppearanceFilter(Seal)'],
		['a timestamp, at a level without', '/TimeStamp<</Ff 1>>'],
	])('%s, is refused where it cannot be had', (_what, syntax) => {
		expect(() => apply(syntax)).toThrow(refused);
	});

	it.each([
		['our format among others', '/Ff 2/SubFilter[/adbe.pkcs7.detached/ETSI.CAdES.detached]', {}],
		['revocation data', '/Ff 32/AddRevInfo true', { level: 'b-lt' }],
		['a timestamp', '/TimeStamp<</Ff 1>>', { level: 'b-t' }],
		[
			'a timestamp of the authority that is used',
			'/TimeStamp<</URL(https://tsa.example)/Ff 1>>',
			{ level: 'b-t', timestampAddresses: ['https://tsa.example'] },
		],
	] as const)('%s, is obeyed', (_what, syntax, known) => {
		expect(apply(syntax, {}, known)).toMatchObject(plain);
	});

	it('a timestamp of an authority that nobody here named, is refused: the address is a stranger’s', () => {
		const known = { level: 'b-t', timestampAddresses: ['https://mine.example'] } as const;
		expect(() => apply('/TimeStamp<</URL(https://tsa.example)/Ff 1>>', {}, known)).toThrow(refused);
	});

	it('a locked document, becomes a lock of all that allows no change', () => {
		expect(apply('/Ff 128/LockDocument/true').lock).toEqual({ action: 'all', permission: 1 });
	});

	it('no reason at all, is refused with one', () => {
		expect(apply('/Ff 8/Reasons[(.)]').reason).toBeUndefined();
		expect(() => apply('/Ff 8/Reasons[(.)]', { reason: 'mine' })).toThrow(refused);
		expect(() => apply('/Ff 8', { reason: 'mine' })).toThrow(refused);
	});

	it('a certification other than the one asked for, is refused', () => {
		expect(() => apply('/MDP<</P 1>>', { certify: 'annotations' })).toThrow(refused);
		expect(() => apply('/MDP<</P 0>>', { certify: 'annotations' })).toThrow(refused);
	});

	it('a digest that the key does not go with, is refused', () => {
		expect(() => checkSeedDigest(seedOf('/Ff 64/DigestMethod[(SHA256)]'), 'sha512')).toThrow(refused);
		expect(() => checkSeedDigest(seedOf('/Ff 64/DigestMethod[(SHA512)]'), 'sha512')).not.toThrow();
		expect(() => checkSeedDigest(seedOf('/DigestMethod[(SHA256)]'), 'sha512')).not.toThrow();
	});
});

describe('the certificate that the author of a field requires', () => {
	const other = pki.issue({ key: 'p256', commonName: 'Ola Nordmann' });
	const issuer = hex(kari.chain[0] ?? new Uint8Array());
	const name = (syntax: string): string => `/Cert<</Ff 8/SubjectDN[<<${syntax}>>]>>`;

	it.each([
		['by itself', `/Cert<</Ff 1/Subject[${hex(other.certificate)}${hex(kari.certificate)}]>>`],
		['by its issuer', `/Cert<</Ff 2/Issuer[${issuer}]>>`],
		['by its policy', '/Cert<</Ff 4/OID[(1.2.3.4)]>>'],
		['by its subject', name('/cn(Kari Nordmann)/2.5.4.10(Fjord & S\\370nner AS)')],
		['by what it is for', '/Cert<</Ff 32/KeyUsage[(1X)(X1XX0)]>>'],
		['by an address for enrolling, which binds nobody', '/Cert<</Ff 64/URL(https://ca.example)>>'],
	])('is taken %s', (_how, syntax) => {
		expect(() => apply(syntax)).not.toThrow();
	});

	it.each([
		['by itself', `/Cert<</Ff 1/Subject[${hex(other.certificate)}]>>`],
		['by its issuer', `/Cert<</Ff 2/Issuer[${hex(other.certificate)}]>>`],
		['by its policy', '/Cert<</Ff 4/OID[(1.2.3.5)]>>'],
		['by its subject', name('/CN(Kari Nordmann)/O(Others)')],
		['by an attribute that nobody knows', name('/Nickname(Kari)')],
		['by what it is for', '/Cert<</Ff 32/KeyUsage[(XXXXX1)(X0)]>>'],
		['by a signature service', '/Cert<</Ff 64/URL(https://service.example)/URLType/ASSP>>'],
	])('is refused %s', (_how, syntax) => {
		expect(() => apply(syntax)).toThrow(refused);
	});

	it('is refused with the place where the author says that one is to be had', () => {
		expect(() => apply(`/Cert<</Ff 1/Subject[<00>]/URL(https://ca.example/enrol)>>`)).toThrow(
			expect.objectContaining({ hint: expect.stringContaining('https://ca.example/enrol') }),
		);
	});
});
