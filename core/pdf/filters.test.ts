import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStream } from './filters.ts';
import { ObjectParser } from './objectParser.ts';
import { PdfDict } from './objects.ts';

const LIMIT = 1024 * 1024;

function dict(syntax: string): PdfDict {
	const parsed = new ObjectParser(Buffer.from(syntax)).parseObject();
	return parsed instanceof PdfDict ? parsed : PdfDict.of({});
}

function decode(syntax: string, data: Uint8Array | string, limit = LIMIT): string {
	const encoded = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
	return Buffer.from(decodeStream(dict(syntax), encoded, limit)).toString('latin1');
}

describe('each filter', () => {
	it.each([
		['ASCIIHexDecode', '48 65 6c6C6f 2>rest', 'Hello '],
		['AHx', '4>', '@'],
		['ASCII85Decode', '87cUR\nD]i,"Ebo80~>', 'Hello World!'],
		['A85', 'z~>', '\0\0\0\0'],
		['RunLengthDecode', '\x02abc\xfed\x80rest', 'abcddd'],
		['FlateDecode', deflateSync(Buffer.from('Hello')).toString('latin1'), 'Hello'],
		// The example of 7.4.4.2.
		['LZWDecode', '\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01', '-----A---B'],
	])('%s', (filter, encoded, decoded) => {
		expect(decode(`<</Filter/${filter}>>`, encoded)).toBe(decoded);
	});

	it('are undone in their order', () => {
		const hex = deflateSync(Buffer.from('Hello')).toString('hex');
		expect(decode('<</Filter[/AHx/Fl]>>', `${hex}>`)).toBe('Hello');
	});

	it('gives what there is of compressed data that were cut off or have a wrong checksum', () => {
		const whole = deflateSync(Buffer.from('Hello, '.repeat(100)));
		expect(decode('<</Filter/FlateDecode>>', whole.subarray(0, -5))).toContain('Hello');
		expect(decode('<</Filter/FlateDecode>>', Buffer.concat([whole.subarray(0, -1), Buffer.from('x')]))).toContain(
			'Hello',
		);
	});

	it('says of an image that it is one', () => {
		expect(() => decode('<</Filter/DCTDecode>>', '')).toThrow(/DCTDecode/);
	});
});

describe('predictors', () => {
	const flate = (rows: number[][], parameters: string): string =>
		decode(`<</Filter/FlateDecode/DecodeParms<<${parameters}>>>>`, deflateSync(Uint8Array.from(rows.flat())));

	it.each([
		['none', [0, 1, 2, 3], '\x01\x02\x03'],
		['sub', [1, 1, 1, 1], '\x01\x02\x03'],
		['up', [2, 1, 2, 3], '\x01\x02\x03'],
		['average', [3, 2, 2, 2], '\x02\x03\x03'],
		['Paeth', [4, 1, 1, 1], '\x01\x02\x03'],
	])('undoes PNG %s', (_, row, decoded) => {
		expect(flate([row], '/Predictor 15/Columns 3')).toBe(decoded);
	});

	it('undoes PNG up over several rows', () => {
		expect(
			flate(
				[
					[2, 1, 1],
					[2, 1, 1],
				],
				'/Predictor 12/Columns 2',
			),
		).toBe('\x01\x01\x02\x02');
	});

	it.each([
		['8 bits', '/BitsPerComponent 8', [1, 1, 1], '\x01\x02\x03'],
		['4 bits', '/BitsPerComponent 4/Columns 4', [0x11, 0x11], '\x12\x34'],
		['16 bits', '/BitsPerComponent 16/Columns 2', [0, 255, 0, 1], '\x00\xff\x01\x00'],
	])('undoes TIFF with %s', (_, parameters, row, decoded) => {
		expect(flate([row], `/Predictor 2/Columns 3${parameters}`)).toBe(decoded);
	});
});

describe('limits', () => {
	it('stop a bomb before it is in memory', () => {
		const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
		expect(() => decode('<</Filter/FlateDecode>>', bomb)).toThrow(expect.objectContaining({ code: 'too-large' }));
		expect(() => decode('<</Filter/RunLengthDecode>>', '\x81a'.repeat(100_000))).toThrow(
			expect.objectContaining({ code: 'too-large' }),
		);
	});

	it('hold for any data in any filter', () => {
		const filters = fc.constantFrom('FlateDecode', 'LZWDecode', 'ASCII85Decode', 'ASCIIHexDecode', 'RunLengthDecode');
		fc.assert(
			fc.property(filters, fc.uint8Array({ maxLength: 300 }), (filter, data) => {
				try {
					expect(decodeStream(dict(`<</Filter/${filter}>>`), data, 1000).length).toBeLessThanOrEqual(1000);
				} catch (error) {
					expect(error).toMatchObject({ code: expect.stringMatching(/^(damaged|too-large)$/) });
				}
			}),
			{ numRuns: 500 },
		);
	});
});
