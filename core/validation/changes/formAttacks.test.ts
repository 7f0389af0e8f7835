import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	amountField,
	type Edit,
	FormDesk,
	font,
	form,
	nameField,
	numbers,
	page,
	preparedSample,
	type RawUpdate,
	sample,
	text,
} from '../../../test/kit/editedForm.ts';
import { name, PdfArray, PdfDict, type PdfObject } from '../../pdf/objects.ts';

let desk: FormDesk;
beforeAll(async () => {
	desk = await FormDesk.open();
});
afterAll(() => desk.close());

const fakeTimestamp = PdfDict.of({ Type: name('DocTimeStamp'), SubFilter: name('ETSI.RFC3161') });

/** A signature field as an attacker adds it: a widget over the text of the page. */
function addSignatureField(edit: Edit, entries: Readonly<Record<string, PdfObject>>): void {
	const field = edit.addAnnotation({ Subtype: name('Widget'), FT: name('Sig'), T: text('more'), ...entries });
	const fields = edit.dict(form).array('Fields') ?? new PdfArray([]);
	edit.change(form, { Fields: fields.concat(field) });
}

const catalogWith = (entries: string): string =>
	`<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R/StructTreeRoot 12 0 R/MarkInfo<</Marked true>>${entries}>>`;
const look = (edit: Edit, data: string): PdfDict =>
	PdfDict.of({ N: edit.addStream(data, { Subtype: name('Form'), BBox: numbers(0, 0, 100, 50) }) });
const script = PdfDict.of({ S: name('JavaScript'), JS: text('0') });

describe('a signature field that is added', () => {
	it.each<[string, (edit: Edit) => unknown]>([
		['is empty and draws words', (edit) => addSignatureField(edit, { AP: look(edit, 'BT(pay 900)Tj ET') })],
		['is empty and draws a white box', (edit) => addSignatureField(edit, { AP: look(edit, '1 g 0 0 9 9 re f') })],
		['is empty and has a background', (edit) => addSignatureField(edit, { MK: PdfDict.of({ BG: numbers(1) }) })],
		[
			'holds a document timestamp and draws words',
			(edit) => addSignatureField(edit, { V: fakeTimestamp, AP: look(edit, 'BT(pay 900)Tj ET') }),
		],
		['runs a script', (edit) => addSignatureField(edit, { AA: PdfDict.of({ PV: script }) })],
		[
			'has a widget of its own that runs a script',
			(edit) => {
				const widget = edit.addAnnotation({ Subtype: name('Widget'), AA: PdfDict.of({ PV: script }) });
				const field = edit.add({ FT: name('Sig'), T: text('more'), Kids: new PdfArray([widget]) });
				edit.change(widget, { Parent: field });
				edit.change(form, { Fields: (edit.dict(form).array('Fields') ?? new PdfArray([])).concat(field) });
			},
		],
		['is no widget but a stamp', (edit) => addSignatureField(edit, { Subtype: name('Stamp') })],
		['is no widget but a link', (edit) => addSignatureField(edit, { Subtype: name('Link'), Dest: text('x') })],
		[
			'takes the number of a font',
			(edit) => {
				edit.set(font, PdfDict.of({ FT: name('Sig'), T: text('more'), Type: name('Font'), Subtype: name('Type1') }));
				edit.change(form, { Fields: (edit.dict(form).array('Fields') ?? new PdfArray([])).concat(font) });
			},
		],
		[
			'takes a font for its widget',
			(edit) => {
				edit.change(font, { BaseFont: name('ZapfDingbats') });
				const field = edit.add({ FT: name('Sig'), T: text('more'), Kids: new PdfArray([font]) });
				edit.change(form, { Fields: (edit.dict(form).array('Fields') ?? new PdfArray([])).concat(field) });
			},
		],
	])('is refused where it %s', async (_what, edit) => {
		expect((await desk.since(edit)).level).toBe('disallowed');
	});

	it('may carry a mark where it is signed, but not one that takes the place of the page', async () => {
		const value = PdfDict.of({ Type: name('Sig'), SubFilter: name('ETSI.CAdES.detached') });
		const signed = (rectangle: PdfArray) =>
			desk.since((edit) => addSignatureField(edit, { V: value, Rect: rectangle, AP: look(edit, 'BT(Ola)Tj ET') }));
		expect((await signed(numbers(72, 100, 272, 160))).level).toBe('form-filling');
		expect((await signed(numbers(0, 0, 595, 500))).what).toContain('annotation-over-content');
		expect((await signed(numbers(-9999, -9999, 9999, 9999))).what).toContain('annotation-over-content');
	});

	it('may be empty and show nothing, or a frame to sign in', async () => {
		expect((await desk.since((edit) => addSignatureField(edit, {}))).level).toBe('form-filling');
		const frame = await desk.since((edit) => addSignatureField(edit, { AP: look(edit, '0 0 99 49 re S') }));
		expect(frame.level).toBe('form-filling');
	});
});

describe('an object of two uses, of which a rule allows one to change', () => {
	const picture = '<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 12>>stream\nBT(900)Tj ET\nendstream';
	const symbols = '<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>';

	it.each<[string, RawUpdate, Buffer]>([
		['a font that becomes document information', { objects: { 5: symbols }, trailer: '/Info 5 0 R' }, sample],
		[
			'a font that is document information',
			{ objects: { 5: symbols }, trailer: '/Info 5 0 R' },
			preparedSample({}, '/Info 5 0 R'),
		],
		['a font that becomes validation data', { objects: { 1: catalogWith('/DSS 5 0 R'), 5: '<</Certs[]>>' } }, sample],
		[
			'a font that is validation data',
			{ objects: { 5: '<</Certs[]>>' } },
			preparedSample({ 1: catalogWith('/DSS 5 0 R'), 5: '<</Type/Font>>' }),
		],
		[
			'a content stream that becomes a certificate',
			{ objects: { 1: catalogWith('/DSS<</Certs[4 0 R]>>'), 4: '<</Length 1>>stream\n0\nendstream' } },
			sample,
		],
		[
			'the length of a content stream that becomes the length of a certificate',
			{
				objects: {
					1: catalogWith('/DSS<</Certs[40 0 R]>>'),
					11: '1',
					40: '<</Length 11 0 R>>stream\n0\nendstream',
				},
			},
			preparedSample({ 4: '<</Length 11 0 R>>stream\nBT(pay 100)Tj ET\nendstream', 11: '16' }),
		],
		[
			'a content stream that becomes metadata',
			{
				objects: {
					1: catalogWith('/Metadata 4 0 R'),
					4: '<</Subtype/XML/Length 4>>stream\n<x/>\nendstream',
				},
			},
			sample,
		],
		[
			'a font that becomes a list of extensions',
			{ objects: { 1: catalogWith('/Extensions 5 0 R'), 5: '<</ADBE<<>>>>' } },
			sample,
		],
		[
			'fonts of the page that are fonts of the form',
			{ objects: { 11: '<</F1 5 0 R/F2 40 0 R>>', 40: symbols } },
			preparedSample({
				3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font 11 0 R>>/Annots[7 0 R 8 0 R 10 0 R]/StructParents 0>>',
				6: '<</Fields[7 0 R 8 0 R]/DA(/F1 12 Tf)/DR<</Font 11 0 R>>>>',
				11: '<</F1 5 0 R>>',
			}),
		],
		[
			'a field that is the list of pictures of the page',
			{
				objects: {
					7: '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V 40 0 R/Rect[72 600 272 620]/P 3 0 R/AP<</N 9 0 R>>>>',
					40: picture.replace('900', '999'),
				},
			},
			preparedSample({
				3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject 7 0 R>>/Annots[7 0 R 8 0 R 10 0 R]/StructParents 0>>',
				7: '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V 11 0 R/Rect[72 600 272 620]/P 3 0 R/AP<</N 9 0 R>>>>',
				11: picture,
			}),
		],
		[
			'a list of content streams that becomes an entry of the parent tree',
			{ objects: { 11: '[15 0 R]', 14: '<</Nums[0 11 0 R]>>' } },
			preparedSample({
				3: '<</Type/Page/Parent 2 0 R/Contents 11 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[7 0 R 8 0 R 10 0 R]/StructParents 0>>',
				11: '[4 0 R]',
			}),
		],
		[
			'a node of the parent tree that is the fonts of the page',
			{ objects: { 14: '<</Nums[0[15 0 R]]/F1 40 0 R>>', 40: symbols } },
			preparedSample({
				3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font 14 0 R>>/Annots[7 0 R 8 0 R 10 0 R]/StructParents 0>>',
				14: '<</Nums[0[15 0 R]]/F1 5 0 R>>',
			}),
		],
	])('is refused: %s', async (_what, update, document) => {
		expect((await desk.sinceRaw(update, document)).level).toBe('disallowed');
	});

	it.each<[string, (edit: Edit) => unknown]>([
		[
			'the list of fields',
			(edit) => edit.set(font, edit.dict(form).array('Fields') ?? null).change(form, { Fields: font }),
		],
		[
			'the list of annotations',
			(edit) => edit.set(font, edit.dict(page).array('Annots') ?? null).change(page, { Annots: font }),
		],
		['the value of a field', (edit) => edit.set(font, text('900')).change(amountField, { V: font })],
		[
			'the resources of the form',
			(edit) => {
				const resources = edit.dict(form).dict('DR') ?? null;
				edit.set(font, resources).change(form, { DR: font });
			},
		],
	])('is refused: a font that becomes %s', async (_what, edit) => {
		expect((await desk.since(edit)).level).toBe('disallowed');
	});
});

describe('a form field', () => {
	const checkbox = preparedSample({
		8: '<</Type/Annot/Subtype/Widget/FT/Btn/T(amount)/Rect[72 560 272 580]/P 3 0 R/V/Off/AS/Off>>',
	});

	it.each<[string, Buffer, (edit: Edit) => unknown]>([
		['shows a tick that its value does not have', checkbox, (edit) => edit.change(amountField, { AS: name('Yes') })],
		[
			'is ticked with another look',
			checkbox,
			(edit) => edit.change(amountField, { V: name('Yes'), AS: name('Yes'), AP: look(edit, 'BT(pay 900)Tj ET') }),
		],
		[
			'gets a second widget',
			sample,
			(edit) => {
				const kid = edit.addAnnotation({ Subtype: name('Widget'), Parent: amountField });
				edit.change(amountField, { V: text('9'), Kids: new PdfArray([kid]) });
			},
		],
		[
			'shows on the page a second time',
			sample,
			(edit) => {
				const others = edit.dict(page).array('Annots') ?? new PdfArray([]);
				edit.change(page, { Annots: others.concat(nameField) }).change(nameField, { V: text('Ola') });
			},
		],
		['gets a script', sample, (edit) => edit.change(amountField, { V: text('9'), AA: PdfDict.of({ F: script }) })],
		['is no longer hidden', sample, (edit) => edit.change(amountField, { V: text('9'), F: 2 })],
		['becomes another kind of field', sample, (edit) => edit.change(amountField, { FT: name('Sig') })],
		['gets another font size', sample, (edit) => edit.change(amountField, { DA: text('/F1 90 Tf') })],
	])('is refused where it %s', async (_what, document, edit) => {
		expect((await desk.since(edit, {}, document)).level).toBe('disallowed');
	});
});
