import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../core/batch/csvLine.ts';
import { parseCsv } from './csv.ts';

describe('CSV', () => {
	it('reads quotes, line breaks in them, and empty cells as nothing', () => {
		const text = '\uFEFFfile,reason,out\r\n"a, b.pdf","said ""yes""\nand left",\r\nc.pdf,,d.pdf\r\n';
		expect(parseCsv(text, ['file', 'out', 'reason'], 'list')).toEqual([
			{ file: 'a, b.pdf', reason: 'said "yes"\nand left' },
			{ file: 'c.pdf', out: 'd.pdf' },
		]);
	});

	it('reads back what it wrote', () => {
		const cell = fc.string().filter((text) => text !== '' && !text.startsWith('\uFEFF'));
		fc.assert(
			fc.property(cell, cell, (file, out) => {
				const text = csvLine(['file', 'out']) + csvLine([file, out]);
				expect(parseCsv(text, ['file', 'out'], 'list')).toEqual([{ file, out }]);
			}),
		);
	});

	it.each([
		['file,colour\n', "no column 'colour'"],
		['file,file\n', 'occurs twice'],
		['file\na,b\n', 'more cells'],
		['file\n"a\n', 'not closed'],
		['', 'empty'],
	])('refuses %j', (text, message) => {
		expect(() => parseCsv(text, ['file', 'out'], 'list')).toThrow(message);
	});
});
