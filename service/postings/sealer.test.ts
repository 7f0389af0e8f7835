import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObject } from '../../core/evidence/sealedObject.ts';
import type { SignatureObject } from '../../core/evidence/signatureObject.ts';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { EvidenceCollector } from '../../core/pades/evidenceCollector.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { TsaClient } from '../../core/tsp/tsaClient.ts';
import { verifyDocument } from '../../core/validation/verifyDocument.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { keySigner } from '../../test/kit/keySigner.ts';
import { softToken } from '../../test/kit/softToken.ts';
import { parseServiceConfig } from '../config/configuration.ts';
import { ArchivalPdf } from './archivalPdf.ts';
import { openSealingKey } from './openSealingKey.ts';
import { Sealer } from './sealer.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-sealer-'));
const fetcher = new HttpFetcher({ allowLocal: true });
let pki: DemoPki;
beforeAll(async () => {
	pki = await startDemoPki();
});
afterAll(async () => {
	await fetcher.close();
	await pki?.close();
	rmSync(folder, { recursive: true, force: true });
});

const object: SignatureObject = {
	format: 'paraph-signature-object',
	version: 1,
	issuedAt: '2026-11-26T08:00:00.000Z',
	about: null,
	posting: { id: 'p', tenant: 't', title: 'Ærlig talt 山田', state: 'active', activatedAt: null, endedAt: null },
	documents: [],
	acts: [],
};

const configWith = (sealing: object | undefined) =>
	parseServiceConfig({ data: folder, ...(sealing === undefined ? {} : { sealing }) }, 'test');

async function pdf(): Promise<Uint8Array> {
	const drawn = await ArchivalPdf.create('Receipt', 'en', new Date());
	await drawn.text('Ærlig talt 山田 דוד');
	return drawn.finish([]);
}

describe('signature objects sealed by JWS', () => {
	it.each(['p256', 'p384', 'p521', 'rsa-2048', 'ed25519'] as const)('open with a key of kind %s', async (key) => {
		const issued = pki.issue({ key });
		const sealer = new Sealer({ signer: keySigner(issued), clock: systemClock, tsa: undefined, evidence: undefined });
		const opened = await openObject(await sealer.sealObject(object));
		expect(opened.object).toEqual(object);
		expect(Buffer.from(opened.certificate.raw).equals(issued.certificate)).toBe(true);
	});

	it.each(['', 'a.b', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', `${'a'.repeat(10_000)}.b.c`])(
		'do not open from %j',
		async (text) => {
			await expect(openObject(text)).rejects.toMatchObject({ code: 'object-altered' });
		},
	);
});

describe('the key of the service', () => {
	it('is made where none is configured, and stays the same', async () => {
		const first = await openSealingKey(configWith(undefined), {}, new Date());
		const second = await openSealingKey(configWith(undefined), {}, new Date());
		expect(first.isOwn).toBe(true);
		expect(Buffer.from(second.signer.certificate)).toEqual(Buffer.from(first.signer.certificate));
		expect(statSync(join(folder, 'keys/sealing.pem')).mode & 0o077).toBe(0);
		const tsa = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock });
		const sealer = new Sealer({ signer: first.signer, clock: systemClock, tsa, evidence: undefined });
		const sealed = await sealer.sealPdf(await pdf());
		const verdict = await verifyDocument(new BytesSource(sealed), { anchors: pki.anchors, time: new Date() });
		expect(verdict.signatures).toMatchObject([{ level: 'b-t', coversWholeRevision: true, bytesAfter: 0 }]);
		expect((await openObject(await sealer.sealObject(object))).object).toEqual(object);
	});

	it('in a token seals at B-LTA, and holds', async () => {
		const issued = pki.issue({ key: 'rsa-2048', commonName: 'Fjord seal' });
		using token = await softToken({ entries: [{ label: 'seal', issued }] });
		const sealing = { kind: 'pkcs11', uri: token.uri('seal'), pinEnv: 'SEAL_PIN' };
		const env = { ...process.env, ...token.environment, SEAL_PIN: token.pin };
		const { signer, isOwn } = await openSealingKey(configWith(sealing), env, new Date());
		try {
			expect(isOwn).toBe(false);
			const tsa = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock });
			const data = { certificates: [], crls: [], ocspResponses: [] };
			const origin = () => 'own-certificate' as const;
			const evidence = new EvidenceCollector({ fetcher, clock: systemClock, anchors: pki.anchors, data, origin });
			const sealer = new Sealer({ signer, clock: systemClock, tsa, evidence });
			const sealed = await sealer.sealPdf(await pdf());
			const verdict = await verifyDocument(new BytesSource(sealed), { anchors: pki.anchors, time: new Date() });
			expect(verdict.indication).toBe('TOTAL-PASSED');
			expect(verdict.signatures[0]?.level).toBe('b-lta');
			expect((await openObject(await sealer.sealObject(object))).object).toEqual(object);
		} finally {
			await signer.close();
		}
	});
});
