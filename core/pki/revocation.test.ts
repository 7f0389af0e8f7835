import { describe, expect, it } from 'vitest';
import { type CertificateContent, encodeName, extension, makeCertificate } from '../../test/kit/demoPki/certificate.ts';
import { DemoKey } from '../../test/kit/demoPki/keys.ts';
import { Certificate } from './certificate.ts';
import { Crl } from './crl.ts';
import { context, contextPrimitive, Tag } from './der.ts';
import { bitString, boolean, der, explicit, implicit, integer, nullValue, sequence, time } from './derWriter.ts';
import { extensionOids } from './objectIdentifiers.ts';
import { judgeRevocation } from './revocation.ts';
import type { RevocationQuestion } from './revocationEvidence.ts';

const HOUR = 3_600_000;
const now = new Date('2026-06-01T12:00:00Z');
const hours = (count: number): Date => new Date(now.getTime() + count * HOUR);

const authority = { key: DemoKey.generate('p256'), name: { commonName: 'CA' } };
const lister = { key: DemoKey.generate('p256'), name: { commonName: 'Lister' } };
const stranger = { key: DemoKey.generate('p256'), name: { commonName: 'CA' } };

function certify(subject: typeof authority, changes: Partial<CertificateContent> = {}): Certificate {
	return Certificate.parse(
		makeCertificate({
			subject: subject.name,
			subjectKey: subject.key,
			issuer: authority.name,
			issuerKey: authority.key,
			serial: Uint8Array.of(9),
			notBefore: hours(-1000),
			notAfter: hours(1000),
			keyUsage: ['keyCertSign', 'cRLSign'],
			...changes,
		}),
	);
}

const issuer = certify(authority, { ca: {} });
const listerCertificate = certify(lister, { keyUsage: ['cRLSign'], serial: Uint8Array.of(8) });
const signer = { key: DemoKey.generate('p256'), name: { commonName: 'Signer' } };
const signerWith = (...extensions: readonly Uint8Array[]) =>
	certify(signer, { serial: Uint8Array.of(7), keyUsage: ['nonRepudiation'], extensions });
const certificate = signerWith();

interface ListContent {
	readonly by?: typeof authority;
	readonly thisUpdate?: Date;
	readonly nextUpdate?: Date;
	readonly entries?: readonly Uint8Array[];
	readonly number?: number;
	readonly extensions?: readonly Uint8Array[];
}

function list(content: ListContent = {}): Crl {
	const {
		by = authority,
		thisUpdate = hours(-1),
		nextUpdate = hours(1),
		entries = [],
		number = 5,
		extensions = [],
	} = content;
	const toBeSigned = sequence(
		integer(1),
		by.key.signatureAlgorithm,
		encodeName(by.name),
		time(thisUpdate),
		time(nextUpdate),
		...(entries.length === 0 ? [] : [sequence(...entries)]),
		explicit(0, sequence(extension(extensionOids.crlNumber, integer(number)), ...extensions)),
	);
	return Crl.parse(sequence(toBeSigned, by.key.signatureAlgorithm, bitString(by.key.sign(toBeSigned))));
}

const reason = (code: number) => extension(extensionOids.reasonCode, der(Tag.enumerated, Uint8Array.of(code)));
const revoked = (serial: number, ...extensions: readonly Uint8Array[]) =>
	sequence(integer(serial), time(hours(-5)), ...(extensions.length === 0 ? [] : [sequence(...extensions)]));
const scope = (...parts: readonly Uint8Array[]) =>
	extension(extensionOids.issuingDistributionPoint, sequence(...parts), true);
const flag = (n: number) => implicit(contextPrimitive(n), boolean(true));
const deltaOf = (base: number) => extension(extensionOids.deltaCrlIndicator, integer(base), true);
const directory = (name: { commonName: string }) => explicit(4, encodeName(name));

const judge = (crls: readonly Crl[], changes: Partial<RevocationQuestion> = {}) =>
	judgeRevocation({
		certificate,
		issuer,
		crls,
		ocspResponses: [],
		certificates: [listerCertificate],
		time: now,
		...changes,
	});
const fault = (crl: Crl, changes: Partial<RevocationQuestion> = {}) => {
	const { status, rejected } = judge([crl], changes);
	return status === 'unknown' ? rejected.map((item) => item.fault).join() : status;
};

describe('a list', () => {
	it('that does not name the certificate shows that it is good', () => {
		expect(judge([list({ entries: [revoked(1)] })])).toMatchObject({ status: 'good', evidence: [{ kind: 'crl' }] });
	});

	it('that names it shows when and why it was revoked', () => {
		expect(judge([list({ entries: [revoked(7, reason(1))] })])).toMatchObject({
			status: 'revoked',
			at: hours(-5),
			reason: 'keyCompromise',
		});
	});

	const unusable: readonly (readonly [string, string, ListContent, Partial<RevocationQuestion>?])[] = [
		['of another issuer', 'out-of-scope', { by: lister }],
		['signed by someone of the same name', 'signature-invalid', { by: stranger }],
		['that has been replaced', 'out-of-date', { nextUpdate: hours(-0.5) }],
		['from the future', 'issued-later', { thisUpdate: hours(1), nextUpdate: hours(2) }],
		['older than the signature it is to serve', 'issued-too-early', {}, { issuedAfter: hours(-0.5) }],
		['of authorities alone', 'out-of-scope', { extensions: [scope(flag(2))] }],
		['of attribute certificates alone', 'out-of-scope', { extensions: [scope(flag(5))] }],
		[
			'of another distribution point',
			'out-of-scope',
			{ extensions: [scope(explicit(0, der(context(0), directory(lister.name))))] },
		],
		[
			'with a critical extension nobody knows',
			'critical-extension',
			{ extensions: [extension('1.2.3', nullValue(), true)] },
		],
		[
			'with an entry that nobody understands',
			'malformed',
			{ entries: [revoked(7, extension('1.2.3', nullValue(), true))] },
		],
		['of changes alone', 'delta-without-base', { extensions: [deltaOf(5)], number: 6 }],
		[
			'of some reasons alone',
			'',
			{ extensions: [scope(implicit(contextPrimitive(3), bitString(Uint8Array.of(0x40), 5)))] },
		],
		[
			'issued when the certificate had expired',
			'issued-after-expiry',
			{},
			{ certificate: certify(signer, { serial: Uint8Array.of(7), notAfter: hours(-2) }) },
		],
	];
	it.each(unusable.map(([what, expected, content, changes = {}]) => [what, expected, content, changes] as const))(
		'%s is not usable: %s',
		(_, expected, content, changes) => {
			expect(fault(list(content), changes)).toBe(expected);
		},
	);

	it('that has been replaced is still good for judging the past', () => {
		expect(fault(list({ nextUpdate: hours(-0.5) }), { stale: 'accepted' })).toBe('good');
	});

	it('may say by a further extension that it keeps expired certificates', () => {
		const expired = certify(signer, { serial: Uint8Array.of(7), notAfter: hours(-2) });
		const keeps = extension(extensionOids.expiredCertsOnCrl, time(hours(-100)));
		expect(fault(list({ extensions: [keeps] }), { certificate: expired })).toBe('good');
	});

	it('may be one of two that cover all reasons together', () => {
		const some = (bits: number, unused: number, second = 0) =>
			scope(implicit(contextPrimitive(3), bitString(Uint8Array.of(bits, second), unused)));
		const one = list({ extensions: [some(0x60, 7)] });
		const other = list({ extensions: [some(0x1f, 7, 0x80)] });
		expect(judge([one]).status).toBe('unknown');
		expect(judge([one, other]).status).toBe('good');
	});
});

describe('a delta list', () => {
	it('adds to its base, and takes from it', () => {
		const base = list({ number: 5, entries: [revoked(7, reason(6))] });
		const lifted = list({
			number: 6,
			thisUpdate: hours(-0.5),
			extensions: [deltaOf(5)],
			entries: [revoked(7, reason(8))],
		});
		const added = list({
			number: 6,
			thisUpdate: hours(-0.5),
			extensions: [deltaOf(5)],
			entries: [revoked(7, reason(1))],
		});
		expect(judge([base]).status).toBe('revoked');
		expect(judge([base, lifted]).status).toBe('good');
		expect(judge([list({ number: 5 }), added]).status).toBe('revoked');
	});

	it('continues no base that is older than it knows', () => {
		const delta = list({ number: 9, extensions: [deltaOf(6)], entries: [revoked(7, reason(1))] });
		expect(judge([list({ number: 5 }), delta]).status).toBe('good');
		expect(judge([list({ number: 5 }), delta]).rejected).toMatchObject([{ fault: 'delta-without-base' }]);
	});
});

describe('an indirect list', () => {
	const pointed = signerWith(
		extension(
			extensionOids.crlDistributionPoints,
			sequence(sequence(explicit(0, der(context(0), directory(lister.name))), der(context(2), directory(lister.name)))),
		),
	);
	const indirect = (entries: readonly Uint8Array[]) =>
		list({ by: lister, entries, extensions: [scope(explicit(0, der(context(0), directory(lister.name))), flag(4))] });
	const of = (name: { commonName: string }) =>
		extension(extensionOids.certificateIssuer, sequence(directory(name)), true);
	const accept = { certificate: pointed, acceptCrlSigner: () => true };

	it('is taken where the certificate names its issuer, and its signer leads to the anchor', () => {
		expect(judge([indirect([])], accept).status).toBe('good');
		expect(judge([indirect([])], { certificate: pointed }).rejected).toMatchObject([
			{ fault: 'signer-not-authorised' },
		]);
	});

	it('speaks of the issuer that its entries name', () => {
		expect(judge([indirect([revoked(7, of(authority.name))])], accept).status).toBe('revoked');
		expect(judge([indirect([revoked(1, of(authority.name)), revoked(7)])], accept).status).toBe('revoked');
		expect(judge([indirect([revoked(7)])], accept).status).toBe('good');
		expect(judge([indirect([revoked(7, of(signer.name))])], accept).status).toBe('good');
	});
});
