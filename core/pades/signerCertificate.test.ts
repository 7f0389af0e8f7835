import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
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
