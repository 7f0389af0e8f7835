import { expect, it } from 'vitest';
import { BytesSource } from './byteSource.ts';
import { concernsOf } from './concerns.ts';
import { PdfDocument } from './document.ts';
import { pagesAsObjects, sampleDocument } from './sampleDocument.ts';

/** A document of two pages, some of its objects replaced. */
function concerns(changes: Record<number, string>) {
	const bytes = sampleDocument({ objects: { ...pagesAsObjects(2), ...changes } });
	return concernsOf(PdfDocument.open(new BytesSource(bytes)));
}

const catalog = (entries: string) => ({ 1: `<</Type/Catalog/Pages 2 0 R${entries}>>` });
const secondPage = (entries: string) => ({ 4: `<</Type/Page/Parent 2 0 R${entries}>>` });
const fontOnSecondPage = (font: string) => ({
	...secondPage('/Resources<</Font<</F 10 0 R>>>>'),
	10: `<</Type/Font${font}>>`,
	11: '<</Type/FontDescriptor/FontFile2 12 0 R>>',
	12: 'null',
});

it('has nothing to say of a plain document', () => {
	expect(concerns({})).toEqual([]);
});

it.each([
	['xfa', '/AcroForm<</Fields[]/XFA[]>>'],
	['javascript', '/OpenAction<</S/JavaScript/JS(app.alert)>>'],
	['javascript', '/Names<</JavaScript<</Names[]>>>>'],
	['javascript', '/AA<</WP<</S/JavaScript/JS(x)>>>>'],
	['hidden-layers', '/OCProperties<</OCGs[9 0 R]/D<</OFF[9 0 R]>>>>'],
	['hidden-layers', '/OCProperties<</OCGs[9 0 R]/D<</BaseState/OFF>>>>'],
	['hidden-layers', '/OCProperties<</OCGs[9 0 R]/D<</AS[<</Event/Print>>]>>>>'],
	['embedded-files', '/Names<</EmbeddedFiles<</Names[]>>>>'],
	['embedded-files', '/Collection<<>>'],
] as const)('tells %s from the catalog: %s', (code, entries) => {
	expect(concerns(catalog(entries))).toEqual([{ code, page: undefined }]);
});

it.each([
	['javascript', '/AA<</O<</S/JavaScript/JS(x)>>>>'],
	['javascript', '/Annots[<</Subtype/Link/A<</S/JavaScript/JS(x)>>>>]'],
	['embedded-files', '/Annots[<</Subtype/FileAttachment>>]'],
] as const)('names the page with %s: %s', (code, entries) => {
	expect(concerns(secondPage(entries))).toEqual([{ code, page: 1 }]);
});

it('does not mind layers that are all on, opening at a page, or a link', () => {
	expect(concerns(catalog('/OpenAction[3 0 R/Fit]/OCProperties<</OCGs[9 0 R]/D<</ON[9 0 R]>>>>'))).toEqual([]);
	expect(concerns(secondPage('/Annots[<</Subtype/Link/A<</S/URI/URI(http://x)>>>>]'))).toEqual([]);
});

it('finds fonts that are not embedded, the standard ones among them', () => {
	expect(concerns(fontOnSecondPage('/Subtype/Type1/BaseFont/Helvetica'))).toEqual([
		{ code: 'fonts-not-embedded', page: 1 },
	]);
	expect(concerns(fontOnSecondPage('/Subtype/Type3'))).toEqual([]);
});

it('takes a font for embedded by its descriptor, or its descendant’s', () => {
	const descriptor = '/FontDescriptor<</FontFile2 (a stream would be here)>>';
	expect(concerns(fontOnSecondPage(`/Subtype/TrueType${descriptor}`))).toEqual([]);
	expect(concerns(fontOnSecondPage(`/Subtype/Type0/DescendantFonts[<<${descriptor}>>]`))).toEqual([]);
	expect(concerns(fontOnSecondPage('/Subtype/Type0/DescendantFonts[<<>>]'))).toHaveLength(1);
});

it('looks into forms, finds what lies outside the file, and ends on forms within themselves', () => {
	const form = (entries: string) => `<</Type/XObject/Subtype/Form${entries}/Length 0>>\nstream\n\nendstream`;
	const page = secondPage('/Resources<</XObject<</X 10 0 R>>>>');
	const outside = { ...page, 10: form('/Resources<</XObject<</Y 11 0 R>>>>'), 11: form('/F(other.bin)') };
	expect(concerns(outside)).toEqual([{ code: 'external-content', page: 1 }]);
	expect(concerns({ ...page, 10: form('/Ref<</F(other.pdf)/Page 0>>') })).toHaveLength(1);
	expect(concerns({ ...page, 10: form('/Resources<</XObject<</X 10 0 R>>>>') })).toEqual([]);
});
