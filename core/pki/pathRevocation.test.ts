import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extension } from '../../test/kit/demoPki/certificate.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { Certificate } from './certificate.ts';
import { nullValue } from './derWriter.ts';
import { extensionOids } from './objectIdentifiers.ts';
import { checkPath, needsNoRevocation } from './pathRevocation.ts';

let pki: DemoPki;
beforeAll(async () => {
	pki = await startDemoPki();
});
afterAll(() => pki.close());

describe('a certificate of which nobody says whether it was revoked', () => {
	it.each([
		[
			'lives too briefly to be revoked',
			{ extensions: [extension(extensionOids.validityAssuredShortTerm, nullValue())] },
		],
		['says that nothing is published', { extensions: [extension(extensionOids.noRevocationAvailable, nullValue())] }],
		[
			'is an OCSP responder vouched for as it is',
			{ ocspNoCheck: true, extendedKeyUsage: ['OCSPSigning'] as const, keyUsage: ['digitalSignature'] as const },
		],
	])('is none the worse for it where it %s', (_, options) => {
		expect(judge(options)).toEqual({ needsNone: true, faults: [] });
	});

	it.each([
		['says nothing of the kind', {}],
		['says so as if it were an OCSP responder, and is none', { ocspNoCheck: true }],
	])('is not relied on where it %s', (_, options) => {
		expect(judge(options)).toEqual({ needsNone: false, faults: ['revocation-unknown'] });
	});
});

function judge(options: Parameters<DemoPki['issue']>[0]) {
	const certificate = Certificate.parse(pki.issue(options).certificate);
	const data = { certificates: [], crls: [], ocspResponses: [] };
	const { faults } = checkPath([certificate, Certificate.parse(pki.issuing.certificate)], { time: new Date(), data });
	return { needsNone: needsNoRevocation(certificate), faults: faults.map(({ code }) => code) };
}
