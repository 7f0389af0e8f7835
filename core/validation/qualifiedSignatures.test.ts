/** What a signature is called where trusted lists are at hand (TS 119 615). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { ProofDesk } from '../../test/kit/proofDesk.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import {
	keyUsageCriterion,
	type ListContent,
	type ListedStatus,
	makeTrustedList,
	qualification,
} from '../../test/kit/trustedListMaker.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { Certificate } from '../pki/certificate.ts';
import { PathResearch } from '../pki/pathResearch.ts';
import { readTrustedList } from '../pki/trustedLists/trustedList.ts';
import { TrustedLists } from '../pki/trustedLists/trustedLists.ts';
import { verifyDocument } from './verifyDocument.ts';

const day = 86_400_000;
const fetcher = new HttpFetcher({ allowLocal: true });
const folder = new SigningFolder();
let pki: DemoPki;
let desk: ProofDesk;
let operator: Issued;
let signed: { readonly qualified: Uint8Array; readonly plain: Uint8Array; readonly untimed: Uint8Array };
beforeAll(async () => {
	pki = await startDemoPki();
	desk = new ProofDesk(pki);
	operator = pki.issue();
	const contract = await sampleContract();
	const qualified = pki.issue({ qualified: true });
	const timed = { level: 'b-t', supply: desk.supply } as const;
	signed = {
		qualified: (await folder.sign(contract, qualified, {}, timed)).bytes,
		plain: (await folder.sign(contract, pki.issue(), {}, timed)).bytes,
		untimed: (await folder.sign(contract, qualified)).bytes,
	};
});
afterAll(async () => {
	folder[Symbol.dispose]();
	await desk[Symbol.asyncDispose]();
	await fetcher.close();
	await pki.close();
});

const since = (days: number): Date => new Date(Date.now() + days * day);
const granted: ListedStatus = { status: 'granted', from: since(-400) };

/** Judges by a list with one service, the issuing authority, and nothing else to trust. */
async function judge(bytes: Uint8Array, statuses: readonly ListedStatus[], content: ListContent = {}, later = 0) {
	const services = [{ type: 'CA/QC' as const, certificate: pki.issuing.certificate, statuses }];
	const made = makeTrustedList({ services, ...content }, operator);
	const list = readTrustedList(made, [Certificate.parse(operator.certificate)]);
	const trustedLists = new TrustedLists([{ list, source: 'no.xml' }]);
	const { signatures } = await verifyDocument(new BytesSource(bytes), {
		anchors: trustedLists.anchors(),
		trustedLists,
		time: since(later),
		research: new PathResearch(fetcher),
	});
	const [signature] = signatures;
	return {
		indication: signature?.indication,
		qualification: signature?.qualification,
		warnings: signature?.warnings.map(({ code }) => code) ?? [],
	};
}

it('is qualified by a service that was granted when the certificate was issued and when it signed', async () => {
	expect(await judge(signed.qualified, [granted])).toMatchObject({
		indication: 'TOTAL-PASSED',
		qualification: 'qualified',
	});
});

it('is advanced with a qualified certificate where the list knows of no qualified device', async () => {
	const extensions = [qualification(['QCNoQSCD'], keyUsageCriterion('nonRepudiation'))];
	expect(await judge(signed.qualified, [{ ...granted, extensions }])).toMatchObject({ qualification: 'advanced-qc' });
});

it('is advanced with a certificate that is not qualified', async () => {
	expect(await judge(signed.plain, [granted])).toMatchObject({
		indication: 'TOTAL-PASSED',
		qualification: 'advanced',
	});
});

it('stays qualified when the service was withdrawn after the timestamp', async () => {
	const statuses = [{ status: 'withdrawn', from: since(0.01) }, granted];
	expect(await judge(signed.qualified, statuses, {}, 0.02)).toMatchObject({
		indication: 'TOTAL-PASSED',
		qualification: 'qualified',
	});
});

it.each([
	['before it signed', () => signed.qualified, -0.5],
	['and nothing proves that it signed before', () => signed.untimed, 0.01],
])('rests on nothing when the service was withdrawn %s', async (_, bytes, days) => {
	const statuses = [{ status: 'withdrawn', from: since(days) }, granted];
	expect(await judge(bytes(), statuses, {}, 0.02)).toMatchObject({
		indication: 'INDETERMINATE',
		qualification: null,
	});
});

it('is not qualified where the service was granted only after the certificate was issued', async () => {
	expect(await judge(signed.qualified, [{ status: 'granted', from: since(-0.5) }])).toMatchObject({
		indication: 'TOTAL-PASSED',
		qualification: 'advanced',
	});
});

it('warns of a list that ought to have been replaced', async () => {
	const old = { issued: since(-300), nextUpdate: since(-100) };
	const verdict = await judge(signed.qualified, [granted], old);
	expect(verdict).toMatchObject({ qualification: 'qualified' });
	expect(verdict.warnings).toContain('trusted-list-overdue');
});

it('goes by the certificate’s word where there is no list, though not as far as to call it qualified', async () => {
	const { signatures } = await verifyDocument(new BytesSource(signed.qualified), {
		anchors: pki.anchors,
		time: new Date(),
		research: new PathResearch(fetcher),
	});
	expect(signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', qualification: 'advanced-qc' });
});
