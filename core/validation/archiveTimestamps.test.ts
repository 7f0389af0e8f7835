import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CadesMaker, type hashIndexes, timestamp } from '../../test/kit/cadesMaker.ts';
import { Authority, type Issued } from '../../test/kit/demoPki/authority.ts';
import { keySigner, SigningFolder } from '../../test/kit/keySigner.ts';
import { archivedAt, ProofPlace, signedAt, TwoPlaces } from '../../test/kit/proofPlace.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import type { ValidationMaterial } from '../../test/kit/xadesMaker.ts';
import { AttributeType } from '../cms/oids.ts';
import { addDocumentTimestamp } from '../pades/documentTimestamp.ts';
import { Draft } from '../pades/draft.ts';
import { addToDss } from '../pades/dss.ts';
import { signDraft } from '../pades/signDraft.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { signatureFields } from '../pdf/fields.ts';
import { explicit, sequence } from '../pki/derWriter.ts';
import { defaultPolicy } from './policy/policy.ts';
import { verifyFile } from './verifyDocument.ts';

const contract = Buffer.from('The supplier delivers on Friday.');
const DAY = 86_400_000;

const ends = new AsyncDisposableStack();
const folder = ends.use(new SigningFolder());
let then: ProofPlace;
let later: ProofPlace;
beforeAll(async () => {
	({ atSigning: then, atArchive: later } = ends.use(await TwoPlaces.open()));
});
afterAll(() => ends.disposeAsync());

/** When the validation data of the signature is put in. */
type Order = 'data-first' | 'archive-first' | 'no-archive';

/** RevocationValues and CertificateValues, where signatures before EN 319 122-1 have what proves them (annex A.1). */
function addAsAttributes(maker: CadesMaker, { certificates, crls, ocspResponses }: ValidationMaterial): void {
	maker.addAttribute(AttributeType.certificateValues, sequence(...certificates));
	maker.addAttribute(
		AttributeType.revocationValues,
		sequence(explicit(0, sequence(...crls)), explicit(1, sequence(...ocspResponses))),
	);
}

type Add = (maker: CadesMaker, material: ValidationMaterial) => void;
const addToSets: Add = (maker, material) => maker.addData(material);

/** Signed then, archived later. */
async function archived(order: Order, { add = addToSets, version = 'v3' as keyof typeof hashIndexes } = {}) {
	const signer = then.pki.issue({ key: 'p256' });
	const maker = CadesMaker.sign(contract, signer, new Date(signedAt));
	const token = await maker.stamp(then.desk.supply);
	const data = [await then.dataOn(signer), await then.dataOnToken(token)];
	const archive = async () => maker.addData(await later.dataOnToken(await maker.archive(later.desk.supply, version)));
	if (order === 'archive-first') await archive();
	for (const material of data) add(maker, material);
	if (order === 'data-first') await archive();
	return maker;
}

const options = () => ({ anchors: [...then.pki.anchors, ...later.pki.anchors], time: new Date() });

const detached = async ({ bytes }: CadesMaker) =>
	(await verifyFile(new BytesSource(bytes), options(), new BytesSource(contract))).signatures[0];

async function contained({ bytes }: CadesMaker) {
	const container = zipSync({ 'contract.txt': contract, 'META-INF/signature.p7s': bytes });
	return (await verifyFile(new BytesSource(container), options())).signatures[0];
}

const unproven = { indication: 'INDETERMINATE', subIndication: 'REVOCATION_OUT_OF_BOUNDS_NO_POE' };

describe.each([
	['detached, its data in SignedData', detached, addToSets],
	['in a container, its data in SignedData', contained, addToSets],
	['detached, its data in attributes', detached, addAsAttributes],
] as const)('a CAdES signature of which everything has expired (%s)', (_what, judge, add) => {
	it('passes by the archive timestamp over it and its data', async () => {
		expect(await judge(await archived('data-first', { add }))).toMatchObject({
			indication: 'TOTAL-PASSED',
			level: 'b-lta',
			bestTime: new Date(signedAt),
		});
	});

	it('does not pass without', async () => {
		expect(await judge(await archived('no-archive', { add }))).toMatchObject({ indication: 'INDETERMINATE' });
	});

	it('does not pass by data that came after the archive timestamp', async () => {
		expect(await judge(await archived('archive-first', { add }))).toMatchObject({ ...unproven, level: 'b-lt' });
	});
});

describe('the index of an archive timestamp', () => {
	it.each(['v1', 'v2', 'v3'] as const)('is read in its form %s, and proves what it lists', async (version) => {
		const signature = await detached(await archived('data-first', { version }));
		expect(signature).toMatchObject({
			indication: 'TOTAL-PASSED',
			level: 'b-lta',
			timestamps: [{ kind: 'archive', indication: 'TOTAL-PASSED' }, { kind: 'signature' }],
		});
	});

	it.each(['v1', 'v2', 'v3'] as const)('proves nothing that its form %s does not list', async (version) => {
		expect(await detached(await archived('archive-first', { version }))).toMatchObject(unproven);
	});

	it('that lists what is not there makes the timestamp worthless', async () => {
		const maker = await archived('no-archive');
		const more = new CadesMaker(contract, maker.bytes);
		more.addAttribute(AttributeType.contentHints, sequence());
		await more.archive(later.desk.supply);
		const [archive = new Uint8Array()] = more.signature.unsignedAttributes.values(AttributeType.archiveTimestampV3);
		maker.addAttribute(AttributeType.archiveTimestampV3, archive);
		const stampOf = (signature: Awaited<ReturnType<typeof detached>>) =>
			signature?.timestamps.find(({ kind }) => kind === 'archive');
		expect(stampOf(await detached(maker))).toMatchObject({
			indication: 'TOTAL-FAILED',
			subIndication: 'HASH_FAILURE',
		});
		expect(stampOf(await detached(more))?.subIndication).not.toBe('HASH_FAILURE');
	});

	it('lets attributes come later, of which it proves nothing', async () => {
		const maker = await archived('data-first');
		await maker.stamp(then.desk.supply);
		const signature = await detached(maker);
		expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lta' });
		// The authority of then has expired since, and only the first of its timestamps is proved to be older than that.
		expect(signature?.timestamps.map(({ kind, indication }) => `${kind} ${indication}`).toSorted()).toEqual([
			'archive TOTAL-PASSED',
			'signature INDETERMINATE',
			'signature TOTAL-PASSED',
		]);
	});

	it('is not there in older archive timestamps, which are named and prove nothing', async () => {
		const maker = await archived('no-archive');
		const token = await timestamp(later.desk.supply, maker.bytes);
		maker.addAttribute(AttributeType.archiveTimestampV2, token);
		expect(await detached(maker)).toMatchObject({
			indication: 'INDETERMINATE',
			level: 'b-lt',
			timestamps: [{ kind: 'signature' }],
			warnings: expect.arrayContaining([
				expect.objectContaining({
					code: 'timestamp-not-checked',
					message: expect.stringContaining('archive-time-stamp'),
				}),
			]),
		});
	});
});

describe('a certificate whose algorithm is no longer relied on', () => {
	/** Between the root and the signer, known to nobody but them. */
	const name = { commonName: 'Department', organization: 'Fjord & Sønner AS', country: 'NO' };
	let department: Authority;
	let signer: Issued;
	/** Its authorities have RSA keys. */
	let past: ProofPlace;
	beforeAll(async () => {
		past = await ProofPlace.open({ now: () => new Date(signedAt) }, 'rsa-2048');
		const usage = { keyUsage: ['keyCertSign', 'cRLSign'], ca: { pathLength: 0 } } as const;
		const { certificate, key } = past.pki.root.issue({ ...name, key: 'p256', ...usage });
		const now = () => new Date(signedAt);
		department = new Authority({ name, key, certificate, parent: past.pki.root, addresses: {}, now });
		signer = { ...department.issue({ commonName: 'Kari', key: 'p256' }), chain: [] };
	});
	afterAll(() => past[Symbol.asyncDispose]());

	const policy = {
		...defaultPolicy,
		keys: {
			...defaultPolicy.keys,
			rsa: [{ bits: 2048, until: new Date(archivedAt + 60 * DAY) }],
		},
	};

	/** @param isBefore whether the certificate of the department was there when the archive timestamp was made. */
	async function verdictOn(isBefore: boolean) {
		const maker = CadesMaker.sign(contract, signer, new Date(signedAt));
		maker.addData(await past.dataOnToken(await maker.stamp(past.desk.supply)));
		const validity = { thisUpdate: new Date(signedAt), nextUpdate: new Date(signedAt + DAY) };
		const crls = [department, past.pki.root].map((authority) => authority.crl(validity));
		maker.addData({ certificates: [], crls, ocspResponses: [] });
		const addDepartment = () => maker.addData({ certificates: [department.certificate], crls: [], ocspResponses: [] });
		if (isBefore) addDepartment();
		maker.addData(await later.dataOnToken(await maker.archive(later.desk.supply)));
		if (!isBefore) addDepartment();
		const anchors = [...past.pki.anchors, ...later.pki.anchors];
		const judging = { anchors, time: new Date(), policy };
		return (await verifyFile(new BytesSource(maker.bytes), judging, new BytesSource(contract))).signatures[0];
	}

	it('is relied on where it is proved to be older', async () => {
		expect(await verdictOn(true)).toMatchObject({ indication: 'TOTAL-PASSED' });
	});

	it('is not where it came after the archive timestamp: by then it could be forged', async () => {
		expect(await verdictOn(false)).toMatchObject({
			indication: 'INDETERMINATE',
			subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
			errors: [{ code: 'chain-algorithm', message: expect.stringContaining('Department') }],
		});
	});
});

describe('a PDF signature of which everything has expired', () => {
	/** Signed then; a document timestamp later, and the validation data of the signature before or behind it. */
	async function signed(order: 'data-first' | 'timestamp-first'): Promise<Uint8Array> {
		const signer = then.pki.issue({ key: 'p256' });
		const draft = Draft.open(folder.put(await sampleContract()), { digest: 'sha256' });
		const watch = new Stopwatch();
		const request = {
			level: 'b-t' as const,
			options: { digest: 'sha256' as const, signingTime: new Date(signedAt) },
			chain: signer.chain,
		};
		try {
			const { signatures } = await signDraft(draft, keySigner(signer), then.desk.supply, request, watch);
			const addData = (material: ValidationMaterial): void => {
				const update = addToDss(draft.document, material);
				if (update) draft.append(update);
			};
			const data = await then.dataOnToken(...signatures);
			if (order === 'data-first') addData(data);
			await addDocumentTimestamp(draft, later.desk.supply, { digest: 'sha256' });
			if (order === 'timestamp-first') addData(data);
			const stamp = signatureFields(draft.document).find(({ signature }) => signature?.type === 'DocTimeStamp');
			addData(await later.dataOnToken(stamp?.signature?.contents?.bytes ?? new Uint8Array()));
			return draft.source.read(0, draft.source.size);
		} finally {
			draft.close();
		}
	}

	const judged = async (document: Uint8Array) => (await verifyFile(new BytesSource(document), options())).signatures;

	it('passes by the document timestamp over it and its data', async () => {
		const [signature, stamp] = await judged(await signed('data-first'));
		expect(stamp).toMatchObject({ kind: 'document-timestamp', indication: 'TOTAL-PASSED' });
		expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lta', bestTime: new Date(signedAt) });
	});

	it('does not pass by data that came into the file after the document timestamp', async () => {
		const [signature, stamp] = await judged(await signed('timestamp-first'));
		expect(stamp).toMatchObject({ kind: 'document-timestamp', indication: 'TOTAL-PASSED' });
		expect(signature).toMatchObject({ ...unproven, level: 'b-lt' });
	});
});
