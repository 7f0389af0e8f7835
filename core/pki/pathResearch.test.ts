import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { OfflineFetcher } from '../net/offlineFetcher.ts';
import type { FetchRequest } from '../ports/fetcher.ts';
import { Certificate } from './certificate.ts';
import { CertificatePool } from './certificatePool.ts';
import { DiskProofCache } from './diskProofCache.ts';
import { PathResearch, type Research, type ResearchRequest } from './pathResearch.ts';
import { MemoryProofCache } from './proofCache.ts';
import type { ValidationData } from './validationData.ts';

const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] };
const fetcher = new HttpFetcher({ allowLocal: true });
let pki: DemoPki;
let signer: Issued;

beforeAll(async () => {
	pki = await startDemoPki();
	signer = pki.issue();
});
beforeEach(async () => {
	for (const service of [pki.ocsp, pki.repository]) {
		await service.heal();
		service.resetCounter();
	}
});
afterAll(async () => {
	await fetcher.close();
	await pki.close();
});

const request = (changes: Partial<ResearchRequest> = {}): ResearchRequest => ({
	time: new Date(),
	known: nothing,
	anchors: new CertificatePool([Certificate.parse(pki.root.certificate)]),
	origin: 'stranger',
	...changes,
});

const research = (issued: Issued, changes: Partial<ResearchRequest> = {}, by = new PathResearch(fetcher)) =>
	by.research(Certificate.parse(issued.certificate), request(changes));

const faults = ({ checked }: Research): readonly string[] => checked?.faults.map(({ code }) => code) ?? ['no path'];
const evidenceKinds = ({ checked }: Research) =>
	checked?.revocations.map(({ status }) => ('evidence' in status ? status.evidence.map(({ kind }) => kind) : []));

describe('from nothing but the certificate and an anchor', () => {
	it('finds the path by AIA and the status of each certificate by OCSP', async () => {
		const found = await research(signer);
		expect(faults(found)).toEqual([]);
		expect(found.checked?.path.map((certificate) => certificate.subject.commonName)).toEqual([
			'Kari Nordmann',
			'Paraph Demo Issuing CA',
			'Paraph Demo Root CA',
		]);
		expect(evidenceKinds(found)).toEqual([['ocsp'], ['ocsp']]);
		expect(found.evidence.ocspResponses).toHaveLength(2);
		// The path, and a delegated responder of each authority.
		expect(found.evidence.certificates).toHaveLength(5);
	});

	it('asks for lists where OCSP is down, and says what failed', async () => {
		await pki.ocsp.fail('down');
		const found = await research(signer);
		expect(faults(found)).toEqual([]);
		expect(evidenceKinds(found)).toEqual([['crl'], ['crl']]);
		expect(found.obstacles.map(({ code }) => code)).toContain('unreachable');
	});

	it.each([
		'try-later',
		'unknown',
		'stale',
		'wrong-nonce',
		'wrong-serial',
		'unauthorised-signer',
		'wrong-signature',
	] as const)('does not believe OCSP with the fault %s, and asks for lists', async (fault) => {
		await pki.ocsp.fail(fault);
		const found = await research(signer);
		expect(faults(found)).toEqual([]);
		expect(evidenceKinds(found)).toEqual([['crl'], ['crl']]);
	});

	it.each(['html', 'truncated', 'rubbish', 'empty', 'redirect-loop', 'hang-up', { status: 500 }] as const)(
		'survives OCSP and lists with the fault %j, and does not know then',
		async (fault) => {
			await pki.ocsp.fail(fault);
			const known = { ...nothing, certificates: [Certificate.parse(pki.issuing.certificate)] };
			await pki.repository.fail(fault);
			const found = await research(signer, { known });
			expect(faults(found)).toEqual(['revocation-unknown', 'revocation-unknown']);
			expect(found.obstacles.length).toBeGreaterThan(0);
		},
	);

	it('takes responders that do not know nonces', async () => {
		await pki.ocsp.fail('no-nonce');
		expect(faults(await research(signer))).toEqual([]);
	});

	it('finds a revocation, with its time and reason', async () => {
		const revoked = pki.issue();
		const at = new Date('2026-01-02T03:04:05Z');
		pki.revoke(revoked, { at, reason: 'keyCompromise' });
		const byOcsp = await research(revoked);
		expect(faults(byOcsp)).toEqual(['revoked']);
		expect(byOcsp.checked?.revocations[0]?.status).toMatchObject({ status: 'revoked', at, reason: 'keyCompromise' });
		await pki.ocsp.fail('down');
		const byList = await research(revoked);
		expect(byList.checked?.revocations[0]?.status).toMatchObject({ status: 'revoked', at, reason: 'keyCompromise' });
	});

	it('says what is wrong with a certificate that has expired', async () => {
		expect(faults(await research(pki.issueExpired()))).toContain('expired');
	});
});

describe('a path that reaches no anchor', () => {
	it('is not looked up with OCSP responders or lists', async () => {
		const found = await research(signer, { anchors: new CertificatePool() });
		expect(found.checked).toBeUndefined();
		expect(pki.ocsp.requests).toBe(0);
	});

	it('may end at any root for one’s own certificate', async () => {
		const known = { ...nothing, certificates: [Certificate.parse(pki.root.certificate)] };
		const found = await research(signer, { anchors: new CertificatePool(), anyRoot: true, known });
		expect(faults(found)).toEqual([]);
	});
});

describe('evidence newer than what it serves', () => {
	it('is asked for anew when what is kept is older', async () => {
		const by = new PathResearch(fetcher);
		await research(signer, {}, by);
		const asked = pki.ocsp.requests;
		await research(signer, {}, by);
		expect(pki.ocsp.requests).toBe(asked);
		await new Promise((resolve) => setTimeout(resolve, 1100));
		const issuedAfter = new Date(Math.floor(Date.now() / 1000) * 1000);
		const found = await research(signer, { issuedAfter }, by);
		expect(found.olderThanAsked).toBe(false);
		expect(faults(found)).toEqual([]);
		expect(pki.ocsp.requests).toBeGreaterThan(asked);
	});

	it('is replaced by older, and said so, where there is none', async () => {
		await pki.ocsp.fail('old');
		await pki.repository.fail('old');
		const known = { ...nothing, certificates: [Certificate.parse(pki.issuing.certificate)] };
		const found = await research(signer, { issuedAfter: new Date(), known });
		expect(found.olderThanAsked).toBe(true);
		expect(faults(found)).toEqual([]);
	});
});

describe('what is at hand', () => {
	it('is enough without a network', async () => {
		const { data } = await research(signer);
		const found = await research(signer, { known: data }, new PathResearch(new OfflineFetcher()));
		expect(faults(found)).toEqual([]);
		expect(found.obstacles).toEqual([]);
	});

	it('is kept on disk from one run to the next, for use offline', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'paraph-proofs-'));
		try {
			const cache = () => new MemoryProofCache({ below: new DiskProofCache(folder) });
			await research(signer, {}, new PathResearch(fetcher, cache()));
			const found = await research(signer, {}, new PathResearch(new OfflineFetcher(), cache()));
			expect(faults(found)).toEqual([]);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});

it('hears of a revocation with the next run, whatever earlier ones kept', async () => {
	const cache = new MemoryProofCache();
	const issued = pki.issue();
	expect(faults(await research(issued, {}, new PathResearch(fetcher, cache)))).toEqual([]);
	pki.revoke(issued);
	expect(faults(await research(issued, {}, new PathResearch(fetcher, cache)))).toEqual(['revoked']);
	await pki.ocsp.fail('try-later');
	await pki.repository.fail('down');
	expect(faults(await research(issued, {}, new PathResearch(fetcher, cache)))).toEqual(['revoked']);
});

it('asks anew where an authority has another key than when its certificate was kept', async () => {
	const cache = new MemoryProofCache();
	const [address = ''] = Certificate.parse(signer.certificate).caIssuersUrls;
	// Of another authority by name and key; a new key under the old name is the same to the search.
	await cache.put('issuers', address, pki.root.certificate);
	expect(faults(await research(signer, {}, new PathResearch(fetcher, cache)))).toEqual([]);
});

describe('addresses in a certificate from someone else', () => {
	it('are not asked where they are local', async () => {
		const strict = new HttpFetcher();
		const found = await research(signer, {}, new PathResearch(strict));
		await strict.close();
		expect(found.checked).toBeUndefined();
		expect(found.obstacles.map(({ code }) => code)).toEqual(['address-refused']);
		expect(pki.ocsp.requests + pki.repository.requests).toBe(0);
	});

	it('are asked where it is one’s own', async () => {
		const strict = new HttpFetcher();
		const found = await research(signer, { origin: 'own-certificate' }, new PathResearch(strict));
		await strict.close();
		expect(faults(found)).toEqual([]);
	});

	it('are followed at most five issuers deep', async () => {
		let asked = 0;
		const endless = {
			fetch: async ({ url }: FetchRequest) => {
				asked++;
				const commonName = `CA ${asked}`;
				const body = pki.issue({ commonName, addresses: { caIssuers: `http://example.com/${asked}` } }).certificate;
				return { status: 200, contentType: 'application/pkix-cert', body, headers: {}, retryAfter: undefined, url };
			},
		};
		const lost = pki.issue({ addresses: { caIssuers: 'http://example.com/0' } });
		const found = await research(lost, {}, new PathResearch(endless));
		expect(found.checked).toBeUndefined();
		expect(asked).toBeLessThanOrEqual(5);
	});
});

describe('the cache on disk', () => {
	it('drops what was not used longest when it is full', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'paraph-proofs-'));
		try {
			const cache = new DiskProofCache(folder, { maximumSize: 250 });
			for (const key of ['a', 'b', 'c']) {
				await cache.put('crl', key, new Uint8Array(100));
				await new Promise((resolve) => setTimeout(resolve, 15));
				await cache.get('crl', 'a');
				await new Promise((resolve) => setTimeout(resolve, 15));
			}
			expect(await cache.get('crl', 'a')).toHaveLength(100);
			expect(await cache.get('crl', 'b')).toBeUndefined();
			expect(await cache.get('crl', 'c')).toHaveLength(100);
			expect(await readdir(folder)).toHaveLength(2);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('keeps nothing, and does not mind, where it may not write', async () => {
		const cache = new DiskProofCache(join(import.meta.filename, 'no-folder'));
		await cache.put('crl', 'a', new Uint8Array(1));
		expect(await cache.get('crl', 'a')).toBeUndefined();
	});
});
