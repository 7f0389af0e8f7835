import { describe, expect, it } from 'vitest';
import { BytesSource } from './byteSource.ts';
import { PdfDocument } from './document.ts';
import { IncrementalUpdate } from './incrementalUpdate.ts';
import { PdfString } from './objects.ts';
import { pagesAsObjects, sampleDocument } from './sampleDocument.ts';

const open = (bytes: Uint8Array): PdfDocument => PdfDocument.open(new BytesSource(bytes));

function withLanguage(bytes: Uint8Array, language: string): Buffer {
	const update = new IncrementalUpdate(open(bytes));
	update.setCatalog(update.catalog.with({ Lang: PdfString.fromText(language) }));
	return Buffer.concat([bytes, update.finish().bytes]);
}

/**
 * As linearized files are: the section for the first page stands first and is the one that the end of the file points to;
 * its `/Prev` leads forward to the main section (Annex F).
 */
function linearized(): Buffer {
	const first = 'xref\n3 1\n';
	const header = '%PDF-1.7\n';
	const page = '3 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n';
	const catalog = '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n';
	const pages = '2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n';
	const entry = (offset: number, kind: string): string => `${String(offset).padStart(10, '0')} 00000 ${kind} \n`;
	const pageAt = header.length + 150;
	const head = (main: number): string =>
		`${header}${first}${entry(pageAt, 'n')}trailer\n<</Size 4/Root 1 0 R/Prev ${main}>>\nstartxref\n0\n%%EOF\n`.padEnd(
			pageAt,
			' ',
		);
	const body = `${page}${catalog}${pages}`;
	const main = pageAt + body.length;
	const catalogAt = pageAt + page.length;
	const rest = `xref\n0 3\n${entry(0, 'f')}${entry(catalogAt, 'n')}${entry(catalogAt + catalog.length, 'n')}trailer\n<</Size 3>>\n`;
	return Buffer.from(`${head(main)}${body}${rest}startxref\n${header.length}\n%%EOF\n`, 'latin1');
}

it('has one revision for each save, the oldest first', () => {
	const one = sampleDocument({ objects: pagesAsObjects() });
	const two = withLanguage(one, 'en');
	const three = withLanguage(two, 'nb');
	const document = open(three);
	expect(document.revisions.map(({ index, end }) => [index, end])).toEqual([
		[0, one.length],
		[1, two.length],
		[2, three.length],
	]);
	expect(document.viewAt(two.length).catalog.text('Lang')).toBe('en');
	expect(document.viewAt(one.length).catalog.has('Lang')).toBe(false);
});

it('tells which objects each save wrote', () => {
	const two = withLanguage(sampleDocument({ objects: pagesAsObjects() }), 'en');
	const [, newest] = open(two).revisions;
	expect(newest?.sections.flatMap((section) => [...section.numbers()])).toEqual([1]);
});

describe('a linearized file', () => {
	it('is one revision with two sections', () => {
		const bytes = linearized();
		const document = open(bytes);
		expect(document.rebuilt).toBe(false);
		expect(document.revisions.map(({ end, sections }) => [end, sections.length])).toEqual([[bytes.length, 2]]);
	});

	it('has another after an update', () => {
		const bytes = linearized();
		const updated = withLanguage(bytes, 'en');
		expect(open(updated).revisions.map(({ end }) => end)).toEqual([bytes.length, updated.length]);
	});
});

it('does not take a section that was hidden in the signed part for a part of its revision', () => {
	// The section that speaks of another catalog is within the old bytes; only the new end of the file leads to it.
	const other = '9 0 obj\n<</Type/Catalog/Pages 2 0 R/Lang(evil)>>\nendobj\n';
	const objects = pagesAsObjects();
	const plain = sampleDocument({ objects }).toString('latin1');
	const at = plain.indexOf('xref\n0');
	const hidden = `xref\n9 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<</Size 10/Root 9 0 R/Prev ${at + other.length + 87 + String(at).length}>>\n`;
	const prepared = plain.slice(0, at) + other + hidden;
	const main = prepared.length;
	const fixed = prepared.replace(/\/Prev \d+/, `/Prev ${main}`.padEnd(/\/Prev \d+/.exec(prepared)?.[0].length ?? 0));
	const signed = fixed + plain.slice(at).replace(/startxref\n\d+/, `startxref\n${main}`);
	const attacked = `${signed}startxref\n${at + other.length}\n%%EOF\n`;
	expect(open(Buffer.from(signed, 'latin1')).catalog.has('Lang')).toBe(false);
	const document = open(Buffer.from(attacked, 'latin1'));
	expect(document.catalog.text('Lang')).toBe('evil');
	expect(document.revisions.map(({ end }) => end)).toEqual([signed.length, attacked.length]);
	expect(document.viewAt(signed.length).catalog.has('Lang')).toBe(false);
});
