import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CadesMaker, type CounterSignatureOptions, counterSignature, timestamp } from '../../test/kit/cadesMaker.ts';
import { counterSignedPdf } from '../../test/kit/counterSignedPdf.ts';
import type { Issued } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { ProofPlace, signedAt, TwoPlaces } from '../../test/kit/proofPlace.ts';
import { type XadesContent, XadesMaker } from '../../test/kit/xadesMaker.ts';
import { encodeAttribute } from '../cms/attributes.ts';
import { signatureTimestampAttribute } from '../cms/buildSignedData.ts';
import { AttributeType } from '../cms/oids.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { octetString } from '../pki/derWriter.ts';
import type { SignatureVerdict } from './verdict/verdict.ts';
import { verifyFile } from './verifyDocument.ts';

const contract = Buffer.from('The supplier delivers on Friday.');

let now: ProofPlace;
let kari: Issued;
let ola: Issued;
let siri: Issued;
const folder = new SigningFolder();
beforeAll(async () => {
	now = await ProofPlace.open();
	[kari, ola, siri] = ['Kari', 'Ola', 'Siri'].map((commonName) => now.pki.issue({ key: 'p256', commonName })) as [
		Issued,
		Issued,
		Issued,
	];
});
afterAll(async () => {
	await now[Symbol.asyncDispose]();
	folder[Symbol.dispose]();
});

const options = (places: readonly ProofPlace[] = [now]) => ({
	anchors: places.flatMap(({ pki }) => pki.anchors),
	time: new Date(),
});
const verifyCades = ({ bytes }: CadesMaker, places?: readonly ProofPlace[]) =>
	verifyFile(new BytesSource(bytes), options(places), new BytesSource(contract));
const verifyXades = (signatures: Uint8Array, places?: readonly ProofPlace[]) =>
	verifyFile(
		new BytesSource(zipSync({ 'contract.txt': contract, 'META-INF/signatures.xml': signatures })),
		options(places),
	);

/** Who signed what: the name, what the signature is over, and what it is worth. */
const told = ({ signer, counterSignatureOf, indication, subIndication }: SignatureVerdict) => [
	signer?.subject.displayName,
	counterSignatureOf,
	subIndication ?? indication,
];

/** A CAdES signature by Kari with all that proves her certificate and Ola's. */
async function signedByKari(): Promise<CadesMaker> {
	const maker = CadesMaker.sign(contract, kari);
	for (const signer of [kari, ola, siri]) maker.addData(await now.dataOn(signer));
	return maker;
}

describe('a counter-signature in a CAdES signature', () => {
	it('has a verdict of its own beside that of the signature it is over', async () => {
		const maker = await signedByKari();
		await maker.counterSign(ola);
		const verdict = await verifyCades(maker);
		expect(verdict.indication).toBe('TOTAL-PASSED');
		expect(verdict.signatures.map(told)).toEqual([
			['Kari', undefined, 'TOTAL-PASSED'],
			['Ola', 0, 'TOTAL-PASSED'],
		]);
		expect(verdict.signatures[1]).toMatchObject({ kind: 'signature', level: 'b-b', warnings: [] });
	});

	it.each<[string, CounterSignatureOptions, string]>([
		['is over another value', { value: new Uint8Array(64) }, 'HASH_FAILURE'],
		['names a content type, which it has none of', { contentType: true }, 'SIG_CRYPTO_FAILURE'],
	])('fails where it %s, and with it the file', async (_what, how, subIndication) => {
		const maker = await signedByKari();
		await maker.counterSign(ola, how);
		const verdict = await verifyCades(maker);
		expect(verdict.indication).toBe('TOTAL-FAILED');
		expect(verdict.signatures.map(told)).toEqual([
			['Kari', undefined, 'TOTAL-PASSED'],
			['Ola', 0, subIndication],
		]);
	});

	it('fails where its value was not made by its signer', async () => {
		const maker = await signedByKari();
		const value = await counterSignature(maker.signature.signature, ola);
		// The last byte is that of the value.
		value[value.length - 1] = (value.at(-1) ?? 0) ^ 1;
		maker.addAttribute(AttributeType.countersignature, value);
		expect((await verifyCades(maker)).signatures.map(told)[1]).toEqual(['Ola', 0, 'SIG_CRYPTO_FAILURE']);
	});

	it('fails where it cannot be read', async () => {
		const maker = await signedByKari();
		maker.addAttribute(AttributeType.countersignature, octetString(Buffer.from('not a SignerInfo')));
		const verdict = await verifyCades(maker);
		expect(verdict.signatures.map(told)).toEqual([
			['Kari', undefined, 'TOTAL-PASSED'],
			[undefined, 0, 'FORMAT_FAILURE'],
		]);
	});

	it('is not known to be by anybody where its certificate is missing', async () => {
		const maker = await signedByKari();
		const stranger = now.pki.issue({ key: 'p256' });
		maker.addAttribute(AttributeType.countersignature, await counterSignature(maker.signature.signature, stranger));
		expect((await verifyCades(maker)).signatures[1]?.subIndication).toBe('NO_SIGNING_CERTIFICATE_FOUND');
	});

	it('may itself be countersigned', async () => {
		const maker = await signedByKari();
		await maker.counterSign(ola, {
			unsignedAttributes: async (value) => [
				encodeAttribute(AttributeType.countersignature, await counterSignature(value, siri)),
			],
		});
		await maker.counterSign(siri, { value: new Uint8Array(64) });
		const judged = (await verifyCades(maker)).signatures.map(told);
		// Attributes of a set stand in no order of ours.
		expect(judged.find(([name]) => name === 'Ola')).toEqual(['Ola', 0, 'TOTAL-PASSED']);
		const over = judged.findIndex(([name]) => name === 'Ola');
		expect(judged).toContainEqual(['Siri', over, 'TOTAL-PASSED']);
		expect(judged).toContainEqual(['Siri', 0, 'HASH_FAILURE']);
	});

	it('is not followed without end, and what is not read is not passed over', async () => {
		const maker = await signedByKari();
		const value = octetString(Buffer.from('x'));
		maker.addAttribute(AttributeType.countersignature, ...Array.from({ length: 150 }, () => value));
		const { signatures, indication } = await verifyCades(maker);
		expect(indication).toBe('TOTAL-FAILED');
		expect(signatures).toHaveLength(102);
		expect(signatures.at(-1)?.errors[0]?.code).toBe('signatures-too-many');
	});

	it('is proved to exist by the timestamp in it, which proves nothing of the signature it is over', async () => {
		const maker = await signedByKari();
		await maker.counterSign(ola, {
			unsignedAttributes: async (value) => {
				const token = await timestamp(now.desk.supply, value);
				maker.addData(await now.dataOnToken(token));
				return [signatureTimestampAttribute(token)];
			},
		});
		expect((await verifyCades(maker)).signatures).toMatchObject([
			{ level: 'b-b', bestTime: undefined, timestamps: [] },
			{ level: 'b-lt', bestTime: expect.any(Date), timestamps: [{ kind: 'signature', indication: 'TOTAL-PASSED' }] },
		]);
	});
});

describe('a counter-signature in a XAdES signature', () => {
	const xades = (signer: Issued, content: Partial<XadesContent> = {}): XadesMaker =>
		new XadesMaker({ files: { 'contract.txt': contract }, signer, issuers: [now.pki.issuing.certificate], ...content });
	const over = (countersigned: XadesMaker, signer: Issued, prefix: string): XadesMaker =>
		xades(signer, { files: {}, countersigned, prefix });

	/** A signature by Kari with all that proves her certificate and the others'. */
	async function begun(): Promise<XadesMaker> {
		const maker = xades(kari);
		for (const signer of [kari, ola, siri]) maker.addData(await now.dataOn(signer));
		return maker;
	}

	it('has a verdict of its own beside that of the signature it is over', async () => {
		const maker = await begun();
		maker.addCounterSignature(over(maker, ola, 'c'));
		const verdict = await verifyXades(maker.bytes);
		expect(verdict.indication).toBe('TOTAL-PASSED');
		expect(verdict.signatures.map(told)).toEqual([
			['Kari', undefined, 'TOTAL-PASSED'],
			['Ola', 0, 'TOTAL-PASSED'],
		]);
		expect(verdict.signatures[1]).toMatchObject({ level: 'b-b', warnings: [] });
	});

	it.each<[string, (file: string) => string, string]>([
		[
			'its digest is of another value',
			(file) => file.replace(/(URI="#v">.*?<ds:DigestValue>)..../, '$1AAAA'),
			'HASH_FAILURE',
		],
		[
			'its value is another',
			(file) => file.replace(/(<ds:SignatureValue Id="cv">)..../, '$1AAAA'),
			'SIG_CRYPTO_FAILURE',
		],
		[
			'what its signer says was altered',
			(file) => file.replace(/(Id="cp">.*?<xades:SigningTime>)..../, '$12001'),
			'HASH_FAILURE',
		],
		[
			'it is not there',
			(file) => file.replace(/(<xades:CounterSignature>).*(<\/xades:CounterSignature>)/, '$1$2'),
			'FORMAT_FAILURE',
		],
	])('fails where %s, and with it the file', async (_what, alter, subIndication) => {
		const maker = await begun();
		maker.addCounterSignature(over(maker, ola, 'c'));
		const file = maker.bytes.toString();
		const altered = alter(file);
		expect(altered).not.toBe(file);
		const verdict = await verifyXades(Buffer.from(altered));
		expect(verdict.indication).toBe('TOTAL-FAILED');
		expect(verdict.signatures.map((signature) => told(signature).slice(1))).toEqual([
			[undefined, 'TOTAL-PASSED'],
			[0, subIndication],
		]);
	});

	it('fails where it is over another signature than the one that carries it', async () => {
		const [maker, other] = [await begun(), xades(siri, { prefix: 'o' })];
		maker.addCounterSignature(over(other, ola, 'c'));
		const { signatures } = await verifyXades(XadesMaker.together(maker, other));
		expect(signatures.map(told).slice(0, 2)).toEqual([
			['Kari', undefined, 'TOTAL-PASSED'],
			[undefined, 0, 'FORMAT_FAILURE'],
		]);
		expect(signatures[1]?.errors[0]?.code).toBe('counter-signature-misplaced');
	});

	it('may itself be countersigned', async () => {
		const maker = await begun();
		const first = over(maker, ola, 'c');
		first.addCounterSignature(over(first, siri, 'd'));
		maker.addCounterSignature(first);
		expect((await verifyXades(maker.bytes)).signatures.map(told)).toEqual([
			['Kari', undefined, 'TOTAL-PASSED'],
			['Ola', 0, 'TOTAL-PASSED'],
			['Siri', 1, 'TOTAL-PASSED'],
		]);
	});

	it('reaches levels of its own by what it carries itself', async () => {
		const maker = await begun();
		const counter = over(maker, ola, 'c');
		const token = await counter.stamp(now.desk.supply);
		counter.addData(await now.dataOn(ola));
		counter.addTimestampData(await now.dataOnToken(token));
		await counter.archive(now.desk.supply);
		maker.addCounterSignature(counter);
		const { signatures } = await verifyXades(maker.bytes);
		expect(signatures).toMatchObject([
			{ level: 'b-b', indication: 'TOTAL-PASSED', timestamps: [] },
			{
				level: 'b-lta',
				indication: 'TOTAL-PASSED',
				timestamps: [{ kind: 'archive' }, { kind: 'signature', indication: 'TOTAL-PASSED' }],
			},
		]);
	});

	it('may stand beside the signature, and say by itself that it is one', async () => {
		const maker = await begun();
		const { signatures } = await verifyXades(XadesMaker.together(over(maker, ola, 'c'), maker));
		expect(signatures.map(told)).toEqual([
			['Ola', 1, 'TOTAL-PASSED'],
			['Kari', undefined, 'TOTAL-PASSED'],
		]);
	});
});

describe('a counter-signature of which everything has expired', () => {
	const ends = new AsyncDisposableStack();
	let then: ProofPlace;
	let later: ProofPlace;
	beforeAll(async () => {
		({ atSigning: then, atArchive: later } = ends.use(await TwoPlaces.open()));
	});
	afterAll(() => ends.disposeAsync());

	it.each([
		['before the archive timestamp passes', true, ['TOTAL-PASSED', 'TOTAL-PASSED']],
		['after it does not', false, ['TOTAL-PASSED', 'OUT_OF_BOUNDS_NOT_REVOKED']],
	] as const)('and which came %s (CAdES)', async (_when, isBefore, expected) => {
		const signers = [then.pki.issue({ key: 'p256' }), then.pki.issue({ key: 'p256' })] as const;
		const maker = CadesMaker.sign(contract, signers[0], new Date(signedAt));
		for (const signer of signers) maker.addData(await then.dataOn(signer));
		maker.addData(await then.dataOnToken(await maker.stamp(then.desk.supply)));
		const counterSign = () =>
			maker.counterSign(signers[1], {
				signingTime: new Date(signedAt),
				unsignedAttributes: async (value) => [signatureTimestampAttribute(await timestamp(then.desk.supply, value))],
			});
		if (isBefore) await counterSign();
		maker.addData(await later.dataOnToken(await maker.archive(later.desk.supply)));
		if (!isBefore) await counterSign();
		const { signatures } = await verifyCades(maker, [then, later]);
		expect(signatures.map(({ indication, subIndication }) => subIndication ?? indication)).toEqual(expected);
	});

	it.each([
		['before the archive timestamp passes', true, ['TOTAL-PASSED', 'TOTAL-PASSED']],
		['after it does not', false, ['TOTAL-PASSED', 'OUT_OF_BOUNDS_NOT_REVOKED']],
	] as const)('and which came %s (XAdES)', async (_when, isBefore, expected) => {
		const signers = [then.pki.issue({ key: 'p256' }), then.pki.issue({ key: 'p256' })] as const;
		const about = { issuers: [then.pki.issuing.certificate], signingTime: new Date(signedAt) };
		const maker = new XadesMaker({ files: { 'contract.txt': contract }, signer: signers[0], ...about });
		for (const signer of signers) maker.addData(await then.dataOn(signer));
		maker.addTimestampData(await then.dataOnToken(await maker.stamp(then.desk.supply)));
		const counter = new XadesMaker({ files: {}, countersigned: maker, prefix: 'c', signer: signers[1], ...about });
		await counter.stamp(then.desk.supply);
		const counterSign = () => maker.addCounterSignature(counter);
		if (isBefore) counterSign();
		maker.addTimestampData(await later.dataOnToken(await maker.archive(later.desk.supply)));
		if (!isBefore) counterSign();
		const { signatures } = await verifyXades(maker.bytes, [then, later]);
		expect(signatures.map(({ indication, subIndication }) => subIndication ?? indication)).toEqual(expected);
	});
});

describe('a counter-signature in the signature of a PDF', () => {
	it('is judged like any other', async () => {
		const { signatures } = await verifyFile(new BytesSource(await counterSignedPdf(folder, kari, ola)), options());
		expect(signatures.map((signature) => told(signature).slice(0, 2))).toEqual([
			['Kari', undefined],
			['Ola', 0],
		]);
		expect(signatures[1]?.facts.object?.facts).toMatchObject({ signature: 'valid', messageDigest: 'matches' });
	});

	it('does not pass unseen where it is broken', async () => {
		const document = await counterSignedPdf(folder, kari, ola, { value: new Uint8Array(64) });
		const verdict = await verifyFile(new BytesSource(document), options());
		expect(verdict.indication).toBe('TOTAL-FAILED');
		expect(verdict.signatures.map(({ subIndication }) => subIndication)).toEqual([
			'CERTIFICATE_CHAIN_GENERAL_FAILURE',
			'HASH_FAILURE',
		]);
	});
});
