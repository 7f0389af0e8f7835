import { expect, it } from 'vitest';
import { BytesSource } from './byteSource.ts';
import { PdfDocument } from './document.ts';
import { formFields, pageOfWidget, signatureFields } from './fields.ts';
import { pagesAsObjects, sampleDocument } from './sampleDocument.ts';

function open(fields: string, more: Record<number, string>): PdfDocument {
	const objects = { ...pagesAsObjects(2), 1: `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${fields}]>>>>`, ...more };
	return PdfDocument.open(new BytesSource(sampleDocument({ objects })));
}

it('joins partial names and inherits type, flags and value', () => {
	const [field, ...others] = formFields(
		open('10 0 R', {
			10: '<</T(person)/FT/Tx/Ff 2/V(x)/Kids[11 0 R]>>',
			11: '<</T(name)/Parent 10 0 R/Subtype/Widget/Rect[1 2 3 4]/P 4 0 R>>',
		}),
	);
	expect(others).toEqual([]);
	expect(field).toMatchObject({ name: 'person.name', type: 'Tx', flags: 2 });
	expect(field?.widgets).toHaveLength(1);
	expect(field?.widgets[0]?.rectangle).toEqual([1, 2, 3, 4]);
});

it('takes kids without a name for the widgets of their field', () => {
	const [field] = formFields(
		open('10 0 R', { 10: '<</T(a)/FT/Sig/Kids[11 0 R 12 0 R]>>', 11: '<</Rect[0 0 0 0]>>', 12: '<</Rect[0 0 9 9]>>' }),
	);
	expect(field?.widgets.map(({ ref, rectangle }) => [ref?.number, rectangle])).toEqual([
		[11, undefined],
		[12, [0, 0, 9, 9]],
	]);
});

it('finds signature fields that inherit their type, with lock and seed value', () => {
	const [empty, signed] = signatureFields(
		open('10 0 R', {
			10: '<</T(s)/FT/Sig/Kids[11 0 R 12 0 R]>>',
			11: '<</T(1)/Lock<</Action/Include/Fields[(a)(b)]/P 1>>/SV<</Ff 1>>>>',
			12: '<</T(2)/V 13 0 R>>',
			13: '<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>/M(D:20260102030405Z)/Reason(why)>>',
		}),
	);
	expect(empty).toMatchObject({
		name: 's.1',
		signature: undefined,
		lock: { action: 'Include', fields: ['a', 'b'], permission: 1 },
	});
	expect(empty?.seedValue?.integer('Ff')).toBe(1);
	expect(signed?.signatureRef?.number).toBe(13);
	expect(signed?.signature).toMatchObject({
		subFilter: 'ETSI.CAdES.detached',
		byteRange: [0, 1, 2, 3],
		reason: 'why',
		time: new Date('2026-01-02T03:04:05Z'),
	});
});

it('reads what a signature certifies and locks', () => {
	const [field] = signatureFields(
		open('10 0 R', {
			10: '<</T(s)/FT/Sig/V<</Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>><</TransformMethod/FieldMDP/TransformParams<</Action/All>>>><</TransformMethod/DocMDP>>]>>>>',
		}),
	);
	expect(field?.signature?.references).toEqual([
		{ transform: 'DocMDP', permission: 1 },
		{ transform: 'FieldMDP', action: 'All', fields: [], permission: undefined },
		{ transform: 'DocMDP', permission: 2 },
	]);
});

it('ends where fields are their own descendants', () => {
	const document = open('10 0 R 10 0 R', {
		10: '<</T(a)/Kids[11 0 R]>>',
		11: '<</T(b)/Kids[10 0 R 12 0 R]>>',
		12: '<</T(c)>>',
	});
	expect(formFields(document).map(({ name }) => name)).toEqual(['a.b.c']);
});

it('finds the page of a widget by its annotations where /P is missing or wrong', () => {
	const document = open('10 0 R', {
		10: '<</T(a)/FT/Sig/Subtype/Widget/Rect[0 0 9 9]/P 99 0 R>>',
		4: '<</Type/Page/Parent 2 0 R/Annots[10 0 R]>>',
	});
	const widget = formFields(document)[0]?.widgets[0];
	expect(widget && pageOfWidget(document, widget)).toBe(1);
});
