import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	amountField,
	appended,
	changesOf,
	comment,
	content,
	Edit,
	FormDesk,
	font,
	form,
	nameAppearance,
	nameField,
	numbers,
	page,
	preparedSample,
	sample,
	stream,
	text,
} from '../../../test/kit/editedForm.ts';
import type { SignatureOptions } from '../../pades/options.ts';
import { name, PdfArray, PdfDict, type PdfObject, PdfRef } from '../../pdf/objects.ts';
import type { ChangeKind, ChangeLevel } from './change.ts';

let desk: FormDesk;
beforeAll(async () => {
	desk = await FormDesk.open();
});
afterAll(() => desk.close());

/** The document, as text, with another entry for this object in the newest cross-reference table. */
function withEntry(document: Uint8Array, ref: PdfRef, entry: string): string {
	const original = Buffer.from(document).toString('latin1');
	const place = original.lastIndexOf(`\n${ref.number} 1\n`);
	const start = place + `\n${ref.number} 1\n`.length;
	return original.slice(0, start) + entry + original.slice(start + entry.length);
}

const fillIn = (edit: Edit): unknown => edit.change(amountField, { V: text('100') });
const addComment = (edit: Edit): unknown => edit.addAnnotation({ Subtype: name('Text'), Contents: text('because') });
function removeComment(edit: Edit): unknown {
	const kept =
		edit
			.dict(page)
			.array('Annots')
			?.items.filter((item) => !comment.equals(item)) ?? [];
	return edit.change(page, { Annots: new PdfArray(kept) });
}

const noChanges = { certify: 'no-changes' } as const;
const formFilling = { certify: 'form-filling' } as const;
const annotations = { certify: 'annotations' } as const;

describe('after a signature without certification', () => {
	it('nothing happened: no change', async () => {
		expect(changesOf(await desk.signed())).toEqual({ level: 'none', items: [] });
	});

	it('a field may be filled in', async () => {
		expect(await desk.since(fillIn)).toEqual({ level: 'form-filling', what: ['field-filled'] });
	});

	it('a field may be filled in with a new look of its own', async () => {
		const changed = await desk.since((edit) =>
			edit.change(nameField, { V: text('Ola'), AP: PdfDict.of({ N: edit.addStream('BT(Ola)Tj ET') }) }),
		);
		expect(changed).toEqual({ level: 'form-filling', what: ['field-filled'] });
	});

	it('another signature may be added, and says so to both eyes and tools', async () => {
		const { bytes } = await desk.folder.sign(await desk.signed(), desk.kari, { field: 'Second' });
		const { level, items } = changesOf(bytes);
		expect(level).toBe('form-filling');
		expect(items).toContainEqual(expect.objectContaining({ what: 'signature-added', detail: 'Second' }));
	});

	it('what a catalog of an earlier save refers to may change with the one that took its place', async () => {
		const moved = appended(sample, { objects: { 20: '<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>' } });
		const document = Buffer.from(
			Buffer.from(moved)
				.toString('latin1')
				.replace(/Root 1 0 R(?=\/Prev)/, 'Root 20 0 R'),
			'latin1',
		);
		const { bytes } = await desk.folder.sign(await desk.signed({}, document), desk.kari);
		expect(changesOf(bytes).level).toBe('form-filling');
	});

	it('validation data may be added', async () => {
		const changed = await desk.since((edit) => {
			const store = edit.add({ Certs: new PdfArray([edit.addStream('0')]) });
			edit.changeCatalog({ DSS: store });
		});
		expect(changed).toEqual({ level: 'lta', what: ['validation-data-added'] });
	});

	it('metadata and document information may be kept up to date', async () => {
		const changed = await desk.since((edit) => {
			const metadata = edit.addStream('<x/>', { Type: name('Metadata'), Subtype: name('XML') });
			edit.changeCatalog({ Metadata: metadata, Version: name('2.0') });
		});
		expect(changed.level).toBe('lta');
		expect(changed.what).toEqual(expect.arrayContaining(['metadata-changed', 'version-changed']));
	});

	it.each<[string, ChangeKind, (edit: Edit) => unknown]>([
		['the page says something else', 'page-content-changed', (edit) => edit.set(content, stream('BT(pay 900)Tj ET'))],
		[
			'the page gets another content',
			'page-content-changed',
			(edit) => edit.change(page, { Contents: edit.addStream('BT(pay 900)Tj ET') }),
		],
		[
			'the page gets another font',
			'page-resources-changed',
			(edit) => edit.change(page, { Resources: PdfDict.of({}) }),
		],
		['a font is replaced', 'font-changed', (edit) => edit.change(font, { BaseFont: name('Times-Roman') })],
		['the page is cropped', 'page-changed', (edit) => edit.change(page, { CropBox: numbers(0, 0, 100, 100) })],
		['a comment is added', 'annotation-added', addComment],
		[
			'the look of a field changes without its value',
			'field-appearance-changed',
			(edit) => edit.change(nameField, { AP: PdfDict.of({ N: edit.addStream('BT(Ola)Tj ET') }) }),
		],
		['a field moves', 'field-changed', (edit) => edit.change(nameField, { Rect: numbers(72, 500, 272, 720) })],
		['a field is renamed', 'field-removed', (edit) => edit.change(nameField, { T: text('nobody') })],
		[
			'a field is added over the text',
			'field-added',
			(edit) => {
				const field = edit.addAnnotation({ Subtype: name('Widget'), FT: name('Tx'), T: text('pay'), V: text('900') });
				edit.change(form, { Fields: (edit.dict(form).array('Fields') ?? new PdfArray([])).concat(field) });
			},
		],
		[
			'viewers are told to draw the fields anew',
			'form-changed',
			(edit) => edit.change(form, { NeedAppearances: true }),
		],
		['a form in XML is added', 'form-changed', (edit) => edit.change(form, { XFA: edit.addStream('<xdp/>') })],
		[
			'a script runs on opening',
			'action-changed',
			(edit) => edit.changeCatalog({ OpenAction: PdfDict.of({ S: name('JavaScript'), JS: text('0') }) }),
		],
		[
			'layers are added',
			'layers-changed',
			(edit) => edit.changeCatalog({ OCProperties: PdfDict.of({ OCGs: new PdfArray([]) }) }),
		],
		['the catalog gets something else', 'catalog-changed', (edit) => edit.changeCatalog({ Lang: text('nb') })],
		[
			'a page is put before it',
			'page-changed',
			(edit) => {
				const other = edit.add({ Type: name('Page'), Parent: new PdfRef(2) });
				edit.change(new PdfRef(2), { Kids: new PdfArray([other, page]), Count: 2 });
			},
		],
		[
			'the validation data holds something else',
			'catalog-changed',
			(edit) => edit.changeCatalog({ DSS: PdfDict.of({ Certs: text('?') }) }),
		],
	])('but not so that %s', async (_what, kind, edit) => {
		const changed = await desk.since(edit);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain(kind);
	});

	it('says where: page, rectangle and object', async () => {
		const update = new Edit(await desk.signed());
		const added = update.addAnnotation({ Subtype: name('Stamp') });
		expect(changesOf(update.finish()).items).toContainEqual(
			expect.objectContaining({
				what: 'annotation-added',
				page: 1,
				rectangle: [72, 400, 172, 450],
				object: added.number,
			}),
		);
	});
});

describe('objects that were signed', () => {
	it('may not be freed', async () => {
		const update = new Edit(await desk.signed());
		const bytes = update.change(comment, {}).finish();
		const changed = changesOf(Buffer.from(withEntry(bytes, comment, '0000000000 00001 f'), 'latin1'));
		expect(changed.items.map(({ what }) => what)).toContain('annotation-removed');
		expect(changed.level).toBe('disallowed');
	});

	it('may not be overwritten where a rule allows one use and another shows it: shadow replace', async () => {
		// The stream of a field's look is the content of the page, too: prepared so, then "filled in".
		const shadow = Buffer.from(sample.toString('latin1').replace('/Contents 4 0 R', '/Contents 9 0 R'), 'latin1');
		const { bytes } = await desk.folder.sign(shadow, desk.kari);
		const update = new Edit(bytes);
		update.set(nameAppearance, stream('BT(pay 900)Tj ET')).change(nameField, { V: text('Ola') });
		const changed = changesOf(update.finish());
		expect(changed.level).toBe('disallowed');
		expect(changed.items.map(({ what }) => what)).toContain('object-reused');
	});

	it('may not let go of what lies over them: shadow hide', async () => {
		const changed = await desk.since(removeComment);
		expect(changed.what).toContain('annotation-removed');
		expect(changed.level).toBe('disallowed');
	});
});

describe('after a certification that allows no changes', () => {
	it.each<[string, (edit: Edit) => unknown]>([
		['filling in', fillIn],
		['a comment', addComment],
		['a tab order', (edit) => edit.change(page, { Tabs: name('R') })],
	])('%s is refused', async (_what, edit) => {
		expect((await desk.since(edit, noChanges)).level).toBe('disallowed');
	});

	it('validation data may be added all the same (12.8.2.2)', async () => {
		const changed = await desk.since(
			(edit) => edit.changeCatalog({ DSS: edit.add({ Certs: new PdfArray([]) }) }),
			noChanges,
		);
		expect(changed.level).toBe('lta');
	});
});

describe('after a certification that allows forms to be filled in', () => {
	it('a field may be filled in', async () => {
		expect((await desk.since(fillIn, formFilling)).level).toBe('form-filling');
	});

	it('a comment is refused', async () => {
		expect((await desk.since(addComment, formFilling)).what).toContain('annotation-added');
	});

	it('structure order may be set as tab order, no other', async () => {
		// A tagged page has it from the signature itself.
		const untagged = preparedSample({ 1: '<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>' });
		const set = (order: string) =>
			desk.since((edit) => edit.change(page, { Tabs: name(order) }), formFilling, untagged);
		expect(await set('S')).toEqual({ level: 'form-filling', what: ['tab-order-set'] });
		expect((await set('R')).what).toContain('page-changed');
	});
});

describe('after a certification that allows annotations', () => {
	const frame = { Subtype: name('Square'), C: numbers(1, 0, 0) };
	const link = { Subtype: name('Link'), A: PdfDict.of({ S: name('URI'), URI: text('https://example.org/') }) };

	it.each<[string, Readonly<Record<string, PdfObject>>]>([
		['a comment', { Subtype: name('Text'), Contents: text('because') }],
		['a frame', frame],
		['a link', link],
	])('%s may be added', async (_what, entries) => {
		expect(await desk.since((edit) => edit.addAnnotation(entries), annotations)).toEqual({
			level: 'annotations',
			what: ['annotation-added'],
		});
	});

	it('a comment may be removed', async () => {
		expect((await desk.since(removeComment, annotations)).level).toBe('annotations');
	});

	it.each<[string, ChangeKind, Readonly<Record<string, PdfObject>>]>([
		['a stamp', 'annotation-over-content', { Subtype: name('Stamp') }],
		['text over the page', 'annotation-over-content', { Subtype: name('FreeText'), Contents: text('pay 900') }],
		['a filled frame', 'annotation-over-content', { ...frame, IC: numbers(1, 1, 1) }],
		['a frame as thick as a bar', 'annotation-over-content', { ...frame, BS: PdfDict.of({ W: 40 }) }],
		['a frame with a look of its own', 'annotation-over-content', { ...frame, AP: PdfDict.of({}).with({ N: font }) }],
		['a link that runs a script', 'action-changed', { ...link, A: PdfDict.of({ S: name('JavaScript') }) }],
		[
			'a link that does more than lead on',
			'action-changed',
			{ ...link, A: PdfDict.of({ S: name('GoTo'), Next: PdfDict.of({ S: name('Launch') }) }) },
		],
		['a link to a file', 'action-changed', { ...link, A: PdfDict.of({ S: name('URI'), URI: text('file:///etc') }) }],
	])('%s is refused', async (_what, kind, entries) => {
		const changed = await desk.since((edit) => edit.addAnnotation(entries), annotations);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain(kind);
	});
});

describe('fields that a signature locks', () => {
	it.each<[string, SignatureOptions['lock'], ChangeLevel]>([
		['all', { action: 'all' }, 'disallowed'],
		['this one', { action: 'include', fields: ['amount'] }, 'disallowed'],
		['another one', { action: 'include', fields: ['name'] }, 'form-filling'],
		['all but this one', { action: 'exclude', fields: ['amount'] }, 'form-filling'],
		['all but another one', { action: 'exclude', fields: ['name'] }, 'disallowed'],
	])('when %s: filling in is judged by it', async (_what, lock, level) => {
		const changed = await desk.since(fillIn, { lock });
		expect(changed.level).toBe(level);
		if (level === 'disallowed') expect(changed.what).toContain('locked-field-changed');
	});
});

describe('bytes behind the last revision', () => {
	it.each([
		['a line', '\n% more\n'],
		['one character', 'x'],
		['one end of line', '\n'],
		['many blanks', ' '.repeat(400)],
	])('%s is refused', async (_what, tail) => {
		const changed = changesOf(Buffer.concat([await desk.signed(), Buffer.from(tail)]));
		expect(changed.level).toBe('disallowed');
		expect(changed.items.map(({ what }) => what)).toEqual(['bytes-uncovered']);
	});

	it('an entry of the cross-reference that leads to another object is refused, and named', async () => {
		const bytes = new Edit(await desk.signed()).change(comment, {}).finish();
		const misled = Buffer.from(withEntry(bytes, comment, '0000000015 00000 n'), 'latin1');
		expect(changesOf(misled).items).toContainEqual(
			expect.objectContaining({ level: 'disallowed', what: 'object-unexplained', object: comment.number }),
		);
	});
});
