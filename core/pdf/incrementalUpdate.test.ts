import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendedSource, BytesSource } from './byteSource.ts';
import { PdfDocument } from './document.ts';
import { IncrementalUpdate } from './incrementalUpdate.ts';
import { PdfArray, PdfDict, PdfRef, PdfStream, PdfString, PdfVerbatim } from './objects.ts';
import { pagesAsObjects, sampleDocument } from './sampleDocument.ts';

const open = (bytes: Uint8Array): PdfDocument => PdfDocument.open(new BytesSource(bytes));
const TITLE = new PdfDict(new Map([['Title', PdfString.fromText('Åse Łukasz 山田')]]));

function appended(bytes: Buffer, change: (update: IncrementalUpdate) => void): PdfDocument {
	const update = new IncrementalUpdate(open(bytes));
	change(update);
	return PdfDocument.open(new AppendedSource(new BytesSource(bytes), update.finish().bytes));
}

describe.each(['table', 'stream', 'packed', 'hybrid'] as const)('an update of a document of kind %s', (kind) => {
	const bytes = sampleDocument({
		objects: pagesAsObjects(2),
		kind,
		trailer: '/ID[<0102><0304>]/Info 99 0 R/Own(kept)',
	});

	it('adds and changes objects', () => {
		let added = new PdfRef(0);
		const document = appended(bytes, (update) => {
			added = update.add(TITLE);
			update.setCatalog(update.catalog.with({ Lang: PdfString.fromText('nb') }));
		});
		const title = document.get(added);
		expect(title instanceof PdfDict && title.text('Title')).toBe('Åse Łukasz 山田');
		expect(document.catalog.text('Lang')).toBe('nb');
		expect(document.pages.count).toBe(2);
		expect(document.rebuilt).toBe(false);
	});

	it('keeps the kind of cross-reference', () => {
		const document = appended(bytes, (update) => update.add(TITLE));
		const kinds = { table: 'table', hybrid: 'table', stream: 'stream', packed: 'stream' };
		expect(document.crossReference.sections[0]?.kind).toBe(kinds[kind]);
	});

	it('keeps what the trailer says, the first part of /ID included', () => {
		const { trailer } = appended(bytes, (update) => update.add(TITLE));
		expect(trailer.ref('Info')?.number).toBe(99);
		expect(trailer.text('Own')).toBe('kept');
		const [first, second] = trailer.array('ID')?.items ?? [];
		expect(first instanceof PdfString && Buffer.from(first.bytes).toString('hex')).toBe('0102');
		expect(second instanceof PdfString && second.bytes.length).toBe(16);
	});

	it('never takes a number that the document ever used', () => {
		const document = open(bytes);
		const { number } = new IncrementalUpdate(document).allocate();
		expect(document.entry(number)).toBeUndefined();
		expect(number).toBeGreaterThanOrEqual(document.trailer.integer('Size') ?? 0);
	});

	it('is a revision of its own', () => {
		const document = appended(bytes, (update) => update.add(TITLE));
		expect(document.revisions.map(({ end }) => end)).toEqual([bytes.length, document.source.size]);
		expect(document.viewAt(bytes.length).crossReference.size).toBe(open(bytes).crossReference.size);
	});
});

it('begins on a line of its own where the document does not end in one', () => {
	const bytes = sampleDocument({ objects: pagesAsObjects(), ending: '' });
	const update = new IncrementalUpdate(open(bytes));
	update.add(TITLE);
	expect(Buffer.from(update.finish().bytes).toString('latin1', 0, 8)).toBe('\n4 0 obj');
});

it('counts offsets as a document with junk before its header does', () => {
	const bytes = sampleDocument({ objects: pagesAsObjects(), junk: 'junk\n' });
	const document = appended(bytes, (update) =>
		update.setCatalog(update.catalog.with({ Lang: PdfString.fromText('nb') })),
	);
	expect(document.rebuilt).toBe(false);
	expect(document.catalog.text('Lang')).toBe('nb');
});

it('tells where the room for a signature came to stand', () => {
	const bytes = sampleDocument({ objects: pagesAsObjects() });
	const update = new IncrementalUpdate(open(bytes));
	const contents = new PdfVerbatim(Buffer.from(`<${'0'.repeat(64)}>`));
	update.add(PdfDict.of({ Contents: contents }));
	const finished = update.finish();
	const place = finished.placeOf(contents);
	const whole = Buffer.concat([bytes, finished.bytes]);
	expect(whole.toString('latin1', place, place + 66)).toBe(`<${'0'.repeat(64)}>`);
});

it('gives a document whose cross-reference was damaged a whole one', () => {
	const bytes = Buffer.from(
		sampleDocument({ objects: pagesAsObjects(3) })
			.toString('latin1')
			.replace(/startxref\n\d+/, 'startxref\n7'),
		'latin1',
	);
	const document = appended(bytes, (update) => update.add(TITLE));
	expect(document.rebuilt).toBe(false);
	expect(document.pages.count).toBe(3);
});

it('gives a document a catalog of its own where the trailer held it', () => {
	const text = sampleDocument({ objects: pagesAsObjects() })
		.toString('latin1')
		.replace('/Root 1 0 R', '/Root<</Type/Catalog/Pages 2 0 R>>');
	const document = appended(Buffer.from(text, 'latin1'), (update) =>
		update.setCatalog(update.catalog.with({ Lang: PdfString.fromText('nb') })),
	);
	expect(document.trailer.ref('Root')).toBeInstanceOf(PdfRef);
	expect(document.catalog.text('Lang')).toBe('nb');
});

it('gives a page that is written into its parent a number of its own', () => {
	const objects = { ...pagesAsObjects(), 2: '<</Type/Pages/Count 1/Kids[<</Type/Page/Parent 2 0 R>>]>>' };
	const document = appended(sampleDocument({ objects }), (update) => {
		const page = update.document.pages.get(0);
		expect(update.pageRef(page)).toEqual(update.pageRef(page));
	});
	expect(document.pages.get(0).ref?.number).toBeGreaterThan(3);
});

describe('a document that was cut off', () => {
	const whole = sampleDocument({ objects: pagesAsObjects(2) });
	const text = whole.toString('latin1');

	it.each([
		['in its objects', whole.subarray(0, text.indexOf('2 0 obj') + 12)],
		['before its cross-reference', whole.subarray(0, text.indexOf('xref\n0'))],
		['before its trailer', whole.subarray(0, text.indexOf('trailer'))],
		[
			'in its second revision',
			Buffer.concat([whole, Buffer.from('9 0 obj\n<</A 1>>\nendobj\n10 0 obj\n<</B'.padEnd(100_000))]),
		],
	])('%s is read as far as it goes, and nothing is appended to it', (_, bytes) => {
		const document = open(bytes);
		expect(document.cutOff).toBe(true);
		expect(() => new IncrementalUpdate(document)).toThrow(expect.objectContaining({ code: 'damaged' }));
	});

	it('is not what lacks nothing but the place of its cross-reference', () => {
		const misled = text.replace(/startxref\n\d+/, 'startxref\n12');
		expect(open(Buffer.from(misled, 'latin1'))).toMatchObject({ rebuilt: true, cutOff: false });
	});
});

it('refuses documents that a message authentication code guards', () => {
	const bytes = sampleDocument({ objects: pagesAsObjects(), trailer: '/AuthCode<</MACLocation/Standalone>>' });
	expect(() => new IncrementalUpdate(open(bytes))).toThrow(expect.objectContaining({ code: 'encrypted-unsupported' }));
});

it('reads back whatever was written, whatever the numbers', () => {
	const kinds = fc.constantFrom('table' as const, 'stream' as const);
	const numbers = fc.uniqueArray(fc.integer({ min: 4, max: 3000 }), { minLength: 1, maxLength: 30 });
	fc.assert(
		fc.property(kinds, numbers, fc.uint8Array({ maxLength: 600 }), (kind, chosen, data) => {
			const document = appended(sampleDocument({ objects: pagesAsObjects(), kind }), (update) => {
				for (const number of chosen) update.set(new PdfRef(number), new PdfArray([number]));
				update.set(new PdfRef(3001), new PdfStream(PdfDict.of({}), data));
			});
			expect(document.rebuilt).toBe(false);
			for (const number of chosen) {
				const array = document.get(new PdfRef(number));
				expect(array instanceof PdfArray && array.numbers()).toEqual([number]);
			}
			const stream = document.get(new PdfRef(3001));
			expect(stream instanceof PdfStream && [...document.streamData(stream)]).toEqual([...data]);
		}),
		{ numRuns: 100 },
	);
});
