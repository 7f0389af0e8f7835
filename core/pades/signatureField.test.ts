import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { pageOfWidget, signatureFields } from '../pdf/fields.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import { toDisplay } from './geometry.ts';

const folder = new SigningFolder();
let pki: DemoPki;
let kari: Issued;
beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'p256' });
	await pki.close();
});
afterAll(() => folder[Symbol.dispose]());

const blank = sampleDocument({ objects: pagesAsObjects(2) });

/** A page with these entries, and an AcroForm with these fields, as syntax. */
const form = (fields: string, more: Record<number, string>, page = ''): Uint8Array =>
	sampleDocument({
		objects: {
			...pagesAsObjects(),
			1: `<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>`,
			3: `<</Type/Page/Parent 2 0 R${page}>>`,
			5: `<</Fields[${fields}]/NeedAppearances true>>`,
			...more,
		},
	});

describe('a new field', () => {
	it('that does not show has a rectangle without area, and an appearance nevertheless', async () => {
		const { document, field } = await folder.sign(blank, kari);
		const [made] = signatureFields(document);
		expect(field).toBe('Signature1');
		expect(made?.dict.array('Rect')?.numbers()).toEqual([0, 0, 0, 0]);
		expect(made?.dict.dict('AP')?.stream('N')).toBeDefined();
		expect(made?.dict.integer('F')).toBe(4 | 128);
		expect(document.catalog.dict('AcroForm')?.integer('SigFlags')).toBe(3);
	});

	it('has no page in a document without any', async () => {
		const empty = sampleDocument({ objects: { ...pagesAsObjects(0) } });
		const { document } = await folder.sign(empty, kari);
		const [made] = signatureFields(document);
		expect(made?.signature).toBeDefined();
		expect(made?.dict.has('P')).toBe(false);
		const place = { page: 1, x: 0, y: 0, width: 9, height: 9 };
		await expect(folder.sign(empty, kari, { place })).rejects.toMatchObject({ code: 'no-pages' });
	});

	it('does not take the name of a group of fields', async () => {
		const grouped = form('6 0 R', { 6: '<</T(Signature1)/Kids[7 0 R]>>', 7: '<</T(Own)/FT/Tx/Parent 6 0 R>>' });
		expect((await folder.sign(grouped, kari)).field).toBe('Signature2');
		await expect(folder.sign(grouped, kari, { field: 'Signature1' })).rejects.toMatchObject({
			code: 'field-unsuitable',
		});
	});

	it('takes the next free name', async () => {
		const first = await folder.sign(blank, kari, { field: 'Signature2' });
		const second = await folder.sign(first.bytes, kari);
		expect((await folder.sign(second.bytes, kari)).field).toBe('Signature3');
	});

	it.each([
		['upright', '', [30, 40, 130, 90]],
		['turned by 90°', '/Rotate 90', [505, 30, 555, 130]],
		['turned by 180°', '/Rotate 180', [465, 752, 565, 802]],
		['turned by 270°', '/Rotate 270', [40, 712, 90, 812]],
		['cropped', '/CropBox[100 200 500 700]', [130, 240, 230, 290]],
		['cropped and turned', '/CropBox[100 200 500 700]/Rotate 90', [410, 230, 460, 330]],
		['in larger units', '/UserUnit 2', [15, 20, 65, 45]],
	])('shows where it was put on a page that is %s', async (_how, entries, rectangle) => {
		const page = sampleDocument({
			objects: { ...pagesAsObjects(), 3: `<</Type/Page/Parent 2 0 R${entries}>>` },
		});
		const place = { page: 1, x: 30, y: 40, width: 100, height: 50 } as const;
		const { document } = await folder.sign(page, kari, { place });
		const widget = signatureFields(document)[0]?.widgets[0];
		expect(widget?.rectangle).toEqual(rectangle);
		expect(widget?.rectangle && toDisplay(document.pages.get(0), widget.rectangle)).toMatchObject({
			...{ x: 30, y: 40, width: 100, height: 50 },
		});
	});

	it('tells which characters of its text no font has', async () => {
		const place = { page: 1, x: 30, y: 40, width: 100, height: 50 } as const;
		const { warnings } = await folder.sign(blank, kari, { place, mark: { text: 'A 🖋 B' } });
		expect(warnings).toEqual(['characters-missing: 🖋']);
	});

	it('on the last page is among the annotations of that page', async () => {
		const place = { page: 'last', x: 30, y: 40, width: 100, height: 50 } as const;
		const { document } = await folder.sign(blank, kari, { place });
		const widget = signatureFields(document)[0]?.widgets[0];
		expect(widget && pageOfWidget(document, widget)).toBe(1);
	});

	it.each([
		['off the page', { place: { page: 1, x: 600, y: 40, width: 100, height: 50 } }, 'place-invalid'],
		['on a page that there is not', { place: { page: 9, x: 0, y: 0, width: 10, height: 10 } }, 'page-missing'],
		['without a name', { field: '' }, 'field-unsuitable'],
		['below a field that there is not', { field: 'person.signature' }, 'field-unsuitable'],
	] as const)('is refused %s', async (_where, options, code) => {
		await expect(folder.sign(blank, kari, options)).rejects.toMatchObject({ code });
	});

	it('joins page annotations and form fields that are objects of their own, in place', async () => {
		const document = form('', { 6: '[]', 7: '[]', 5: '<</Fields 7 0 R>>' }, '/Annots 6 0 R');
		const signed = await folder.sign(document, kari);
		expect(signed.document.pages.get(0).dict.ref('Annots')?.number).toBe(6);
		expect(signed.document.catalog.dict('AcroForm')?.ref('Fields')?.number).toBe(7);
		expect(signatureFields(signed.document)).toHaveLength(1);
	});
});

describe('an empty field', () => {
	const widget = '/Type/Annot/Subtype/Widget/Rect[20 30 120 80]/P 3 0 R';

	it.each([
		['at another place', '[20 30 120 80]', { page: 1, x: 200, y: 30, width: 100, height: 50 }, ['place-of-field-kept']],
		['on another page', '[20 30 120 80]', { page: 2, x: 20, y: 30, width: 100, height: 50 }, ['place-of-field-kept']],
		[
			'visibly, where it is not',
			'[0 0 0 0]',
			{ page: 1, x: 20, y: 30, width: 100, height: 50 },
			['place-of-field-kept'],
		],
		['at the place that is its own', '[20 30 120 80]', { page: 1, x: 20, y: 30.01, width: 100, height: 50 }, []],
	] as const)(
		'keeps its place when it is to be signed %s, and that is said',
		async (_how, rectangle, place, warnings) => {
			const empty = `<</FT/Sig/T(sign)/Type/Annot/Subtype/Widget/Rect${rectangle}/P 3 0 R>>`;
			const document = form('10 0 R', { 10: empty }, '/Annots[10 0 R]');
			const signed = await folder.sign(document, kari, { field: 'sign', place });
			expect(signed).toMatchObject({ field: 'sign', warnings });
		},
	);

	it.each([
		['that is its own widget', '10 0 R', { 10: `<</FT/Sig/T(sign)${widget}>>` }, 'sign', 10],
		[
			'whose widget is its kid',
			'10 0 R',
			{ 10: '<</FT/Sig/T(sign)/Kids[11 0 R]>>', 11: `<</Parent 10 0 R${widget}>>` },
			'sign',
			11,
		],
		[
			'below others, with its type inherited',
			'10 0 R',
			{ 10: '<</FT/Sig/T(board)/Kids[11 0 R]>>', 11: `<</T(chair)/Parent 10 0 R${widget}>>` },
			'board.chair',
			11,
		],
	] as const)('%s is signed where it is', async (_how, fields, objects, name, widgetNumber) => {
		const { document, field } = await folder.sign(form(fields, objects, '/Annots[11 0 R 10 0 R]'), kari, {
			field: name,
		});
		const [signed, ...others] = signatureFields(document);
		expect(others).toEqual([]);
		expect(field).toBe(name);
		expect(signed?.signature?.subFilter).toBe('ETSI.CAdES.detached');
		const [shown] = signed?.widgets ?? [];
		expect(shown?.ref?.number).toBe(widgetNumber);
		expect(shown?.rectangle).toEqual([20, 30, 120, 80]);
		expect(shown?.dict.dict('AP')?.stream('N')?.dict.has('Resources')).toBe(true);
		expect(document.catalog.dict('AcroForm')?.boolean('NeedAppearances')).toBe(true);
	});

	it('with widgets on their own shows in each of them, and each says that it is signed', async () => {
		const objects = {
			10: '<</FT/Sig/T(sign)/Kids[11 0 R 12 0 R]>>',
			11: `<</Parent 10 0 R${widget}>>`,
			12: `<</Parent 10 0 R${widget}>>`,
		};
		const { document } = await folder.sign(form('10 0 R', objects, '/Annots[11 0 R 12 0 R]'), kari, { field: 'sign' });
		const [signed] = signatureFields(document);
		const parts = signed?.widgets.map(({ dict }) => [dict.ref('V')?.number, dict.dict('AP')?.has('N')]);
		expect(parts).toEqual([
			[signed?.signatureRef?.number, true],
			[signed?.signatureRef?.number, true],
		]);
	});

	it.each([
		['is signed already', '/FT/Sig/T(a)/V 12 0 R', 'field-signed'],
		['is for text', '/FT/Tx/T(a)', 'field-unsuitable'],
	])('is refused when it %s', async (_what, entries, code) => {
		const objects = { 10: `<<${entries}${widget}>>`, 12: '<</Type/Sig/SubFilter/ETSI.CAdES.detached>>' };
		await expect(folder.sign(form('10 0 R', objects), kari, { field: 'a' })).rejects.toMatchObject({ code });
	});
});
