import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { PdfDict } from '../pdf/objects.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';

const folder = new SigningFolder();
let pki: DemoPki;
let kari: Issued;
beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'p256' });
	await pki.close();
});
afterAll(() => folder[Symbol.dispose]());

/** A tagged page; the parent tree as syntax. */
const tagged = (parentTree: string, more: Record<number, string> = {}): Uint8Array =>
	sampleDocument({
		objects: {
			...pagesAsObjects(),
			1: '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 20 0 R>>',
			20: '<</Type/StructTreeRoot/K[21 0 R]/ParentTree 22 0 R/ParentTreeNextKey 5>>',
			21: '<</Type/StructElem/S/Document/P 20 0 R/K[]>>',
			22: parentTree,
			...more,
		},
	});

/** The last widget's key into the parent tree, and the root of the structure. */
function structureOf(document: PdfDocument) {
	const widget = signatureFields(document).at(-1)?.widgets[0];
	const root = document.catalog.dict('StructTreeRoot');
	return { widget, root, key: widget?.dict.integer('StructParent') };
}

describe('a signature field in a tagged file', () => {
	it('becomes an element of the document, found by its key', async () => {
		const { document, warnings } = await folder.sign(tagged('<</Nums[4 21 0 R]>>'), kari);
		const { widget, root, key } = structureOf(document);
		expect(warnings).toEqual([]);
		expect(key).toBe(5);
		expect(root?.integer('ParentTreeNextKey')).toBe(6);
		const [, element] = root?.dict('ParentTree')?.array('Nums')?.items.slice(-2) ?? [];
		const written = document.resolve(element ?? null);
		const content = written instanceof PdfDict ? written.dict('K')?.ref('Obj') : undefined;
		expect(content).toEqual(widget?.ref);
	});

	it('goes into a leaf of its own where the parent tree has branches', async () => {
		const branches = { 23: '<</Limits[0 9]/Nums[0 21 0 R 9 21 0 R]>>' };
		const { document } = await folder.sign(tagged('<</Kids[23 0 R]>>', branches), kari);
		expect(structureOf(document).key).toBe(10);
		expect(structureOf(document).root?.dict('ParentTree')?.array('Kids')).toHaveLength(2);
	});

	it('is told by name, and reached in the order of the tree, as PDF/UA asks', async () => {
		const { document, field } = await folder.sign(tagged('<</Nums[]>>'), kari);
		expect(structureOf(document).widget?.dict.text('TU')).toBe(field);
		expect(document.pages.get(0).dict.name('Tabs')).toBe('S');
	});

	it.each([
		['is missing', '/K[21 0 R]'],
		['is written into its root', '/K[21 0 R]/ParentTree<</Nums[4 21 0 R]>>'],
	])('gives the root a parent tree where that %s', async (_how, entries) => {
		const document = tagged('null', { 20: `<</Type/StructTreeRoot${entries}>>` });
		const { root, key } = structureOf((await folder.sign(document, kari)).document);
		expect(root?.ref('ParentTree')).toBeDefined();
		expect(root?.dict('ParentTree')?.array('Nums')?.items).toContain(key);
	});

	it('stays out of the tree once the file is signed, since the first signature would suffer, and this is told', async () => {
		const first = await folder.sign(tagged('<</Nums[]>>'), kari);
		const second = await folder.sign(first.bytes, kari);
		expect(second.warnings).toEqual(['structure-tree-left-alone']);
		expect(structureOf(second.document).key).toBeUndefined();
		expect(second.document.catalog.dict('StructTreeRoot')?.integer('ParentTreeNextKey')).toBe(6);
	});

	it('needs no element in a file that is not tagged', async () => {
		const { document, warnings } = await folder.sign(sampleDocument({ objects: pagesAsObjects() }), kari);
		expect(warnings).toEqual([]);
		expect(signatureFields(document)[0]?.widgets[0]?.dict.has('StructParent')).toBe(false);
	});
});
