import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issued } from '../../../test/kit/demoPki.ts';
import { fuzzCases } from '../../../test/kit/mutations.ts';
import { ProofPlace, signedAt, TwoPlaces } from '../../../test/kit/proofPlace.ts';
import { type XadesContent, XadesMaker } from '../../../test/kit/xadesMaker.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import { ParaphError } from '../../ports/errors.ts';
import { verifyFile } from '../verifyDocument.ts';

const contract = Buffer.from('The supplier delivers on Friday.');

/** A signature by a signer of this place. */
function begin(
	place: ProofPlace,
	content: Partial<XadesContent> = {},
	signer: Issued = place.pki.issue({ key: 'p256' }),
): XadesMaker {
	const issuers = [place.pki.issuing.certificate];
	return new XadesMaker({ files: { 'contract.txt': contract }, signer, issuers, ...content });
}

let now: ProofPlace;
beforeAll(async () => {
	now = await ProofPlace.open();
});
afterAll(() => now[Symbol.asyncDispose]());

type Level = 'b-b' | 'b-t' | 'b-lt' | 'b-lta';

/** @param beforeArchive what else is put in before the archive timestamp. */
async function made(
	level: Level,
	content: Partial<XadesContent> = {},
	beforeArchive: (maker: XadesMaker) => void = () => {},
): Promise<XadesMaker> {
	const signer = now.pki.issue({ key: 'p256' });
	const maker = begin(now, content, signer);
	if (level === 'b-b') return maker;
	const token = await maker.stamp(now.desk.supply);
	if (level === 'b-t') return maker;
	maker.addData(await now.dataOn(signer));
	maker.addTimestampData(await now.dataOnToken(token));
	beforeArchive(maker);
	if (level === 'b-lta') await maker.archive(now.desk.supply);
	return maker;
}

type Files = Readonly<Record<string, Uint8Array>>;

function verify(signatures: Uint8Array, files: Files = { 'contract.txt': contract }) {
	const container = zipSync({ ...files, 'META-INF/signatures.xml': [signatures, { level: 0 }] });
	return verifyFile(new BytesSource(container), { anchors: now.pki.anchors, time: new Date() });
}

async function judged(signatures: Uint8Array, files?: Files) {
	const [signature] = (await verify(signatures, files)).signatures;
	if (!signature) throw new Error('no signature was found');
	return signature;
}

const altered = ({ bytes }: XadesMaker, before: string | RegExp, after: string): Buffer => {
	const text = bytes.toString().replace(before, after);
	expect(text).not.toBe(bytes.toString());
	return Buffer.from(text);
};

describe('the level of a XAdES signature', () => {
	it.each<Level>(['b-b', 'b-t', 'b-lt', 'b-lta'])('is found to be %s', async (level) => {
		const signature = await judged((await made(level)).bytes);
		expect(signature).toMatchObject({ level, warnings: [] });
		expect(signature.indication).toBe(level === 'b-lt' || level === 'b-lta' ? 'TOTAL-PASSED' : 'INDETERMINATE');
	});

	it('is B-T while nothing is known of the certificate of the timestamp authority', async () => {
		const signer = now.pki.issue({ key: 'p256' });
		const maker = begin(now, {}, signer);
		await maker.stamp(now.desk.supply);
		maker.addData(await now.dataOn(signer));
		expect((await judged(maker.bytes)).level).toBe('b-t');
	});

	it('is B-LT where the archive timestamp was made before the data came', async () => {
		const signer = now.pki.issue({ key: 'p256' });
		const maker = begin(now, {}, signer);
		const token = await maker.stamp(now.desk.supply);
		await maker.archive(now.desk.supply);
		maker.addData(await now.dataOn(signer));
		maker.addTimestampData(await now.dataOnToken(token));
		expect(await judged(maker.bytes)).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lt' });
	});

	it('does not rest on the data of another signature in the container', async () => {
		const signer = now.pki.issue({ key: 'p256' });
		const stamped = begin(now, {}, signer);
		await stamped.stamp(now.desk.supply);
		const whole = begin(now, {}, signer);
		whole.addTimestampData(await now.dataOnToken(await whole.stamp(now.desk.supply)));
		whole.addData(await now.dataOn(signer));
		const container = zipSync({
			'contract.txt': contract,
			'META-INF/signatures1.xml': whole.bytes,
			'META-INF/signatures2.xml': stamped.bytes,
		});
		const verdict = await verifyFile(new BytesSource(container), { anchors: now.pki.anchors, time: new Date() });
		expect(verdict.signatures.map(({ level }) => level)).toEqual(['b-lt', 'b-t']);
	});

	it('is no baseline level with the archive timestamp of XAdES 1.3.2, which is checked all the same', async () => {
		const maker = await made('b-lt');
		await maker.archive(now.desk.supply, { older: true });
		expect(await judged(maker.bytes)).toMatchObject({
			indication: 'TOTAL-PASSED',
			level: 'basic',
			timestamps: [{ kind: 'archive', indication: 'TOTAL-PASSED' }, { kind: 'signature' }],
		});
	});

	it('is at most B-T with references to validation data', async () => {
		const references = '<xades:CompleteRevocationRefs></xades:CompleteRevocationRefs>';
		const maker = await made('b-lta', {}, (draft) =>
			draft.addProperty((_ds, xades) => references.replace('Refs>', `Refs${xades}>`)),
		);
		expect(await judged(maker.bytes)).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-t' });
	});
});

describe('an archive timestamp of XAdES', () => {
	const refused = { kind: 'archive', indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' };

	it.each<[string, string | RegExp, string]>([
		['a timestamp before it', /<xades:SignatureTimeStamp>/, '<xades:SignatureTimeStamp Id="t">'],
		['validation data before it', /<xades:CRLValues>/, '<xades:CRLValues Id="c">'],
		['the keys', /<ds:KeyInfo>/, '<ds:KeyInfo Id="k">'],
		['an object that nothing else refers to', 'by return', 'next year'],
		['a property put in before it', /<xades141:ArchiveTimeStamp/, '<xades:CertificateValues/>$&'],
	])('does not hold where %s was altered', async (_what, before, after) => {
		const maker = await made('b-lta', { note: 'by return' });
		expect((await judged(maker.bytes)).level).toBe('b-lta');
		const signature = await judged(altered(maker, before, after));
		expect(signature.timestamps[0]).toMatchObject(refused);
		expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lt' });
	});

	it('leaves room for properties behind it', async () => {
		const maker = await made('b-lta');
		await maker.archive(now.desk.supply);
		const { level, timestamps } = await judged(maker.bytes);
		expect(level).toBe('b-lta');
		expect(timestamps.map(({ kind, indication }) => [kind, indication])).toEqual([
			['archive', 'TOTAL-PASSED'],
			['archive', 'TOTAL-PASSED'],
			['signature', 'TOTAL-PASSED'],
		]);
	});

	it('does not hold where the signed file was altered', async () => {
		const { bytes } = await made('b-lta');
		const signature = await judged(bytes, { 'contract.txt': Buffer.from('The supplier delivers on Monday.') });
		expect(signature.subIndication).toBe('HASH_FAILURE');
		expect(signature.timestamps[0]).toMatchObject(refused);
	});

	it('waits for the signed file', async () => {
		const signature = await judged((await made('b-lta')).bytes, {});
		expect(signature.level).toBe('b-lt');
		expect(signature.timestamps.map(({ kind, subIndication }) => [kind, subIndication])).toEqual([
			['archive', 'SIGNED_DATA_NOT_FOUND'],
			['signature', null],
		]);
	});

	it('is not checked where it says by itself what it is over, and proves nothing', async () => {
		const maker = await made('b-lta');
		const distributed = altered(maker, /<xades141:ArchiveTimeStamp[^>]*>/, '$&<xades:Include URI="#p"/>');
		expect(await judged(distributed)).toMatchObject({
			level: 'b-lt',
			timestamps: [{ kind: 'signature' }],
			warnings: [{ code: 'timestamp-not-checked', message: expect.stringContaining('ArchiveTimeStamp') }],
		});
	});

	it('is told apart from timestamps of other kinds, which prove nothing', async () => {
		const token = await (await made('b-b')).stamp(now.desk.supply);
		const encapsulated = `<xades:EncapsulatedTimeStamp>${Buffer.from(token).toString('base64')}</xades:EncapsulatedTimeStamp>`;
		const maker = await made('b-b');
		maker.addProperty(
			() =>
				`<xades141:SigAndRefsTimeStampV2 xmlns:xades141="http://uri.etsi.org/01903/v1.4.1#">${encapsulated}</xades141:SigAndRefsTimeStampV2>`,
		);
		expect(await judged(maker.bytes)).toMatchObject({
			level: 'b-b',
			bestTime: undefined,
			timestamps: [],
			warnings: [{ code: 'timestamp-not-checked' }],
		});
	});

	it('cannot be checked where its canonicalisation is not known', async () => {
		const maker = await made('b-lta');
		const unknown = altered(
			maker,
			/(ArchiveTimeStamp[^>]*><ds:CanonicalizationMethod Algorithm=")[^"]*/,
			'$1urn:unknown',
		);
		const signature = await judged(unknown);
		expect(signature.timestamps[0]).toMatchObject({ kind: 'archive', subIndication: 'SIG_CRYPTO_FAILURE' });
		expect(signature.level).toBe('b-lt');
	});
});

describe('a hostile XAdES signature', () => {
	it('is not hidden behind more than anybody reads', async () => {
		const signer = now.pki.issue({ key: 'p256' });
		const makers = Array.from({ length: 101 }, (_, index) => begin(now, { prefix: `n${index}` }, signer));
		const { signatures, indication } = await verify(XadesMaker.together(...makers));
		expect(indication).toBe('TOTAL-FAILED');
		expect(signatures).toHaveLength(101);
		expect(signatures.at(-1)?.errors[0]?.code).toBe('signatures-too-many');
	});

	it('gets a verdict or a typed error, whatever is changed in it', async () => {
		const { bytes } = await made('b-lta');
		const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(127));
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
				const mutated = Uint8Array.from(bytes);
				for (const [offset, value] of changes) mutated[offset] = value;
				await verify(mutated).catch((error: unknown) => expect(error).toBeInstanceOf(ParaphError));
			}),
			{ numRuns: fuzzCases(200) },
		);
	});
});

describe('when everything of then has expired', () => {
	const ends = new AsyncDisposableStack();
	let then: ProofPlace;
	let later: ProofPlace;
	beforeAll(async () => {
		({ atSigning: then, atArchive: later } = ends.use(await TwoPlaces.open()));
	});
	afterAll(() => ends.disposeAsync());

	/** Signed then, archived later; the validation data before or behind the archive timestamp. */
	async function archived(order: 'data-first' | 'archive-first' | 'no-archive') {
		const signer = then.pki.issue({ key: 'p256' });
		const maker = begin(then, { signingTime: new Date(signedAt) }, signer);
		const token = await maker.stamp(then.desk.supply);
		const [data, timestampData] = [await then.dataOn(signer), await then.dataOnToken(token)];
		const archive = async () => {
			const archiving = await maker.archive(later.desk.supply);
			maker.addTimestampData(await later.dataOnToken(archiving));
		};
		if (order === 'archive-first') await archive();
		maker.addData(data);
		maker.addTimestampData(timestampData);
		if (order === 'data-first') await archive();
		const container = zipSync({ 'contract.txt': contract, 'META-INF/signatures.xml': maker.bytes });
		const anchors = [...then.pki.anchors, ...later.pki.anchors];
		return (await verifyFile(new BytesSource(container), { anchors, time: new Date() })).signatures[0];
	}

	it('the signature passes by the archive timestamp over it and its data', async () => {
		expect(await archived('data-first')).toMatchObject({
			indication: 'TOTAL-PASSED',
			level: 'b-lta',
			bestTime: new Date(Math.floor(signedAt / 1000) * 1000),
		});
	});

	it('it does not pass without', async () => {
		expect((await archived('no-archive'))?.indication).toBe('INDETERMINATE');
	});

	it('it does not pass by data that came after the archive timestamp', async () => {
		expect(await archived('archive-first')).toMatchObject({
			indication: 'INDETERMINATE',
			subIndication: 'REVOCATION_OUT_OF_BOUNDS_NO_POE',
			level: 'b-lt',
		});
	});
});
