import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, pem, startDemoPki } from '../../test/kit/demoPki.ts';
import { Certificate } from './certificate.ts';
import { Tag } from './der.ts';
import { der, oid, sequence, setOf, utf8String } from './derWriter.ts';
import { DistinguishedName } from './distinguishedName.ts';
import { loadCertificates, loadTrustAnchors, loadValidationData } from './validationData.ts';

let pki: DemoPki;
let folder: string;

beforeAll(async () => {
	pki = await startDemoPki();
	folder = mkdtempSync(join(tmpdir(), 'paraph-certificates-'));
});
afterAll(async () => {
	rmSync(folder, { recursive: true });
	await pki.close();
});

describe('a certificate', () => {
	it('is read as node:crypto reads it', () => {
		const { certificate } = pki.issue({ qualified: true, policy: '1.2.3.4', extendedKeyUsage: ['documentSigning'] });
		const ours = Certificate.parse(certificate);
		const theirs = new X509Certificate(certificate);
		expect(ours.serialNumber).toBe(theirs.serialNumber);
		expect(ours.notBefore).toEqual(theirs.validFromDate);
		expect(ours.notAfter).toEqual(theirs.validToDate);
		expect(ours.fingerprint).toBe(theirs.fingerprint256.replaceAll(':', ''));
		expect(ours.publicKey.keyObject?.equals(theirs.publicKey)).toBe(true);
		expect(ours.publicKey).toMatchObject({ kind: 'ec', bits: 256, curve: { name: 'P-256' } });
	});

	it('says what its extensions say', () => {
		const certificate = Certificate.parse(pki.issue({ qualified: true, policy: '1.2.3.4' }).certificate);
		expect(certificate.subject.text).toBe('CN=Kari Nordmann, O=Fjord & Sønner AS, C=NO');
		expect(certificate.keyUsage).toEqual(new Set(['digitalSignature', 'nonRepudiation']));
		expect(certificate.isCa).toBe(false);
		expect(certificate.ocspUrls).toEqual([pki.ocsp.url]);
		expect(certificate.caIssuersUrls).toEqual([`${pki.repository.url}/issuing.cer`]);
		expect(certificate.crlUrls).toEqual([`${pki.repository.url}/issuing.crl`]);
		expect(certificate.certificatePolicies).toMatchObject([{ oid: '1.2.3.4' }]);
		expect(certificate.qcStatements.map((statement) => statement.oid)).toContain('0.4.0.1862.1.1');
		const issuing = Certificate.parse(pki.issuing.certificate);
		expect(issuing.basicConstraints).toEqual({ ca: true, pathLength: 0 });
		expect(certificate.authorityKeyIdentifier?.keyIdentifier).toEqual(issuing.subjectKeyIdentifier);
		expect(certificate.isSignedBy(issuing.publicKey)).toBe(true);
		expect(Certificate.parse(pki.root.certificate).isSelfSigned).toBe(true);
	});

	it('that is damaged is refused with a typed error', () => {
		const { certificate } = pki.issue();
		for (const bytes of [
			certificate.subarray(0, 100),
			Buffer.concat([certificate, Buffer.from([0])]),
			new Uint8Array(),
		])
			expect(() => Certificate.parse(bytes)).toThrow(expect.objectContaining({ code: 'certificate-malformed' }));
	});

	it('whose outer algorithm was exchanged is not verified', () => {
		const { certificate } = pki.issue();
		const changed = Buffer.from(certificate);
		// ecdsa-with-SHA256 to ecdsa-with-SHA384 in the unsigned copy.
		changed[changed.lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex')) + 7] = 3;
		const parsed = Certificate.parse(changed);
		expect(() => parsed.isSignedBy(Certificate.parse(pki.issuing.certificate).publicKey)).toThrow(
			expect.objectContaining({ code: 'certificate-malformed' }),
		);
	});
});

describe('a name', () => {
	const attribute = (type: string, value: Uint8Array) => sequence(oid(type), value);
	const name = (...attributes: readonly Uint8Array[]) =>
		new DistinguishedName(sequence(...attributes.map((item) => setOf([item]))));
	const printable = (text: string) => der(Tag.printableString, Buffer.from(text));

	it.each([
		['Good CA', 'good   ca ', true],
		['Ærlig', 'ÆRLIG', true],
		['Good CA', 'Good-CA', false],
	])('%s and %s match: %s (RFC 5280 §7.1)', (a, b, expected) => {
		const left = name(attribute('2.5.4.3', utf8String(a)));
		const right = name(attribute('2.5.4.3', b === 'good   ca ' ? printable(b) : utf8String(b)));
		expect(left.matches(right)).toBe(expected);
		expect(left.key === right.key).toBe(expected);
	});

	it('keeps its order, and lies below a shorter one', () => {
		const [c, o, cn] = [
			attribute('2.5.4.6', printable('NO')),
			attribute('2.5.4.10', utf8String('Fjord')),
			attribute('2.5.4.3', utf8String('Kari')),
		];
		expect(name(c, o, cn).matches(name(o, c, cn))).toBe(false);
		expect(name(c, o, cn).isWithin(name(c, o))).toBe(true);
		expect(name(c, o).isWithin(name(c, o, cn))).toBe(false);
	});

	it('cannot forge what people read', () => {
		const forged = name(attribute('2.5.4.3', utf8String('Kari, O=Bank+\nvalid\u202e\u0000')));
		expect(forged.text).toBe('CN=Kari\\, O=Bank\\+\\0avalid\\e2\\80\\ae\\00');
	});

	it('shows attributes nobody knows by number, and values nobody can read in hexadecimal', () => {
		expect(name(attribute('1.2.3', utf8String('x')), attribute('2.5.4.3', Uint8Array.of(5, 0))).text).toBe(
			'CN=#0500, 1.2.3=x',
		);
	});
});

describe('files of certificates', () => {
	const write = (file: string, content: string | Uint8Array): string => {
		const path = join(folder, file);
		writeFileSync(path, content);
		return path;
	};

	it('may be PEM with several blocks and text between, or DER', () => {
		const { certificate } = pki.issue();
		const text = `Subject: someone\n${pem(certificate)}\n# and above it\n${pem(pki.issuing.certificate)}`;
		expect(loadCertificates(write('chain.pem', text))).toHaveLength(2);
		expect(loadCertificates(write('one.der', certificate))).toHaveLength(1);
	});

	it('may be bundles as openssl makes them', () => {
		const chain = write('bundle.pem', pem(pki.issuing.certificate) + pem(pki.root.certificate));
		const bundle = join(folder, 'bundle.p7c');
		execFileSync('openssl', ['crl2pkcs7', '-nocrl', '-certfile', chain, '-outform', 'DER', '-out', bundle]);
		expect(loadCertificates(bundle)).toHaveLength(2);
	});

	it('may hold lists, under whatever name', () => {
		const crl = pki.issuing.crl({ thisUpdate: new Date(), nextUpdate: new Date() });
		expect(loadValidationData([write('list.pem', pem(crl, 'X509 CRL')), write('list.cer', crl)]).crls).toHaveLength(2);
	});

	it('of anchors are marked as made for tests where they carry the extension for it', () => {
		const anchors = loadTrustAnchors([
			write('root.pem', pki.anchorPem),
			write('issuing.pem', pem(pki.issuing.certificate)),
		]);
		expect(anchors.map(({ test }) => test)).toEqual([true, false]);
	});

	it('may lie in a folder beside keys and other things, which are passed over', () => {
		const beside = mkdtempSync(join(folder, 'beside-'));
		writeFileSync(join(beside, 'root.pem'), pki.anchorPem);
		writeFileSync(join(beside, 'key.pem'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
		writeFileSync(join(beside, 'broken.der'), pki.root.certificate.subarray(0, 99));
		expect(loadTrustAnchors([beside])).toHaveLength(1);
		rmSync(join(beside, 'root.pem'));
		expect(() => loadTrustAnchors([beside])).toThrow(expect.objectContaining({ code: 'certificates-unreadable' }));
	});

	it('that are missing or something else are told apart', () => {
		expect(() => loadCertificates(join(folder, 'absent'))).toThrow(
			expect.objectContaining({ code: 'certificates-missing' }),
		);
		expect(() => loadCertificates(write('note.txt', 'hello'))).toThrow(
			expect.objectContaining({ code: 'certificates-unreadable' }),
		);
	});
});
