import { PDFDocument } from 'pdf-lib';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CadesMaker } from '../../../test/kit/cadesMaker.ts';
import { type DemoPki, type Issued, startDemoPki } from '../../../test/kit/demoPki.ts';
import { SigningFolder } from '../../../test/kit/keySigner.ts';
import { sampleContract } from '../../../test/kit/sampleContract.ts';
import { HttpFetcher } from '../../net/httpFetcher.ts';
import { addDocumentTimestamp } from '../../pades/documentTimestamp.ts';
import { Draft } from '../../pades/draft.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import { systemClock } from '../../ports/clock.ts';
import { TsaClient } from '../../tsp/tsaClient.ts';
import { defaultPolicy, type ValidationPolicy } from '../policy/policy.ts';
import type { DocumentVerdict } from '../verdict/verdict.ts';
import { verifyDocument, verifyFile } from '../verifyDocument.ts';
import { etsiReport } from './etsi.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { pdfReport } from './pdf.ts';
import { inEnglish, summarise } from './sentences.ts';

const now = new Date();
const folder = new SigningFolder();
let pki: DemoPki;
let kari: Issued;
let verdict: DocumentVerdict;
let broken: DocumentVerdict;
let unsigned: DocumentVerdict;
beforeAll(async () => {
	pki = await startDemoPki();
	// A name that would be markup if nobody took care.
	kari = pki.issue({ key: 'p256', commonName: 'Kari <b>"&\' Nordmann' });
	const contract = await sampleContract();
	const { bytes } = await folder.sign(contract, kari, { reason: 'I agree & sign <here>' });
	verdict = await verify(bytes);
	broken = await verify(Buffer.concat([bytes, Buffer.from('tail')]));
	unsigned = await verify(contract);
});
afterAll(async () => {
	await pki.close();
	folder[Symbol.dispose]();
});

const verify = (bytes: Uint8Array, policy?: ValidationPolicy): Promise<DocumentVerdict> =>
	verifyDocument(new BytesSource(bytes), { anchors: pki.anchors, time: policy ? new Date() : now, policy });

/** Names and texts of all elements; throws where the XML is not well-formed. */
function elementsOf(xml: string): readonly { readonly name: string; readonly text: string }[] {
	const found: { name: string; text: string }[] = [];
	const open: { name: string; text: string }[] = [];
	const parser = new SaxesParser({ xmlns: true });
	parser.on('error', (error) => {
		throw error;
	});
	parser.on('opentag', ({ name }) => {
		const element = { name, text: '' };
		open.push(element);
		found.push(element);
	});
	parser.on('text', (text) => {
		const innermost = open.at(-1);
		if (innermost) innermost.text += text;
	});
	parser.on('closetag', () => void open.pop());
	parser.write(xml).close();
	return found;
}

const textsOf = (xml: string, name: string): readonly string[] =>
	elementsOf(xml)
		.filter((element) => element.name === name)
		.map(({ text }) => text);

describe('the report for machines by ETSI TS 119 102-2', () => {
	it('is well-formed and says what the verdict says', () => {
		const xml = etsiReport(verdict);
		expect(textsOf(xml, 'MainIndication')).toEqual(['urn:etsi:019102:mainindication:indeterminate']);
		expect(textsOf(xml, 'SubIndication')).toEqual(['urn:etsi:019102:subindication:CERTIFICATE_CHAIN_GENERAL_FAILURE']);
		expect(textsOf(xml, 'ValidationTime')).toEqual([`${now.toISOString().slice(0, 19)}Z`]);
		expect(textsOf(xml, 'Signer')).toEqual([kariName]);
		expect(textsOf(xml, 'ReasonElement')).toEqual(['I agree & sign <here>']);
	});

	it('is well-formed whatever a signer put into the document', async () => {
		const reason = 'bell \u0007, half a pair \ud800, no character \uffff';
		const { bytes } = await folder.sign(await sampleContract(), kari, { reason });
		const [read] = textsOf(etsiReport(await verify(bytes)), 'ReasonElement');
		expect(read).toMatch(/^bell \ufffd, half a pair .*, no character \ufffd$/);
	});

	it('carries every certificate that it refers to', () => {
		const xml = etsiReport(verdict);
		const referred = [...xml.matchAll(/VOReference="([^"]+)"/g)].map(([, id]) => id);
		const carried = [...xml.matchAll(/<ValidationObject id="(C-[^"]+)"/g)].map(([, id]) => id);
		expect(new Set(carried)).toEqual(new Set(referred));
		expect(carried.length).toBeGreaterThan(1);
	});

	it('tells a failure with its findings', () => {
		const xml = etsiReport(broken);
		expect(textsOf(xml, 'MainIndication')).toEqual(['urn:etsi:019102:mainindication:total-failed']);
		expect(textsOf(xml, 'Type')).toContain('urn:paraph:finding:bytes-uncovered');
	});

	it('carries timestamps, with what is said of each and what it proves', async () => {
		const fetcher = new HttpFetcher({ allowLocal: true });
		const supply = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock });
		const { bytes } = await folder.sign(await sampleContract(), kari, { field: 'A & B' }, { level: 'b-t', supply });
		await fetcher.close();
		const xml = etsiReport(await verify(bytes));
		expect(textsOf(xml, 'ObjectType')).toContain('urn:etsi:019102:validationObject:timestamp');
		// The authority's status is not known offline: it proves nothing yet.
		expect(textsOf(xml, 'MainIndication')).toEqual(Array(2).fill('urn:etsi:019102:mainindication:indeterminate'));
		expect(textsOf(xml, 'POETime')).toHaveLength(1);
		const lenient = { ...defaultPolicy, revocation: { ...defaultPolicy.revocation, required: false } };
		const proved = etsiReport(await verify(bytes, lenient));
		expect(textsOf(proved, 'MainIndication').toSorted()).toEqual([
			'urn:etsi:019102:mainindication:passed',
			'urn:etsi:019102:mainindication:total-passed',
		]);
		expect(textsOf(proved, 'PAdESFieldName')).toEqual(['A & B']);
	});

	it('tells that there is no signature', () => {
		expect(textsOf(etsiReport(unsigned), 'MainIndication')).toEqual([
			'urn:etsi:019102:mainindication:no-signature-found',
		]);
	});
});

const kariName = 'Kari <b>"&\' Nordmann';

describe('the report for people', () => {
	it('begins with the words that every view of the verdict has', () => {
		const html = htmlReport('contract.pdf', verdict);
		for (const sentence of summarise(verdict)) expect(unescaped(html)).toContain(inEnglish(sentence));
		expect(html).toContain('INDETERMINATE');
	});

	it('lets no name or file become markup', () => {
		const html = htmlReport('<script>.pdf', verdict);
		expect(html).not.toContain('<b>');
		expect(html).not.toContain('<script>');
	});

	it('says TEST where a signature rests on an anchor made for trying out', () => {
		expect(htmlReport('contract.pdf', verdict)).toContain('TEST');
	});

	it('says what was changed', () => {
		const html = htmlReport('contract.pdf', broken);
		expect(html).toContain('bytes were added that belong to nothing');
		expect(html).toContain('bytes-uncovered');
	});

	it('is a PDF as well: a page of plain words, then the details', async () => {
		const pdf = await PDFDocument.load(await pdfReport('contract.pdf', verdict));
		expect(pdf.getPageCount()).toBe(2);
		const nothing = await PDFDocument.load(await pdfReport('contract.pdf', unsigned));
		expect(nothing.getPageCount()).toBe(1);
	});

	it('writes names in whatever script they are, and whatever stands in them', async () => {
		const names = ['Łukasz Żółć', 'Ελένη', 'Дмитрий', 'שרה כהן', '山田太郎', `half \ud800 ${'x'.repeat(500)}`];
		const { bytes } = await folder.sign(await sampleContract(), pki.issue({ commonName: names.join(' ') }));
		const pdf = await PDFDocument.load(await pdfReport(`${names.join(' ')}.pdf`, await verify(bytes)));
		expect(pdf.getPageCount()).toBeGreaterThan(1);
	});

	it('counts the signatures of people, and timestamps only where those alone are at fault', async () => {
		const fetcher = new HttpFetcher({ allowLocal: true });
		const supply = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock });
		const draft = Draft.open(folder.put((await folder.sign(await sampleContract(), kari)).bytes), { digest: 'sha256' });
		await addDocumentTimestamp(draft, supply, { digest: 'sha256' });
		await fetcher.close();
		const stamped = await verify(draft.source.read(0, draft.source.size));
		draft.close();
		expect(summarise(stamped)).toContainEqual({ code: 'some-unconfirmed', values: { count: 1 } });
		const [signature, timestamp] = stamped.signatures;
		if (!signature || !timestamp) throw new TypeError('a signature is missing');
		const signatures = [{ ...signature, indication: 'TOTAL-PASSED' as const }, timestamp];
		expect(summarise({ ...stamped, signatures })).toContainEqual({
			code: 'timestamps-unconfirmed',
			values: { count: 1 },
		});
	});
});

const unescaped = (html: string): string =>
	html
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&#39;', "'")
		.replaceAll('&amp;', '&');

describe('a counter-signature', () => {
	let countersigned: DocumentVerdict;
	beforeAll(async () => {
		const content = Buffer.from('The supplier delivers on Friday.');
		const maker = CadesMaker.sign(content, kari);
		await maker.counterSign(pki.issue({ key: 'p256', commonName: 'Ola Nordmann' }));
		const options = { anchors: pki.anchors, time: now };
		countersigned = await verifyFile(new BytesSource(maker.bytes), options, new BytesSource(content));
	});

	it('is told from the signature it is over in the report that people script against', () => {
		const { signatures } = jsonReport('contract.p7s', countersigned);
		expect(signatures.map(({ kind, counterSignatureOf }) => [kind, counterSignatureOf])).toEqual([
			['signature', null],
			['signature', 0],
		]);
	});

	it('is called so in the reports for people', () => {
		expect(summarise(countersigned).map(inEnglish).slice(0, 2)).toEqual([
			`Signed by ${kariName}.`,
			'Counter-signed by Ola Nordmann.',
		]);
		const html = htmlReport('contract.p7s', countersigned);
		expect(html).toContain('<h2>Counter-signature by Ola Nordmann</h2>');
		expect(html).toContain('<th scope="row">Countersigns</th><td>signature 1</td>');
	});

	it('refers to the signature it is over in the report for machines', () => {
		const xml = etsiReport(countersigned);
		expect(textsOf(xml, 'Type')).toContain('urn:paraph:counter-signature-of');
		expect(textsOf(xml, 'Value')).toContain('S-1');
	});
});

describe('the report that people script against', () => {
	it('has every key, null where there is nothing', () => {
		const [signature] = jsonReport('contract.pdf', verdict).signatures;
		expect(Object.keys(signature ?? {})).toEqual(
			expect.arrayContaining([
				...['field', 'kind', 'indication', 'subIndication', 'level', 'qualification', 'signer', 'claimedTime'],
				...['bestTime', 'timestamps', 'coversWholeRevision', 'bytesAfter', 'changes', 'errors', 'warnings'],
			]),
		);
		expect(signature).toMatchObject({ level: 'b-b', bestTime: null, signaturePolicy: null, test: true });
		expect(JSON.parse(JSON.stringify(signature))).toEqual(signature);
	});
});
