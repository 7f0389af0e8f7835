import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzCases } from '../../test/kit/mutations.ts';
import { BytesSource } from './byteSource.ts';
import { type OpenOptions, PdfDocument } from './document.ts';
import { formFields } from './fields.ts';
import { IncrementalUpdate } from './incrementalUpdate.ts';
import { PdfRef, PdfStream, PdfString } from './objects.ts';
import { PdfError } from './pdfError.ts';
import { pagesAsObjects, sampleDocument, streamSyntax } from './sampleDocument.ts';

const open = (bytes: Uint8Array, options?: OpenOptions): PdfDocument =>
	PdfDocument.open(new BytesSource(bytes), options);

function streamIn(document: PdfDocument, number: number): PdfStream {
	const object = document.get(new PdfRef(number));
	if (object instanceof PdfStream) return object;
	throw new Error(`object ${number} is no stream`);
}

const KINDS = ['table', 'stream', 'packed', 'hybrid'] as const;

describe.each(KINDS)('a document with a cross-reference of kind %s', (kind) => {
	const document = open(sampleDocument({ objects: { ...pagesAsObjects(3), 9: '(nine)' }, kind }));

	it('opens without a warning', () => {
		expect(document.warnings).toEqual([]);
		expect(document.rebuilt).toBe(false);
		expect(document.pages.count).toBe(3);
	});

	it('finds each object', () => {
		const nine = document.get(new PdfRef(9));
		expect(nine instanceof PdfString && nine.text).toBe('nine');
		expect(document.get(new PdfRef(8))).toBeNull();
		expect(document.get(new PdfRef(12345))).toBeNull();
	});
});

it('finds the objects that a hybrid file hides from old readers', () => {
	const document = open(sampleDocument({ objects: { ...pagesAsObjects(), 5: 'null' }, kind: 'hybrid' }));
	const hidden = document.get(new PdfRef(6));
	expect(hidden instanceof PdfString && hidden.text).toBe('hidden');
	expect(document.crossReference.sections[0]?.kind).toBe('hybrid');
});

it('counts offsets from the header when there is junk before it', () => {
	const document = open(sampleDocument({ objects: pagesAsObjects(), junk: 'HTTP/1.1 200 OK\r\n\r\n' }));
	expect(document.rebuilt).toBe(false);
	expect(document.warnings.map(({ code }) => code)).toEqual(['junk-before-header']);
});

it('takes offsets that count the junk in as they are', () => {
	const junk = 'junk\n';
	const counted = sampleDocument({ objects: pagesAsObjects() }).toString('latin1');
	const shifted = counted
		.replaceAll(
			/^(\d{10}) 00000 n/gm,
			(_, offset) => `${String(Number(offset) + junk.length).padStart(10, '0')} 00000 n`,
		)
		.replace(/startxref\n(\d+)/, (_, offset) => `startxref\n${Number(offset) + junk.length}`);
	const document = open(Buffer.from(junk + shifted, 'latin1'));
	expect(document.rebuilt).toBe(false);
	expect(document.crossReference.base).toBe(0);
});

it.each([
	['entries of 19 bytes', (text: string) => text.replaceAll(/ (n|f) \n/g, ' $1\n')],
	['a first entry called 1', (text: string) => text.replace('xref\n0 4', 'xref\n1 4')],
	['a comment after the keyword', (text: string) => text.replace('trailer\n', 'trailer %\n')],
	[
		'two entries for one object, of which the first counts',
		(text: string) => text.replace('trailer\n', '1 2\n0000000001 00000 n \n0000000001 00000 n \ntrailer\n'),
	],
])('reads a table with %s', (_, change) => {
	const document = open(
		Buffer.from(change(sampleDocument({ objects: pagesAsObjects() }).toString('latin1')), 'latin1'),
	);
	expect(document.rebuilt).toBe(false);
	expect(document.pages.count).toBe(1);
});

it('takes the later version of header and catalog', () => {
	const objects = { ...pagesAsObjects(), 1: '<</Type/Catalog/Pages 2 0 R/Version/2.0>>' };
	expect(open(sampleDocument({ objects })).version).toBe('2.0');
});

describe('damage', () => {
	const sound = sampleDocument({ objects: pagesAsObjects(2) }).toString('latin1');

	it.each([
		['a wrong startxref', sound.replace(/startxref\n\d+/, 'startxref\n12')],
		['no startxref', sound.replace('startxref', 'startxxxx')],
		['shifted offsets', sound.replace('1 0 obj', '  \n  1 0 obj')],
		['no trailer and no cross-reference', sound.slice(0, sound.indexOf('xref\n0'))],
		['no endobj', sound.replaceAll('endobj', '')],
		['a chain that runs in a circle', sound.replace('/Root 1', `/Prev ${sound.indexOf('xref\n0')}/Root 1`)],
		[
			'a catalog that calls itself otherwise',
			sound.replace('/Catalog', '/Cataloo').replace(/startxref\n\d+/, 'startxref\n12'),
		],
		['a trailer that names another object as catalog', sound.replace('/Root 1', '/Root 2')],
		[
			'a chain that ends before the pages',
			`${sound}xref\n9 0\ntrailer\n<</Root 1 0 R/Prev 0>>\nstartxref\n${sound.length}\n%%EOF\n`,
		],
		['a cut end', sound.slice(0, -120)],
	])('of the kind "%s" is helped by scanning, with a warning', (_, text) => {
		const document = open(Buffer.from(text, 'latin1'));
		expect(document.rebuilt).toBe(true);
		expect(document.warnings.map(({ code }) => code)).toContain('cross-reference-rebuilt');
		expect([...document.pages]).toHaveLength(2);
	});

	it('is helped where the objects are in object streams', () => {
		const packed = sampleDocument({ objects: pagesAsObjects(2), kind: 'packed' }).toString('latin1');
		const document = open(Buffer.from(packed.replace(/startxref\n\d+/, 'startxref\n5'), 'latin1'));
		expect(document.rebuilt).toBe(true);
		expect([...document.pages]).toHaveLength(2);
	});

	it('does not take objects from inside a stream', () => {
		const inner = '<</Length 40>>stream\n2 0 obj\n<</Type/Pages/Count 0>>\nendobj\n     \nendstream';
		const text = sampleDocument({ objects: { ...pagesAsObjects(), 9: inner } }).toString('latin1');
		expect(open(Buffer.from(text.replace('startxref', ''), 'latin1')).pages.count).toBe(1);
	});

	it('of the length of a stream is found out, and the end of its data looked for', () => {
		const stream = '<</Length 3>>stream\r\nabcdef\r\nendstream';
		const document = open(sampleDocument({ objects: { ...pagesAsObjects(), 9: stream } }));
		expect(Buffer.from(document.streamData(streamIn(document, 9))).toString()).toBe('abcdef');
		expect(document.warnings.map(({ code }) => code)).toEqual(['stream-length-wrong']);
	});

	it.each([
		['an empty file', ''],
		['a text', 'Dear Sir or Madam,\n'.repeat(100)],
	])('beyond help, %s, is no PDF', (_, text) => {
		expect(() => open(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'not-a-pdf' }));
	});
});

describe('hostile structure ends', () => {
	it.each([
		['a reference to itself', { 9: '9 0 R' }],
		['references in a circle', { 8: '9 0 R', 9: '8 0 R' }],
		['a stream whose length is the stream', { 9: '<</Length 9 0 R>>stream\nx\nendstream' }],
	])('for %s', (_, more) => {
		const document = open(sampleDocument({ objects: { ...pagesAsObjects(), ...more } }));
		document.resolve(new PdfRef(9));
		expect(document.pages.count).toBe(1);
	});

	it('for an object stream that holds itself', () => {
		const objects = { ...pagesAsObjects(), 9: streamSyntax('/Type/ObjStm/N 1/First 4', Buffer.from('9 0 (x)')) };
		const text = sampleDocument({ objects, kind: 'stream' });
		expect(open(text).get(new PdfRef(9))).not.toBeUndefined();
	});
});

describe('any change of any byte', () => {
	const samples = KINDS.map((kind) =>
		sampleDocument({
			objects: {
				...pagesAsObjects(2),
				1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>>',
				6: '<</FT/Sig/T(field)/Kids[7 0 R]>>',
				7: '<</Parent 6 0 R/Subtype/Widget/Rect[0 0 10 10]>>',
			},
			kind,
		}),
	);
	const sample = fc.constantFrom(...samples);

	/** Reads what a signer reads; what is not a typed error fails the test. */
	function use(bytes: Uint8Array): void {
		try {
			const document = open(bytes);
			for (const page of document.pages) expect(page.mediaBox).toHaveLength(4);
			formFields(document);
			expect(document.revisions.length).toBeGreaterThan(0);
			const update = new IncrementalUpdate(document);
			update.setCatalog(document.catalog.with({ Lang: PdfString.fromText('en') }));
			const after = open(Buffer.concat([bytes, update.finish().bytes]));
			expect(after.catalog.text('Lang')).toBe('en');
		} catch (error) {
			if (!(error instanceof PdfError)) throw error;
		}
	}

	it('ends in a document or a typed error', () => {
		const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
		fc.assert(
			fc.property(sample, flips, (bytes, changes) => {
				const changed = Buffer.from(bytes);
				for (const [at, value] of changes) changed[at % changed.length] = value;
				use(changed);
			}),
			{ numRuns: fuzzCases(1000) },
		);
	});

	it('and any cut likewise', () => {
		fc.assert(
			fc.property(sample, fc.nat(), fc.nat(), (bytes, from, count) => {
				const start = from % bytes.length;
				use(Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + (count % bytes.length))]));
			}),
			{ numRuns: fuzzCases(500) },
		);
	});
});

it('decodes streams up to the size that was asked for', () => {
	const data = Buffer.alloc(10_000, 'x');
	const document = open(sampleDocument({ objects: { ...pagesAsObjects(), 9: streamSyntax('', data) } }));
	const stream = streamIn(document, 9);
	expect(document.streamData(stream)).toHaveLength(10_000);
	expect(() => document.streamData(stream, 9_999)).toThrow(expect.objectContaining({ code: 'too-large' }));
});
