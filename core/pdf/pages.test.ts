import { describe, expect, it } from 'vitest';
import { BytesSource } from './byteSource.ts';
import { PdfDocument } from './document.ts';
import { PdfRef } from './objects.ts';
import { pagesAsObjects, sampleDocument } from './sampleDocument.ts';

const open = (objects: Record<number, string>): PdfDocument =>
	PdfDocument.open(new BytesSource(sampleDocument({ objects })));
const CATALOG = '<</Type/Catalog/Pages 2 0 R>>';

/** Three pages on two levels. */
const TREE = {
	1: CATALOG,
	2: '<</Type/Pages/Count 3/Kids[3 0 R 4 0 R]/MediaBox[0 0 100 200]/Rotate 90>>',
	3: '<</Type/Page/Parent 2 0 R>>',
	4: '<</Type/Pages/Parent 2 0 R/Count 2/Kids[5 0 R 6 0 R]/CropBox[10 10 90 190]/Resources<</Font<<>>>>>>',
	5: '<</Type/Page/Parent 4 0 R/Rotate -90>>',
	6: '<</Type/Page/Parent 4 0 R/MediaBox[50 60 0 0]/UserUnit 2>>',
};

it('finds a page by the counts of the tree', () => {
	const { pages } = open(TREE);
	expect(pages.count).toBe(3);
	expect([0, 1, 2].map((index) => pages.get(index).ref?.number)).toEqual([3, 5, 6]);
	expect([...pages].map(({ ref }) => ref?.number)).toEqual([3, 5, 6]);
	expect(pages.indexOf(new PdfRef(6))).toBe(2);
	expect(pages.indexOf(new PdfRef(4))).toBe(-1);
});

it('lets pages inherit what they do not say themselves', () => {
	const { pages } = open(TREE);
	expect(pages.get(0)).toMatchObject({
		mediaBox: [0, 0, 100, 200],
		cropBox: [0, 0, 100, 200],
		rotate: 90,
		userUnit: 1,
	});
	expect(pages.get(1)).toMatchObject({ mediaBox: [0, 0, 100, 200], cropBox: [10, 10, 90, 190], rotate: 270 });
	expect(pages.get(1).resources?.has('Font')).toBe(true);
});

it('puts the corners of a box in order, and keeps the crop box within the media box', () => {
	expect(open(TREE).pages.get(2)).toMatchObject({ mediaBox: [0, 0, 50, 60], cropBox: [10, 10, 50, 60], userUnit: 2 });
});

it('says which page is missing', () => {
	const { pages } = open(TREE);
	expect(() => pages.get(3)).toThrow(expect.objectContaining({ code: 'page-missing' }));
	expect(() => pages.get(-1)).toThrow(expect.objectContaining({ code: 'page-missing' }));
});

it('says that there are no pages', () => {
	const { pages } = open({ 1: CATALOG, 2: '<</Type/Pages/Count 0/Kids[]>>' });
	expect(pages.count).toBe(0);
	expect(() => pages.get(0)).toThrow(expect.objectContaining({ code: 'no-pages' }));
});

describe('a damaged tree', () => {
	it.each([
		['too high a count', '<</Type/Pages/Count 9/Kids[3 0 R 4 0 R]>>'],
		['too low a count', '<</Type/Pages/Count 1/Kids[3 0 R 4 0 R]>>'],
		['no count', '<</Type/Pages/Kids[3 0 R 4 0 R]>>'],
		['a negative count', '<</Type/Pages/Count -1/Kids[3 0 R 4 0 R]>>'],
		['a kid that is none', '<</Type/Pages/Count 3/Kids[3 0 R null 4 0 R]>>'],
		['itself among its kids', '<</Type/Pages/Count 3/Kids[3 0 R 2 0 R 4 0 R]>>'],
	])('with %s is walked', (_, root) => {
		const { pages } = open({ ...pagesAsObjects(2), 2: root });
		expect([...pages].map(({ ref }) => ref?.number)).toEqual([3, 4]);
		expect(pages.count).toBe(2);
		expect(pages.get(1).ref?.number).toBe(4);
	});

	it('of endless depth ends', () => {
		const nested = Object.fromEntries(
			Array.from({ length: 400 }, (_, index) => [index + 2, `<</Type/Pages/Count 1/Kids[${index + 3} 0 R]>>`]),
		);
		const { pages } = open({ 1: CATALOG, ...nested, 402: '<</Type/Page>>' });
		expect(() => pages.get(0)).toThrow(expect.objectContaining({ code: 'no-pages' }));
	});
});
