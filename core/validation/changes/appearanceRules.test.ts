import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormDesk, numbers } from '../../../test/kit/editedForm.ts';
import { name, PdfDict, type PdfObject } from '../../pdf/objects.ts';

let desk: FormDesk;
beforeAll(async () => {
	desk = await FormDesk.open();
});
afterAll(() => desk.close());

const annotations = { certify: 'annotations' } as const;

describe('the look that a comment brings along', () => {
	const state = (mode: string) => PdfDict.of({ ExtGState: PdfDict.of({ g: PdfDict.of({ BM: name(mode) }) }) });

	/** A comment over the whole text of the page, drawn so. */
	function drawn(content: string, subtype = 'Ink', entries: Readonly<Record<string, PdfObject>> = {}) {
		return desk.since((edit) => {
			const form = { Subtype: name('Form'), BBox: numbers(0, 0, 500, 100), ...entries };
			const look = edit.addStream(content, form);
			edit.addAnnotation({ Subtype: name(subtype), Rect: numbers(50, 650, 550, 750), AP: PdfDict.of({ N: look }) });
		}, annotations);
	}

	it('may be strokes, and a highlight that lets the text shine through', async () => {
		expect((await drawn('1 0 0 RG 2 w 0 0 m 90 90 l S')).level).toBe('annotations');
		const marker = await drawn('/g gs 1 1 0 rg 0 0 500 20 re f', 'Highlight', { Resources: state('Multiply') });
		expect(marker.level).toBe('annotations');
	});

	it.each<[string, string, string, Readonly<Record<string, PdfObject>>]>([
		['a white box', '1 g 0 0 500 100 re f', 'Ink', {}],
		['words', 'BT /F1 12 Tf (pay 900) Tj ET', 'Ink', {}],
		['a picture', '/Im Do', 'Underline', {}],
		['a line as thick as a box', '1 G 100 w 0 50 m 500 50 l S', 'Line', {}],
		['a small line made large', '1 G 1 w 0 0 m 1 1 l S', 'Line', { BBox: numbers(0, 0, 1, 1) }],
		['a line made large by its matrix', '1 G 1 w 0 0 m 1 1 l S', 'Line', { Matrix: numbers(99, 0, 0, 99, 0, 0) }],
		['a highlight that lets nothing through', '/g gs 0 0 9 9 re f', 'Highlight', { Resources: state('Normal') }],
		[
			'a highlight that is filled before it multiplies',
			'0 0 9 9 re f /g gs',
			'Highlight',
			{ Resources: state('Multiply') },
		],
		['a box written without spaces', '1g 0 0 500 100re f/g gs', 'Ink', {}],
		['a box behind a remark', '/g%gs\ngs%f\n0 0 9 9re f', 'Ink', { Resources: state('Multiply') }],
		[
			'a highlight that only names its state',
			'/gs BMC 0 0 9 9 re f EMC',
			'Highlight',
			{ Resources: state('Multiply') },
		],
		[
			'a highlight that leaves its state again',
			'q /g gs Q 0 0 9 9 re f',
			'Highlight',
			{ Resources: state('Multiply') },
		],
		[
			'a highlight that knows of nothing below it',
			'/g gs 0 0 9 9 re f',
			'Highlight',
			{ Resources: state('Multiply'), Group: PdfDict.of({ S: name('Transparency'), I: true }) },
		],
		[
			'a line whose state makes it thick',
			'/g gs 0 50 m 500 50 l S',
			'Line',
			{ Resources: PdfDict.of({ ExtGState: PdfDict.of({ g: PdfDict.of({ LW: 100 }) }) }) },
		],
		['an icon as large as a paragraph', '1 g 0 0 500 100 re f', 'Text', {}],
	])('may not be %s', async (_what, content, subtype, entries) => {
		const changed = await drawn(content, subtype, entries);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain('annotation-over-content');
	});
});
