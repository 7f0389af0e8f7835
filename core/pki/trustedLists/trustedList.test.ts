import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, type KeyKind, startDemoPki } from '../../../test/kit/demoPki.ts';
import { fuzzCases } from '../../../test/kit/mutations.ts';
import { makeTrustedList } from '../../../test/kit/trustedListMaker.ts';
import { ParaphError } from '../../ports/errors.ts';
import { Certificate } from '../certificate.ts';
import { readTrustedList } from './trustedList.ts';

const granted = new Date('2020-01-01T00:00:00Z');
let pki: DemoPki;
let operator: Issued;
let list: string;
beforeAll(async () => {
	pki = await startDemoPki();
	operator = pki.issue({ commonName: 'Supervision' });
	list = makeList().toString();
});
afterAll(() => pki.close());

const makeList = (signer: Issued = operator): Buffer =>
	Buffer.from(
		makeTrustedList(
			{
				services: [
					{
						type: 'CA/QC',
						name: 'Qualified certificates',
						certificate: pki.issuing.certificate,
						statuses: [
							{ status: 'withdrawn', from: new Date('2024-05-01T00:00:00Z') },
							{ status: 'granted', from: granted },
						],
					},
				],
			},
			signer,
		),
	);

const read = (text: string | Uint8Array, signer: Issued = operator) =>
	readTrustedList(Buffer.from(text), [Certificate.parse(signer.certificate)]);

const refusal = (code: string) => expect.objectContaining({ code });

describe('a trusted list', () => {
	it('tells of services, their certificates and the history of their status', () => {
		const { territory, services, sequenceNumber } = read(list);
		expect({ territory, sequenceNumber }).toEqual({ territory: 'NO', sequenceNumber: 1 });
		expect(services).toHaveLength(1);
		expect(services[0]).toMatchObject({ type: 'CA/QC', name: 'Qualified certificates', provider: 'Demo Trust AS' });
		expect(services[0]?.certificates[0]?.equals(Certificate.parse(pki.issuing.certificate))).toBe(true);
		expect(services[0]?.periods).toMatchObject([
			{ status: 'withdrawn', granted: false, until: undefined },
			{ status: 'granted', granted: true, from: granted, until: new Date('2024-05-01T00:00:00Z') },
		]);
	});

	it.each<KeyKind>(['rsa-2048', 'rsa-pss', 'p256', 'p384', 'p521', 'ed25519'])('is verified with a %s key', (key) => {
		const signer = pki.issue({ key });
		expect(read(makeList(signer), signer).signer.raw).toEqual(signer.certificate);
	});

	it('is the same with comments and white space inside tags, which canonical form leaves out', () => {
		expect(read(list.replace('<SchemeTerritory>', '<!-- where --><SchemeTerritory\n >')).territory).toBe('NO');
	});

	it('is refused when anything in it was changed', () => {
		expect(() => read(list.replace('withdrawn', 'granted'))).toThrow(refusal('list-tampered'));
		expect(() => read(list.replace('<SchemeTerritory>NO', '<SchemeTerritory>N<!-- -->X'))).toThrow(
			refusal('list-tampered'),
		);
	});

	it('is refused from somebody who is not configured', () => {
		expect(() => read(makeList(pki.issue()))).toThrow(refusal('list-signer-unknown'));
	});

	it('is refused when its signer only claims to be the one configured', () => {
		const imposter = { ...pki.issue(), certificate: operator.certificate };
		expect(() => read(makeList(imposter))).toThrow(refusal('list-tampered'));
	});

	it('is refused without a signature', () => {
		expect(() => read(list.replace(/<ds:Signature .*<\/ds:Signature>/s, ''))).toThrow(refusal('list-unsigned'));
	});
});

describe('signature wrapping', () => {
	const signatureOf = (text: string): string => /<ds:Signature .*<\/ds:Signature>/s.exec(text)?.[0] ?? '';
	const bare = (text: string): string => text.replace(/^<\?xml[^>]*>\s*/, '');

	it('is refused where a forged list encloses the signed one', () => {
		const signature = signatureOf(list);
		const original = bare(list).replace(signature, '');
		const forged = original
			.replace('Id="list"', 'Id="forged"')
			.replace('withdrawn', 'granted')
			.replace('</TrustServiceStatusList>', `${signature}<Extension>${original}</Extension></TrustServiceStatusList>`);
		expect(() => read(forged)).toThrow(refusal('list-signature-refused'));
	});

	it('is refused where the signed list hides inside the signature', () => {
		const signature = signatureOf(list);
		const original = bare(list).replace(signature, '');
		const hiding = signature.replace('</ds:Signature>', `<ds:Object>${original}</ds:Object></ds:Signature>`);
		const forged = original
			.replace('Id="list"', 'Id="forged"')
			.replace('</TrustServiceStatusList>', `${hiding}</TrustServiceStatusList>`);
		expect(() => read(forged)).toThrow(refusal('list-signature-refused'));
	});

	it('is refused where two elements bear the same Id', () => {
		const forged = list.replace('<SchemeInformation>', '<SchemeInformation Id="list">');
		expect(() => read(forged)).toThrow(refusal('list-signature-refused'));
	});

	it('is refused where the signature stands deeper than the root', () => {
		const signature = signatureOf(list);
		const moved = list.replace(signature, '').replace('</SchemeInformation>', `${signature}</SchemeInformation>`);
		expect(() => read(moved)).toThrow(refusal('list-unsigned'));
	});
});

describe('hostile XML', () => {
	it.each([
		['a document type', '<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]><a>&x;</a>'],
		['an unknown entity', '<a>&x;</a>'],
		['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
		['great depth', '<a>'.repeat(100_000)],
		['two roots', '<a/><a/>'],
		['nothing', ''],
		['another format', '<a/>'],
	])('is refused for %s', (_, text) => {
		expect(() => read(text)).toThrow(refusal('list-malformed'));
	});

	it('ends in typed errors, whatever was damaged', { timeout: 3_600_000 }, () => {
		const damage = fc.tuple(fc.nat(list.length), fc.nat(40), fc.string({ maxLength: 8 }));
		fc.assert(
			fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (edits) => {
				const damaged = edits.reduce(
					(text, [at, count, put]) => text.slice(0, at) + put + text.slice(at + count),
					list,
				);
				try {
					read(damaged);
				} catch (error) {
					if (!(error instanceof ParaphError)) throw error;
				}
			}),
			{ numRuns: fuzzCases(500) },
		);
	});
});
