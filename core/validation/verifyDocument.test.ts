import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { fuzzCases } from '../../test/kit/mutations.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { completeDraft } from '../pades/completeDraft.ts';
import { Draft } from '../pades/draft.ts';
import { EvidenceCollector } from '../pades/evidenceCollector.ts';
import type { Level } from '../pades/level.ts';
import type { SignatureOptions } from '../pades/options.ts';
import { signDraft } from '../pades/signDraft.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { PdfError } from '../pdf/pdfError.ts';
import { Certificate } from '../pki/certificate.ts';
import { CertificatePool } from '../pki/certificatePool.ts';
import { PathResearch } from '../pki/pathResearch.ts';
import { systemClock } from '../ports/clock.ts';
import { TsaClient } from '../tsp/tsaClient.ts';
import { collectFacts } from './facts/documentFacts.ts';
import { Evidence } from './facts/evidence.ts';
import { findLevel } from './verdict/level.ts';
import type { DocumentVerdict } from './verdict/verdict.ts';
import { type VerifyOptions, verifyDocument } from './verifyDocument.ts';

const directory = mkdtempSync(join(tmpdir(), 'paraph-validation-'));
const fetcher = new HttpFetcher({ allowLocal: true });
let pki: DemoPki;
let kari: Issued;
let contract: Uint8Array;
const signed = new Map<Level, Uint8Array>();
beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'p256' });
	contract = await sampleContract();
	for (const level of ['b-b', 'b-t', 'b-lt', 'b-lta'] as const) signed.set(level, await sign(contract, level));
});
afterAll(async () => {
	await fetcher.close();
	await pki.close();
	rmSync(directory, { recursive: true });
});

/** Signs with a key in memory, by the same code as a token's. */
async function sign(
	document: Uint8Array,
	level: Level,
	options: Partial<SignatureOptions> = {},
	issued: Issued = kari,
): Promise<Uint8Array> {
	const path = join(directory, 'input.pdf');
	writeFileSync(path, document);
	const draft = Draft.open(path, { digest: 'sha256' });
	const supply = new TsaClient({ authorities: [{ url: pki.tsa.url }], fetcher, clock: systemClock });
	const signer = {
		certificate: issued.certificate,
		chain: issued.chain,
		authentication: 'once' as const,
		sign: async (message: Uint8Array) => issued.key.sign(message),
		close: async () => {},
	};
	const watch = new Stopwatch();
	const made = await signDraft(
		draft,
		signer,
		supply,
		{ level, options: { digest: 'sha256', signingTime: new Date(), ...options }, chain: issued.chain },
		watch,
	);
	const evidence = new EvidenceCollector({
		fetcher,
		clock: systemClock,
		anchors: pki.anchors,
		data: { certificates: [], crls: [], ocspResponses: [] },
		origin: () => 'own-certificate',
	});
	const request = { level, digest: 'sha256' as const, signatures: made.signatures, notBefore: made.timestampTime };
	if (level === 'b-lt' || level === 'b-lta') await completeDraft(draft, evidence, supply, request, watch);
	return draft.source.read(0, draft.source.size);
}

const at = (level: Level): Uint8Array => signed.get(level) ?? new Uint8Array();

function verify(document: Uint8Array, options: Partial<VerifyOptions> = {}): Promise<DocumentVerdict> {
	return verifyDocument(new BytesSource(document), { anchors: pki.anchors, time: new Date(), ...options });
}

const online = () => ({ research: new PathResearch(fetcher) });

/** The file with one more object in an update of its own, as an attacker would write it. */
function withUpdate(document: Uint8Array, objects: string, root: string): Uint8Array {
	const text = Buffer.from(document).toString('latin1');
	const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '0';
	const body = `\n${objects}\n`;
	const number = /^(\d+) 0 obj/.exec(objects)?.[1] ?? '0';
	const offset = String(document.length + 1).padStart(10, '0');
	const xref = `xref\n0 1\n0000000000 65535 f \n${number} 1\n${offset} 00000 n \n`;
	const trailer = `trailer\n<</Size 9999/Root ${root}/Prev ${previous}>>\nstartxref\n${document.length + body.length}\n%%EOF\n`;
	return Buffer.concat([document, Buffer.from(body + xref + trailer, 'latin1')]);
}

describe('a signature by someone trusted', () => {
	it.each(['b-b', 'b-t', 'b-lt', 'b-lta'] as const)(
		'at %s passes with the network and is of its level',
		async (level) => {
			const verdict = await verify(at(level), online());
			expect(verdict.signatures.flatMap(({ errors }) => errors)).toEqual([]);
			expect(verdict.indication).toBe('TOTAL-PASSED');
			expect(verdict.signatures[0]).toMatchObject({ kind: 'signature', level, coversWholeRevision: true });
		},
	);

	it('is of B-LT only where the file holds data on everybody who matters, the timestamp authority too', () => {
		const facts = collectFacts(PdfDocument.open(new BytesSource(at('b-lta'))));
		const { store, signatures } = facts;
		const [signature] = signatures;
		if (!store || !signature) throw new TypeError('no signature with its proof');
		const anchors = new CertificatePool([Certificate.parse(pki.root.certificate)]);
		const levelWith = (ocspResponses: typeof store.ocspResponses): string => {
			const evidence = new Evidence();
			evidence.addStore({ ...store, ocspResponses });
			if (signature.object) evidence.addObject(signature.object, signature.offset);
			return findLevel(signature, { signatures, evidence, store: { ...store, ocspResponses } }, anchors);
		};
		expect(levelWith(store.ocspResponses)).toBe('b-lta');
		expect(store.ocspResponses.length).toBeGreaterThan(1);
		for (const missing of store.ocspResponses)
			expect(levelWith(store.ocspResponses.filter((response) => response !== missing))).toBe('b-t');
	});

	it('at B-LT passes without the network, at B-B it cannot be confirmed', async () => {
		expect((await verify(at('b-lt'))).signatures[0]?.indication).toBe('TOTAL-PASSED');
		const [bare] = (await verify(at('b-b'))).signatures;
		expect(bare).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE' });
	});

	it('rests on a test anchor, and says so', async () => {
		expect((await verify(at('b-lt'))).signatures[0]?.anchor?.test).toBe(true);
	});

	it('still passes at B-LTA when its certificate has expired', async () => {
		const issued = pki.issue({ key: 'p256', notAfter: new Date(Date.now() + 86_400_000) });
		const time = new Date(Date.now() + 30 * 86_400_000);
		const bare = await verify(await sign(contract, 'b-b', {}, issued), { time });
		expect(bare.signatures[0]?.subIndication).toBe('OUT_OF_BOUNDS_NO_POE');
		const [signature] = (await verify(await sign(contract, 'b-lta', {}, issued), { time })).signatures;
		expect(signature?.errors).toEqual([]);
		expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', level: 'b-lta' });
		expect(signature?.bestTime).toBeInstanceOf(Date);
	});

	it('passes when it was revoked after its timestamp, and does not when before', async () => {
		const issued = pki.issue({ key: 'p256' });
		const timed = await sign(contract, 'b-lt', {}, issued);
		const untimed = await sign(contract, 'b-b', {}, issued);
		pki.revoke(issued);
		expect((await verify(timed, online())).signatures[0]?.indication).toBe('TOTAL-PASSED');
		expect((await verify(untimed, online())).signatures[0]).toMatchObject({
			indication: 'INDETERMINATE',
			subIndication: 'REVOKED_NO_POE',
		});
	});
});

describe('a signature by a stranger', () => {
	it('is intact, and leads to no anchor', async () => {
		const [signature] = (await verify(at('b-lt'), { anchors: [] })).signatures;
		expect(signature).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' });
	});
});

describe('what happens after a signature', () => {
	it('is another signature: both pass, and the first tells of it', async () => {
		const twice = await sign(at('b-lt'), 'b-lt');
		const verdict = await verify(twice, online());
		expect(verdict.indication).toBe('TOTAL-PASSED');
		expect(verdict.signatures[0]?.changes.level).toBe('form-filling');
		expect(verdict.signatures[0]?.changes.items.map(({ what }) => what)).toContain('signature-added');
	});

	it('is one changed byte: the digest differs', async () => {
		const altered = Uint8Array.from(at('b-lt'));
		altered[200] = (altered[200] ?? 0) ^ 1;
		expect((await verify(altered)).signatures[0]).toMatchObject({
			indication: 'TOTAL-FAILED',
			subIndication: 'HASH_FAILURE',
		});
	});

	it('is something in the place of the signature, behind it: said, for nothing covers it', async () => {
		const filled = Buffer.from(at('b-lt'));
		filled[filled.indexOf('0>', filled.indexOf('/Contents <')) - 1] = 0x37;
		const [signature] = (await verify(filled)).signatures;
		expect(signature?.warnings.map(({ code }) => code)).toContain('contents-not-filled-with-zeros');
	});

	it('is bytes behind the end: never ignored, however few', async () => {
		const longer = Buffer.concat([at('b-b'), Buffer.from('\n% more\n')]);
		expect((await verify(longer)).signatures[0]).toMatchObject({
			indication: 'TOTAL-FAILED',
			subIndication: 'FORMAT_FAILURE',
			changes: { level: 'disallowed', items: [{ what: 'bytes-uncovered' }] },
		});
	});

	it('is an object that no cross-reference mentions, for readers that scan', async () => {
		const root =
			[
				...Buffer.from(at('b-b'))
					.toString('latin1')
					.matchAll(/\/Root (\d+ 0 R)/g),
			].at(-1)?.[1] ?? '';
		const objects = '9000 0 obj\n<<>>\nendobj\n9001 0 obj\n(not in the table)\nendobj';
		const [signature] = (await verify(withUpdate(at('b-b'), objects, root))).signatures;
		expect(signature?.changes.items.map(({ what }) => what)).toContain('bytes-uncovered');
		expect(signature?.indication).toBe('TOTAL-FAILED');
	});

	it('is another catalog, with an action to run on opening', async () => {
		const text = Buffer.from(at('b-b')).toString('latin1');
		const root = [...text.matchAll(/\/Root (\d+ 0 R)/g)].at(-1)?.[1] ?? '';
		const number = root.split(' ')[0];
		const catalog =
			[...text.matchAll(new RegExp(`\\n${number} 0 obj\\s*<<([\\s\\S]*?)>>\\s*endobj`, 'g'))].at(-1)?.[1] ?? '';
		const object = `${number} 0 obj\n<<${catalog}/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>\nendobj`;
		const [signature] = (await verify(withUpdate(at('b-b'), object, root))).signatures;
		expect(signature).toMatchObject({ indication: 'TOTAL-FAILED', changes: { level: 'disallowed' } });
		expect(signature?.changes.items.map(({ what }) => what)).toContain('action-changed');
	});

	it('is nothing at all under a certification that forbids it but its own validation data', async () => {
		const certified = await sign(contract, 'b-lta', { certify: 'no-changes' });
		const [signature] = (await verify(certified, online())).signatures;
		expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', changes: { level: 'lta' } });
	});
});

describe('hostile input', () => {
	it('gets a verdict where a byte of the signature is another one, in whatever part of it', async () => {
		const document = Buffer.from(at('b-lt'));
		const start = document.indexOf('/Contents <') + '/Contents <'.length;
		const end = document.indexOf('0000000000000000', start);
		for (let place = start; place < end; place += 31) {
			document[place] = (document[place] ?? 0) ^ 1;
			const { indication } = await verify(document);
			expect(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE', 'NO-SIGNATURE']).toContain(indication);
			document[place] = (document[place] ?? 0) ^ 1;
		}
	});

	it('gets a verdict or a typed error, whatever is changed in it', { timeout: 3_600_000 }, async () => {
		await fc.assert(
			fc.asyncProperty(damagedPdf([at('b-b'), at('b-lt')]), async (damaged) => {
				const started = performance.now();
				try {
					const { indication } = await verify(damaged);
					expect(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE', 'NO-SIGNATURE']).toContain(indication);
				} catch (error) {
					// Whatever is wrong with a signature is in its verdict: only the document as a whole may be unreadable.
					expect(error).toBeInstanceOf(PdfError);
				}
				expect(performance.now() - started).toBeLessThan(5000);
			}),
			{ numRuns: fuzzCases() },
		);
	});
});

/** What a reader takes for structure: put anywhere, it leads into loops, dead ends and the unexpected. */
const fragments = [
	...[
		'<<',
		'>>',
		'[',
		']',
		'null',
		'0 0 R',
		'1 0 R',
		'-1',
		'99999999999',
		'stream\n',
		'endobj',
		'%%EOF\n',
		'xref\n0 1\n',
	],
	...[
		'/Prev 0',
		'/Prev 9',
		'/Kids[1 0 R 2 0 R]',
		'/Parent 1 0 R',
		'/ByteRange[0 0 0 0]',
		'/Contents<>',
		'/V 1 0 R',
		'\0',
	],
].map((fragment) => Buffer.from(fragment));

/** One of the documents with one to six edits: a byte, a cut, a piece said twice, a fragment of structure, another number. */
function damagedPdf(documents: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
	const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
	const edit = fc.oneof(
		fc.tuple(place, fc.nat(255)).map(([at, value]) => spliced(at, 1, () => Buffer.from([value]))),
		fc.tuple(place, fc.nat(64)).map(([at, length]) => spliced(at, length, () => Buffer.alloc(0))),
		fc.tuple(place, fc.nat(4096)).map(([at, length]) => spliced(at, length, (piece) => Buffer.concat([piece, piece]))),
		fc
			.tuple(place, fc.constantFrom(...fragments))
			.map(([at, fragment]) => spliced(at, fragment.length, () => fragment)),
		fc.tuple(place, fc.nat(20_000)).map(([at, number]) => (bytes: Uint8Array) => {
			const text = Buffer.from(bytes).toString('latin1');
			const start = text.slice(Math.floor(at * text.length)).search(/\d+/);
			if (start < 0) return bytes;
			const from = Math.floor(at * text.length) + start;
			return Buffer.from(text.slice(0, from) + text.slice(from).replace(/^\d+/, String(number)), 'latin1');
		}),
		place.map((at) => (bytes: Uint8Array) => bytes.subarray(0, Math.floor(at * bytes.length))),
	);
	return fc
		.tuple(fc.constantFrom(...documents), fc.array(edit, { minLength: 1, maxLength: 6 }))
		.map(([document, edits]) => edits.reduce((bytes, change) => change(bytes), document));
}

const spliced =
	(place: number, length: number, change: (piece: Uint8Array) => Uint8Array) =>
	(bytes: Uint8Array): Uint8Array => {
		const at = Math.floor(place * bytes.length);
		return Buffer.concat([bytes.subarray(0, at), change(bytes.subarray(at, at + length)), bytes.subarray(at + length)]);
	};
