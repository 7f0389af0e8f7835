import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesOf, content, Edit, FormDesk, font, numbers, page, text } from '../../../test/kit/editedForm.ts';
import { fuzzCases } from '../../../test/kit/mutations.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import { PdfDocument } from '../../pdf/document.ts';
import { name, PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import type { ChangeKind } from './change.ts';

let desk: FormDesk;
beforeAll(async () => {
	desk = await FormDesk.open();
});
afterAll(() => desk.close());

const script = PdfDict.of({ S: name('JavaScript'), JS: text('0') });

describe('a page', () => {
	it.each<[string, (edit: Edit) => unknown]>([
		['a second content stream', (edit) => edit.change(page, { Contents: new PdfArray([content, edit.addStream('')]) })],
		['a rotation', (edit) => edit.change(page, { Rotate: 90 })],
		['a script', (edit) => edit.change(page, { AA: PdfDict.of({ O: script }) })],
		['a stream for its annotations', (edit) => edit.change(page, { Annots: edit.addStream('BT(900)Tj ET') })],
		['a box inherited from its parent', (edit) => edit.change(new PdfRef(2), { MediaBox: numbers(0, 0, 9, 9) })],
		['resources inherited from its parent', (edit) => edit.change(new PdfRef(2), { Resources: PdfDict.of({}) })],
	])('is refused with %s', async (_what, edit) => {
		expect((await desk.since(edit)).level).toBe('disallowed');
		expect((await desk.since(edit, { certify: 'annotations' })).level).toBe('disallowed');
	});
});

describe('what draws the page', () => {
	/** The tree of pages, the page, its content and its font, whatever is written into them. */
	const drawing = [new PdfRef(2), page, content, font];
	const keys = [
		'Kids',
		'Count',
		'MediaBox',
		'Contents',
		'Resources',
		'Parent',
		'Type',
		'Subtype',
		'BaseFont',
		'Encoding',
	];
	const more = ['Rotate', 'CropBox', 'UserUnit', 'Group', 'Filter', 'ToUnicode', 'FontDescriptor', 'AA', 'X', 'B'];
	const values: readonly (PdfObject | undefined)[] = [
		...[undefined, null, true, 0, 90, name('X'), text('x'), numbers(0, 0, 9, 9), PdfDict.of({})],
		...Array.from({ length: 16 }, (_, number) => new PdfRef(number + 1)),
		new PdfRef(99),
	];

	it('is not changed by anybody, in whatever way, under whatever permission', async () => {
		const certified = await desk.signed({ certify: 'annotations' });
		fc.assert(
			fc.property(
				fc.constantFrom(...drawing),
				fc.constantFrom(...keys, ...more),
				fc.constantFrom(...values),
				(ref, key, value) => {
					const before = PdfDocument.open(new BytesSource(certified)).get(ref);
					const dict = before instanceof PdfStream ? before.dict : before;
					if (!(dict instanceof PdfDict)) throw new TypeError('the sample is another one');
					const changed = dict.with({ [key]: value });
					// Null is as good as nothing (7.3.7), and some values are there already.
					if (sameDictionary(dict, changed)) return;
					const edit = new Edit(certified);
					edit.set(ref, before instanceof PdfStream ? new PdfStream(changed, before.data) : changed);
					expect(changesOf(edit.finish()).level).toBe('disallowed');
				},
			),
			{ numRuns: fuzzCases(400) },
		);
	});

	const sameDictionary = (a: PdfDict, b: PdfDict): boolean => {
		const written = (dict: PdfDict): string =>
			JSON.stringify([...dict.entries()].filter(([, value]) => value !== null).sort());
		return written(a) === written(b);
	};
});

describe('the catalog', () => {
	const scripts = PdfDict.of({ Names: new PdfArray([text('x'), script]) });
	it.each<[string, ChangeKind, (edit: Edit) => Readonly<Record<string, PdfObject | undefined>>]>([
		['/OpenAction', 'action-changed', () => ({ OpenAction: script })],
		['/AA', 'action-changed', () => ({ AA: PdfDict.of({ WC: script }) })],
		['/Names', 'action-changed', () => ({ Names: PdfDict.of({ JavaScript: scripts }) })],
		['/Perms', 'catalog-changed', () => ({ Perms: PdfDict.of({}) })],
		['/Pages', 'catalog-changed', (edit) => ({ Pages: edit.add({ Kids: new PdfArray([page]), Count: 1 }) })],
		['/StructTreeRoot', 'structure-tree-changed', () => ({ StructTreeRoot: undefined })],
		['/Collection', 'catalog-changed', () => ({ Collection: PdfDict.of({}) })],
		['/ViewerPreferences', 'catalog-changed', () => ({ ViewerPreferences: PdfDict.of({ HideToolbar: true }) })],
	])('may not have %s changed', async (_key, kind, entries) => {
		const changed = await desk.since((edit) => edit.changeCatalog(entries(edit)));
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain(kind);
	});

	it('may not lose its certification', async () => {
		const changed = await desk.since((edit) => edit.changeCatalog({ Perms: undefined }), { certify: 'form-filling' });
		expect(changed.what).toContain('catalog-changed');
	});
});

describe('a certification that allows annotations', () => {
	it.each<[string, (edit: Edit) => unknown]>([
		[
			'an ink line as thick as a bar',
			(edit) => edit.addAnnotation({ Subtype: name('Ink'), BS: PdfDict.of({ W: 90 }) }),
		],
		[
			'a line with a caption',
			(edit) => edit.addAnnotation({ Subtype: name('Line'), Cap: true, Contents: text('900') }),
		],
		[
			'a comment that runs a script',
			(edit) => edit.addAnnotation({ Subtype: name('Text'), AA: PdfDict.of({ E: script }) }),
		],
		['a redaction', (edit) => edit.addAnnotation({ Subtype: name('Redact') })],
		['a watermark', (edit) => edit.addAnnotation({ Subtype: name('Watermark') })],
		['a film', (edit) => edit.addAnnotation({ Subtype: name('Screen') })],
		['a button', (edit) => edit.addAnnotation({ Subtype: name('Widget') })],
	])('does not allow %s', async (_what, edit) => {
		expect((await desk.since(edit, { certify: 'annotations' })).level).toBe('disallowed');
	});
});
