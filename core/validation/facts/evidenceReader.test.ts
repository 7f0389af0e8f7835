import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../../test/kit/demoPki.ts';
import { EvidenceReader } from './evidenceReader.ts';

let pki: DemoPki;
beforeAll(async () => {
	pki = await startDemoPki();
});
afterAll(() => pki.close());

it('reads the same certificate once, so that what was learnt of it stays learnt', () => {
	const reader = new EvidenceReader();
	const { certificate } = pki.issue();
	const [first] = reader.certificates([certificate]);
	const [second] = reader.certificates([Uint8Array.from(certificate)]);
	expect(first).toBeDefined();
	expect(second).toBe(first);
});

it('leaves out what cannot be read, in its frame or in what everybody asks of it', () => {
	const reader = new EvidenceReader();
	const sound = Buffer.from(pki.issue().certificate);
	const damaged = Buffer.from(sound);
	// 2.5.29.15, keyUsage: its BIT STRING becomes another type.
	const usage = damaged.indexOf(Buffer.from('0603551d0f', 'hex'));
	damaged[damaged.indexOf(0x03, usage + 8)] = 0x05;
	expect(reader.certificates([damaged, sound.subarray(0, 100), sound])).toHaveLength(1);
});

it('forgets the oldest when there is too much', () => {
	const reader = new EvidenceReader();
	const large = (size: number) => pki.issue({ commonName: 'K'.repeat(size) }).certificate;
	const oldest = large(10);
	const [first] = reader.certificates([oldest]);
	for (let i = 0; i < 9; i++) reader.certificates([large(1_000_000)]);
	expect(reader.certificates([oldest])[0]).not.toBe(first);
});
