import { decodePDFRawStream, PDFDocument, PDFRawStream } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { drawSvg } from './drawSvg.ts';

/** The operators that draw an SVG into 100 by 100, as text; the view box is 10 by 10, so that it is enlarged tenfold. */
async function drawn(inside: string, attributes = 'viewBox="0 0 10 10"'): Promise<string> {
	const document = await PDFDocument.create();
	const page = document.addPage([100, 100]);
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;
	drawSvg(page, svg, { x: 0, y: 0, width: 100, height: 100 });
	const reread = await PDFDocument.load(await document.save());
	const streams = reread.context
		.enumerateIndirectObjects()
		.flatMap(([, object]) =>
			object instanceof PDFRawStream ? [Buffer.from(decodePDFRawStream(object).decode()).toString('latin1')] : [],
		);
	return streams.join('\n').replaceAll(/\s+/g, ' ');
}

describe('an SVG', () => {
	it('is filled black where it says nothing', async () => {
		expect(await drawn('<path d="M1 1L2 1L2 2Z"/>')).toContain('10 0 0 -10 0 100 cm 0 0 0 rg 1 1 m 2 1 l 2 2 l h f');
	});

	it.each([
		['an attribute', '<path fill="#00f" d="M1 1L2 2"/>'],
		['a style', '<path fill="red" style="fill: blue" d="M1 1L2 2"/>'],
		['a class', '<style>.sea{fill:rgb(0,0,100%)}</style><path class="sea" fill="red" d="M1 1L2 2"/>'],
		['an id, which beats a class', '<style>#a{fill:blue} .b{fill:red}</style><path id="a" class="b" d="M1 1L2 2"/>'],
		['the group around it', '<g fill="blue"><path d="M1 1L2 2"/></g>'],
		['currentColor', '<g color="blue"><path fill="currentColor" d="M1 1L2 2"/></g>'],
		['a hue', '<path fill="hsl(240,100%,50%)" d="M1 1L2 2"/>'],
	])('takes its colour from %s', async (_where, inside) => {
		expect(await drawn(inside)).toContain('0 0 1 rg');
	});

	it('mixes with white what would shine through', async () => {
		expect(await drawn('<g opacity=".5"><path fill="red" fill-opacity="50%" d="M1 1L2 2"/></g>')).toContain(
			'1 0.75 0.75 rg',
		);
	});

	it('takes the mean of a gradient', async () => {
		const gradient = '<linearGradient id="g"><stop stop-color="#f00"/><stop stop-color="#00f"/></linearGradient>';
		expect(await drawn(`<defs>${gradient}</defs><path fill="url(#g)" d="M1 1L2 2"/>`)).toContain('0.5 0 0.5 rg');
	});

	it('strokes with width, cap, join and dashes', async () => {
		const path =
			'<path d="M1 1L2 2" fill="none" stroke="red" stroke-width="2" stroke-linecap="round" stroke-linejoin="bevel" stroke-dasharray="1,2"/>';
		expect(await drawn(path)).toContain('1 0 0 RG 2 w 1 J 2 j [1 2] 0 d 1 1 m 2 2 l S');
	});

	it.each([
		['circle', '<circle cx="5" cy="5" r="2"/>'],
		['ellipse', '<ellipse cx="5" cy="5" rx="2" ry="1"/>'],
		['rounded rectangle', '<rect x="1" y="1" width="8" height="4" rx="1"/>'],
	])('draws a %s with four curves', async (_shape, inside) => {
		expect((await drawn(inside)).match(/ c /g)).toHaveLength(4);
	});

	it.each([
		['a rectangle', '<rect x="1" y="2" width="3" height="4"/>', '1 2 m 4 2 l 4 6 l 1 6 l h f'],
		['a polygon', '<polygon points="1,1 2,1 2,2"/>', '1 1 m 2 1 l 2 2 l h f'],
		['a line', '<line x1="1" y1="1" x2="2" y2="2" stroke="black"/>', '1 1 m 2 2 l S'],
		[
			'what is used elsewhere',
			'<defs><path id="p" d="M0 0L1 1"/></defs><use xlink:href="#p" x="3"/>',
			'10 0 0 -10 30 100 cm',
		],
		[
			'a symbol in its own measure',
			'<symbol id="s" viewBox="0 0 2 2"><path d="M0 0L1 1"/></symbol><use href="#s" width="4" height="4"/>',
			'20 0 0 -20 0 100 cm',
		],
		['what is turned', '<g transform="translate(5 5) rotate(90)"><path d="M0 0L1 1"/></g>', '-10 -10 0 50 50 cm'],
	])('draws %s', async (_what, inside, operators) => {
		expect(await drawn(inside)).toContain(operators);
	});

	it('may begin anywhere and be of any shape', async () => {
		const wide = await drawn('<path d="M0 0L1 1"/>', 'viewBox="-10 -5 20 10" width="7mm"');
		expect(wide).toContain('5 0 0 -5 50 50 cm');
	});

	it('leaves out what is not to be seen', async () => {
		const hidden =
			'<path display="none" d="M1 1L2 2"/><path visibility="hidden" d="M1 1L2 2"/><path fill="none" d="M1 1L2 2"/>';
		expect(await drawn(`${hidden}<title>Kari</title>`)).not.toContain(' m ');
	});

	it('may have a byte order mark, a document type and comments', async () => {
		const document = await PDFDocument.create();
		const svg = '\ufeff<?xml version="1.0"?><!DOCTYPE svg><!-- x --><svg width="1" height="1"><path d="M0 0"/></svg>';
		expect(() => drawSvg(document.addPage(), svg, { x: 0, y: 0, width: 9, height: 9 })).not.toThrow();
	});

	it.each([
		['text', '<text>Kari</text>'],
		['an image', '<g><image href="file:///etc/passwd"/></g>'],
		['a mask', '<path mask="url(#m)" d="M1 1L2 2"/>'],
		['a pattern', '<pattern id="p"/><path fill="url(#p)" d="M1 1L2 2"/>'],
		['a colour that is none', '<path fill="reddish" d="M1 1L2 2"/>'],
		['itself', '<g id="g"><use href="#g"/></g>'],
		['an entity of its own', '<path d="&own;"/>'],
		['no end', '<g>'],
		['too many levels', '<g>'.repeat(100) + '</g>'.repeat(100)],
	])('is refused where it has %s', async (_what, inside) => {
		await expect(drawn(inside)).rejects.toThrow();
	});
});
