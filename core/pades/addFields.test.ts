import { describe, expect, it } from 'vitest';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import { addFields, type NewField } from './addFields.ts';

const place = { page: 1, x: 20, y: 20, width: 100, height: 40 } as const;
const catalogs = {
	'no form': '<</Type/Catalog/Pages 2 0 R>>',
	'a form in the catalog': '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>>>',
	'a tagged page': '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot<</Type/StructTreeRoot>>>>',
	'a tagged page whose tree is an object':
		'<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 20 0 R>>',
};

function withFields(catalog: string, added: readonly NewField[]): PdfDocument {
	const bytes = sampleDocument({ objects: { ...pagesAsObjects(), 1: catalog, 20: '<</Type/StructTreeRoot>>' } });
	const document = PdfDocument.open(new BytesSource(bytes));
	return PdfDocument.open(new BytesSource(Buffer.concat([bytes, addFields(document, added)])));
}

describe('fields for later signers', () => {
	it.each(Object.entries(catalogs))('come with one update into a document with %s', (_, catalog) => {
		const document = withFields(catalog, [{ name: 'Client' }, { name: 'Lawyer', place }]);
		expect(document.crossReference.sections).toHaveLength(2);
		const fields = signatureFields(document);
		expect(fields.map(({ name }) => name)).toEqual(['Client', 'Lawyer']);
		expect(document.catalog.dict('AcroForm')?.integer('SigFlags')).toBe(3);
		expect(document.pages.get(0).dict.array('Annots')?.items).toEqual(fields.map(({ ref }) => ref));
	});

	it('have each an element and a key of its own in the structure of a tagged page', () => {
		const document = withFields(catalogs['a tagged page whose tree is an object'], [{ name: 'A' }, { name: 'B' }]);
		const root = document.catalog.dict('StructTreeRoot');
		expect(root?.array('K')).toHaveLength(2);
		expect(root?.integer('ParentTreeNextKey')).toBe(2);
		expect(root?.dict('ParentTree')?.array('Nums')).toHaveLength(4);
		expect(signatureFields(document).map(({ widgets }) => widgets[0]?.dict.integer('StructParent'))).toEqual([0, 1]);
	});

	it('have each a name of their own', () => {
		expect(() => withFields(catalogs['no form'], [{ name: 'A' }, { name: 'A' }])).toThrow(
			expect.objectContaining({ code: 'field-unsuitable', subject: 'A' }),
		);
	});
});
