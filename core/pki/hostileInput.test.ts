/** Whatever a stranger sends ends in a value or a typed error. `PARAPH_FUZZ_CASES=100000` for the nightly run. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { fuzzCases, mutated } from '../../test/kit/mutations.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { ParaphError } from '../ports/errors.ts';
import { firstElement } from './ber.ts';
import { Certificate } from './certificate.ts';
import { CertificatePool } from './certificatePool.ts';
import { Crl } from './crl.ts';
import { OcspResponse } from './ocspResponse.ts';
import { buildPaths } from './pathBuilding.ts';
import { PathResearch } from './pathResearch.ts';
import { checkPath } from './pathRevocation.ts';
import { readValidationData, type ValidationData } from './validationData.ts';

let pki: DemoPki;
let sound: ValidationData;
let signer: Certificate;
let root: Certificate;
let issuing: Certificate;
let crl: Crl;

beforeAll(async () => {
	pki = await startDemoPki();
	pki.revoke(pki.issue());
	const fetcher = new HttpFetcher({ allowLocal: true });
	signer = Certificate.parse(pki.issue({ qualified: true, policy: '1.2.3' }).certificate);
	root = Certificate.parse(pki.root.certificate);
	issuing = Certificate.parse(pki.issuing.certificate);
	const { data } = await new PathResearch(fetcher).research(signer, {
		known: { certificates: [issuing], crls: [], ocspResponses: [] },
		anchors: new CertificatePool([root]),
		time: new Date(),
		origin: 'configured',
	});
	sound = data;
	crl = Crl.parse(pki.issuing.crl({ thisUpdate: new Date(), nextUpdate: new Date(Date.now() + 1000) }));
	await fetcher.close();
});
afterAll(() => pki.close());

/** Runs something with damaged bytes; nothing but typed errors may come out, and soon. */
function survives(seeds: readonly Uint8Array[], use: (bytes: Uint8Array) => void): void {
	fc.assert(
		fc.property(mutated(seeds), (bytes) => {
			const start = performance.now();
			try {
				use(bytes);
			} catch (error) {
				if (!(error instanceof ParaphError)) throw error;
			}
			expect(performance.now() - start).toBeLessThan(2000);
		}),
		{ numRuns: fuzzCases() },
	);
}

/** Reads every public property of an object, as somebody somewhere will. */
function readAll(value: object): void {
	for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(value))))
		if (property.get !== undefined) {
			try {
				Reflect.get(value, name);
			} catch (error) {
				if (!(error instanceof ParaphError)) throw error;
			}
		}
}

const check = (certificate: Certificate, data: ValidationData) => {
	const pool = new CertificatePool([...data.certificates, certificate]);
	for (const path of buildPaths(certificate, pool, new CertificatePool([root]), new Date()))
		checkPath(path, { time: new Date(), data });
};

it('certificates', { timeout: 3_600_000 }, () => {
	survives([signer.raw, issuing.raw, root.raw], (bytes) => {
		const certificate = Certificate.parse(bytes);
		readAll(certificate);
		check(certificate, sound);
	});
});

it('authorities above a sound certificate', { timeout: 3_600_000 }, () => {
	survives([issuing.raw], (bytes) => {
		const damaged = Certificate.parse(bytes);
		checkPath([signer, damaged, root], { time: new Date(), data: sound });
		check(signer, { ...sound, certificates: [damaged] });
	});
});

it('revocation lists', { timeout: 3_600_000 }, () => {
	survives([crl.raw], (bytes) => {
		const damaged = Crl.parse(bytes);
		readAll(damaged);
		damaged.find(signer.serialNumberBytes, signer.issuer);
		check(signer, { ...sound, ocspResponses: [], crls: [damaged] });
	});
});

it('OCSP responses', { timeout: 3_600_000 }, () => {
	survives(
		sound.ocspResponses.map((response) => response.raw),
		(bytes) => {
			const damaged = OcspResponse.parse(bytes);
			if (damaged.basic !== undefined) readAll(damaged.basic);
			check(signer, { ...sound, ocspResponses: [damaged], crls: [] });
		},
	);
});

it('files of certificates, and BER', { timeout: 3_600_000 }, () => {
	survives([signer.raw, crl.raw, Buffer.from(pki.anchorPem)], (bytes) => {
		firstElement(bytes);
		readValidationData(bytes);
	});
});
