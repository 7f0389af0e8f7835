import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../../test/kit/demoPki.ts';
import { keySigner, SigningFolder } from '../../../test/kit/keySigner.ts';
import { ProofDesk } from '../../../test/kit/proofDesk.ts';
import { makeTrustedList } from '../../../test/kit/trustedListMaker.ts';
import { XadesMaker } from '../../../test/kit/xadesMaker.ts';
import { parseSignedData } from '../../cms/signedData.ts';
import { Draft } from '../../pades/draft.ts';
import type { Level } from '../../pades/level.ts';
import { signDetached } from '../../pades/signDetached.ts';
import { Stopwatch } from '../../pades/stopwatch.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import { systemClock } from '../../ports/clock.ts';
import { ParaphError } from '../../ports/errors.ts';
import { verifyFile } from '../verifyDocument.ts';

const folder = new SigningFolder();
let pki: DemoPki;
let desk: ProofDesk;
let kari: Issued;
beforeAll(async () => {
	pki = await startDemoPki();
	desk = new ProofDesk(pki);
	kari = pki.issue({ key: 'p256' });
});
afterAll(async () => {
	await desk[Symbol.asyncDispose]();
	await pki.close();
	folder[Symbol.dispose]();
});

const contract = Buffer.from('The supplier delivers on Friday.');
const annex = Buffer.from('Prices without tax.');

/** A detached CAdES signature, as `paraph sign --cades` makes it. */
async function cades(content: Uint8Array, level: Level = 'b-lt', issued: Issued = kari): Promise<Uint8Array> {
	const draft = Draft.open(folder.put(content), { digest: 'sha256' });
	const run = {
		signer: keySigner(issued),
		description: { subject: '', issuer: '', serial: '' },
		chain: issued.chain,
		supply: desk.supply,
		evidence: desk.evidence(),
		clock: systemClock,
		warnings: [],
	};
	try {
		const request = { level, digest: 'sha256' as const, pss: false, signingTime: new Date() };
		return (await signDetached(draft, run, request, new Stopwatch())).cms;
	} finally {
		draft.close();
	}
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64');
const digestMethod = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>';

function manifest(signature: string, files: Readonly<Record<string, Uint8Array>>): Buffer {
	const objects = Object.entries(files).map(
		([name, bytes]) =>
			`<DataObjectReference URI="${encodeURIComponent(name)}">${digestMethod}<ds:DigestValue>${sha256(bytes)}</ds:DigestValue></DataObjectReference>`,
	);
	return Buffer.from(
		`<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><SigReference URI="${signature}" MimeType="application/pkcs7-signature"></SigReference>${objects.join('')}</ASiCManifest>`,
	);
}

/** A XAdES signature over files, at B-B. */
const xades = (files: Readonly<Record<string, Uint8Array>>, signer: Issued = kari): Buffer =>
	new XadesMaker({
		files,
		signer,
		issuers: [pki.issuing.certificate],
		signingTime: new Date('2026-11-01T10:00:00Z'),
	}).bytes;

function verify(file: Uint8Array, content?: Uint8Array) {
	return verifyFile(
		new BytesSource(file),
		{ anchors: pki.anchors, time: new Date() },
		content && new BytesSource(content),
	);
}

const asicE = (files: Zippable): Uint8Array =>
	zipSync({ mimetype: [Buffer.from('application/vnd.etsi.asic-e+zip'), { level: 0 }], ...files });

describe('a detached CAdES signature', () => {
	it.each<Level>(['b-b', 'b-t', 'b-lt', 'b-lta'])('is found to be of the level %s', async (level) => {
		const [signature] = (await verify(await cades(contract, level), contract)).signatures;
		expect(signature).toMatchObject({ level, changes: { level: 'none' } });
		expect(signature?.indication).toBe(level === 'b-lt' || level === 'b-lta' ? 'TOTAL-PASSED' : 'INDETERMINATE');
	});

	it('at B-LTA still passes when its certificate has expired, at B-B it does not', async () => {
		const soon = pki.issue({ key: 'p256', notAfter: new Date(Date.now() + 86_400_000) });
		const judge = async (level: Level) =>
			verifyFile(
				new BytesSource(await cades(contract, level, soon)),
				{ anchors: pki.anchors, time: new Date(Date.now() + 30 * 86_400_000) },
				new BytesSource(contract),
			);
		expect((await judge('b-lta')).signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lta' });
		expect((await judge('b-b')).signatures[0]).toMatchObject({ subIndication: 'OUT_OF_BOUNDS_NO_POE' });
	});

	it('is no longer archived when something that the archive lists is taken out', async () => {
		const whole = await cades(contract, 'b-lta');
		const { certificateChoices } = parseSignedData(whole);
		const lost = certificateChoices.find((bytes) => Buffer.compare(bytes, kari.certificate) !== 0);
		const place = Buffer.from(whole).indexOf(lost ?? '');
		const altered = Buffer.from(whole);
		// One bit of the certificate's own signature: no chain that is needed runs over it any more, and the index shows it.
		const last = place + (lost?.length ?? 0) - 1;
		altered[last] = (altered[last] ?? 0) ^ 1;
		const [signature] = (await verify(altered, contract)).signatures;
		const archive = signature?.timestamps.find(({ kind }) => kind === 'archive');
		expect(archive).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' });
		expect(signature?.level).not.toBe('b-lta');
	});

	it('waits for the file that it is over', async () => {
		expect((await verify(await cades(contract))).signatures[0]).toMatchObject({
			indication: 'INDETERMINATE',
			subIndication: 'SIGNED_DATA_NOT_FOUND',
		});
	});

	it('waits for it with the archive timestamp, too, which is over the file as well', async () => {
		const [signature] = (await verify(await cades(contract, 'b-lta'))).signatures;
		expect(signature?.timestamps.map(({ kind, subIndication }) => [kind, subIndication])).toEqual([
			['archive', 'SIGNED_DATA_NOT_FOUND'],
			['signature', null],
		]);
	});

	it('fails over other content', async () => {
		expect(await verify(await cades(contract), annex)).toMatchObject({
			indication: 'TOTAL-FAILED',
			signatures: [{ subIndication: 'HASH_FAILURE' }],
		});
	});
});

describe('an ASiC-S container', () => {
	it('passes by the CAdES signature over its one file', async () => {
		const file = zipSync({ 'contract.txt': contract, 'META-INF/signature.p7s': await cades(contract) });
		expect(await verify(file)).toMatchObject({
			indication: 'TOTAL-PASSED',
			signatures: [{ field: 'META-INF/signature.p7s', level: 'b-lt' }],
		});
	});

	it('fails with a second file: nobody can say which one was signed', async () => {
		const signature = await cades(contract);
		const file = zipSync({ 'a.txt': contract, 'b.txt': annex, 'META-INF/signature.p7s': signature });
		expect(await verify(file)).toMatchObject({
			signatures: [{ subIndication: 'FORMAT_FAILURE', errors: [{ code: 'container-content-unclear' }] }],
		});
	});
});

describe('an ASiC-E container with CAdES', () => {
	const name = 'META-INF/signature001.p7s';

	it('passes where the signed manifest is true of every file', async () => {
		const listed = manifest(name, { 'contract.txt': contract, 'pris liste.txt': annex });
		const file = asicE({
			'contract.txt': contract,
			'pris liste.txt': annex,
			'META-INF/ASiCManifest001.xml': listed,
			[name]: await cades(listed),
		});
		const [signature] = (await verify(file)).signatures;
		expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lt', warnings: [] });
	});

	it('fails where a file was altered', async () => {
		const listed = manifest(name, { 'contract.txt': contract });
		const file = asicE({
			'contract.txt': annex,
			'META-INF/ASiCManifest001.xml': listed,
			[name]: await cades(listed),
		});
		expect((await verify(file)).signatures[0]).toMatchObject({
			indication: 'TOTAL-FAILED',
			subIndication: 'HASH_FAILURE',
		});
	});

	it('names the files that nobody signed', async () => {
		const listed = manifest(name, { 'contract.txt': contract });
		const file = asicE({
			'contract.txt': contract,
			'annex.txt': annex,
			'META-INF/ASiCManifest001.xml': listed,
			[name]: await cades(listed),
		});
		const [signature] = (await verify(file)).signatures;
		expect(signature?.warnings).toContainEqual(expect.objectContaining({ code: 'file-not-signed' }));
	});
});

describe('an ASiC-E container with XAdES', () => {
	const container = (signature: Uint8Array, content: Uint8Array = contract): Uint8Array =>
		asicE({ 'contract.txt': content, 'META-INF/signatures.xml': signature });

	it('has its references, its value and its chain checked', async () => {
		const [signature] = (await verify(container(xades({ 'contract.txt': contract })))).signatures;
		// No revocation data is in it, and the network is not asked.
		expect(signature).toMatchObject({
			indication: 'INDETERMINATE',
			subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
			level: 'b-b',
			claimedTime: new Date('2026-11-01T10:00:00Z'),
			anchor: { test: true },
		});
	});

	it('fails where the file was altered', async () => {
		expect(await verify(container(xades({ 'contract.txt': contract }), annex))).toMatchObject({
			indication: 'TOTAL-FAILED',
			signatures: [{ subIndication: 'HASH_FAILURE' }],
		});
	});

	it('fails where what was signed was altered', async () => {
		const altered = xades({ 'contract.txt': contract }).toString().replace('2026-11-01T10', '2025-11-01T10');
		expect((await verify(container(Buffer.from(altered)))).signatures[0]?.subIndication).toBe('HASH_FAILURE');
		const resigned = xades({ 'contract.txt': contract })
			.toString()
			.replace(/(<ds:SignatureValue[^>]*>).{8}/, '$1AAAAAAAA');
		expect((await verify(container(Buffer.from(resigned)))).signatures[0]?.subIndication).toBe('SIG_CRYPTO_FAILURE');
	});

	it('fails where another certificate was put in', async () => {
		const other = pki.issue({ key: 'p256' });
		const swapped = xades({ 'contract.txt': contract })
			.toString()
			.replace(base64(kari.certificate), base64(other.certificate));
		const [signature] = (await verify(container(Buffer.from(swapped)))).signatures;
		expect(signature?.indication).toBe('TOTAL-FAILED');
	});

	it('does not know what to say where a signed file is missing', async () => {
		const [signature] = (await verify(asicE({ 'META-INF/signatures.xml': xades({ 'contract.txt': contract }) })))
			.signatures;
		expect(signature).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' });
	});
});

describe('an XML file with a XAdES signature in it', () => {
	it('has the signature checked', async () => {
		const [signature] = (await verify(makeTrustedList({}, kari))).signatures;
		expect(signature).toMatchObject({
			subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
			level: 'b-b',
			errors: [{ code: 'no-chain' }],
		});
	});

	it('fails where a word was altered', async () => {
		const altered = Buffer.from(makeTrustedList({}, kari)).toString().replace('Supervision', 'Super-vision');
		expect((await verify(Buffer.from(altered))).indication).toBe('TOTAL-FAILED');
	});

	it('may have none', async () => {
		expect((await verify(Buffer.from('<a/>'))).indication).toBe('NO-SIGNATURE');
	});
});

describe('hostile containers', () => {
	it('are refused with two files of one name', async () => {
		const file = Buffer.from(zipSync({ 'contract.txt': contract, 'kontrakt.txt': annex }));
		const twice = Buffer.from(file.toString('latin1').replaceAll('kontrakt.txt', 'contract.txt'), 'latin1');
		await expect(verify(twice)).rejects.toMatchObject({ code: 'container-ambiguous' });
	});

	it('are refused when they would grow without bound', async () => {
		const bomb = zipSync({ zeros: new Uint8Array(130 * 1024 * 1024) }, { level: 1 });
		await expect(verify(bomb)).rejects.toMatchObject({ code: 'container-too-large' });
	});

	it('get a verdict or a typed error, whatever is changed in them', async () => {
		const signature = xades({ 'contract.txt': contract });
		const file = asicE({ 'contract.txt': contract, 'META-INF/signatures.xml': [signature, { level: 0 }] });
		const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
				const mutated = Uint8Array.from(file);
				for (const [offset, value] of changes) mutated[offset] = value;
				await verify(mutated).catch((error: unknown) => expect(error).toBeInstanceOf(ParaphError));
			}),
			{ numRuns: 200 },
		);
	});
});
