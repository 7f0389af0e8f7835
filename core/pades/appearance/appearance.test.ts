import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BytesSource } from '../../pdf/byteSource.ts';
import { PdfDocument } from '../../pdf/document.ts';
import { IncrementalUpdate } from '../../pdf/incrementalUpdate.ts';
import { PdfDict } from '../../pdf/objects.ts';
import { pagesAsObjects, sampleDocument } from '../../pdf/sampleDocument.ts';
import { uprightMatrix } from '../geometry.ts';
import { drawMark } from './drawMark.ts';
import { importForm } from './importForm.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-mark-'));
afterAll(() => rmSync(folder, { recursive: true }));

function textOf(pdf: Uint8Array, name: string): string {
	const file = join(folder, name);
	writeFileSync(file, pdf);
	return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ').trim();
}

const size = { width: 240, height: 80 };
/** Red, half transparent, 2 × 2. */
const png = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEUlEQVR4nGP4z8DQAMIMMAYAK+AEfwyl6WcAAAAASUVORK5CYII=',
	'base64',
);
/** 8 × 8, in CMYK as Adobe writes it. */
const cmykJpeg = Buffer.from(
	'/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6ps' +
		'eZqKuk/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQEC' +
		'AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dX' +
		'Z3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E' +
		'QwBNAFkASwAAPwDpqyaya6av/9k=',
	'base64',
);

describe('drawMark', () => {
	it.each(['Åse Ødegård', 'Łukasz Żółć', 'Ξένια Παπαδοπούλου', 'Ђорђе', '山田太郎', 'Nguyễn Thị'])(
		'writes %s so that it can be read out again',
		async (name) => {
			const mark = await drawMark({ ...size, text: `Signed by ${name}` });
			expect(mark.missingCharacters).toEqual([]);
			expect(textOf(mark.pdf, 'name.pdf').normalize('NFC')).toBe(`Signed by ${name}`);
		},
	);

	it('writes right-to-left names from the right', async () => {
		const { pdf, missingCharacters } = await drawMark({ ...size, text: 'Signed by דוד לוי (12)' });
		expect(missingCharacters).toEqual([]);
		const file = join(folder, 'hebrew.pdf');
		writeFileSync(file, pdf);
		const box = execFileSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' });
		// Glyph by glyph from the left, as this tool lists them.
		expect([...box.matchAll(/>([^<>\s]+)<\/word>/g)].map(([, word]) => word)).toEqual([
			'Signed',
			'by',
			'(12)',
			[...'לוי'].reverse().join(''),
			[...'דוד'].reverse().join(''),
		]);
	});

	it('says which characters it could not draw', async () => {
		const { missingCharacters, pdf } = await drawMark({ ...size, text: 'A 🖋' });
		expect(missingCharacters).toEqual(['🖋']);
		expect(textOf(pdf, 'missing.pdf').replace(/ /g, '')).toBe('A?');
	});

	it('makes the type smaller until a long text fits', async () => {
		const text = 'A very long reason that must be broken into lines and still be read as a whole. '.repeat(5);
		const { pdf } = await drawMark({ ...size, text });
		const file = join(folder, 'long.pdf');
		writeFileSync(file, pdf);
		const box = execFileSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' });
		const words = [...box.matchAll(/yMin="([-\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)];
		expect(words).toHaveLength(text.trim().split(' ').length);
		for (const [, top, right, bottom] of words) {
			expect(Number(top)).toBeGreaterThanOrEqual(0);
			expect(Number(bottom)).toBeLessThanOrEqual(size.height);
			expect(Number(right)).toBeLessThanOrEqual(size.width);
		}
	});

	it('draws an SVG', async () => {
		const svg = Buffer.from('<svg viewBox="0 0 10 10"><path d="M0 0L10 10" stroke="#000"/></svg>');
		await expect(drawMark({ ...size, text: '', image: svg })).resolves.toBeDefined();
	});

	it.each([
		['no image at all', Buffer.from('GIF89a')],
		['a PNG cut short', png.subarray(0, 40)],
		[
			'a PNG of a thousand million pixels',
			Buffer.concat([png.subarray(0, 16), Buffer.from('0000800000008000', 'hex')]),
		],
		['a JPEG cut short', cmykJpeg.subarray(0, -2)],
		['an SVG without a size', Buffer.from('<svg><path/></svg>')],
		['an SVG with text', Buffer.from('<svg viewBox="0 0 1 1"><text>Kari</text></svg>')],
	])('refuses %s', async (_, image) => {
		await expect(drawMark({ ...size, text: '', image })).rejects.toMatchObject({ code: 'image-unreadable' });
	});
});

describe('importForm', () => {
	const open = (more: Record<number, string> = {}): PdfDocument =>
		PdfDocument.open(new BytesSource(sampleDocument({ objects: { ...pagesAsObjects(), ...more } })));

	it('puts the mark into an update without transparency or device colours', async () => {
		const update = new IncrementalUpdate(open());
		const mark = await drawMark({ ...size, text: 'Kari', image: png });
		const form = importForm(update, mark, { ...size, matrix: uprightMatrix(0) });

		const read = update.resolve(form);
		expect(read).toMatchObject({ dict: expect.any(PdfDict) });
		const written = Buffer.from(update.finish().bytes).toString('latin1');
		expect(written).not.toContain('/SMask');
		expect(written).toContain('/DefaultRGB');
		expect(written).toContain('/CIDSet');
		expect(written).toContain('/ToUnicode');
	});

	it.each([
		['refuses an image in CMYK where a document is PDF/A', '', true],
		['takes it where the output intent has four colours', '/OutputIntents[<</DestOutputProfile 11 0 R>>]', false],
	])('%s', async (_what, entries, refused) => {
		const metadata = '<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2"/>';
		const document = open({
			1: `<</Type/Catalog/Pages 2 0 R/Metadata 10 0 R${entries}>>`,
			10: `<</Length ${metadata.length}>>\nstream\n${metadata}\nendstream`,
			11: '<</N 4/Length 0>>\nstream\n\nendstream',
		});
		const mark = await drawMark({ ...size, text: '', image: cmykJpeg });
		const importing = () => importForm(new IncrementalUpdate(document), mark, { ...size, matrix: uprightMatrix(0) });
		if (refused) expect(importing).toThrow(expect.objectContaining({ code: 'image-unreadable' }));
		else expect(importing).not.toThrow();
	});
});
