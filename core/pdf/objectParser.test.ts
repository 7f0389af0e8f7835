import { describe, expect, it } from 'vitest';
import { type ByteSource, BytesSource } from './byteSource.ts';
import { ObjectParser, parseAt } from './objectParser.ts';
import { PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from './objects.ts';

const parse = (text: string): PdfObject => new ObjectParser(Buffer.from(text, 'latin1')).parseObject();
const text = (object: PdfObject): string | undefined =>
	object instanceof PdfString ? Buffer.from(object.bytes).toString('latin1') : undefined;

describe('numbers', () => {
	it.each([
		['0', 0],
		['-17', -17],
		['+3', 3],
		['34.5', 34.5],
		['-.002', -0.002],
		['4.', 4],
		['--5', -5],
		['12-34', 12],
		['1.2.3', 1.2],
		['007', 7],
		['-0', 0],
	])('reads %s', (syntax, value) => {
		expect(parse(syntax)).toBe(value);
	});
});

describe('strings', () => {
	it.each([
		['(a(b)c)', 'a(b)c'],
		['(\\n\\r\\t\\b\\f\\(\\)\\\\)', '\n\r\t\b\f()\\'],
		['(\\101\\7\\0053)', 'A\u0007\u00053'],
		['(a\\\nb)', 'ab'],
		['(a\\\r\nb)', 'ab'],
		['(a\r\nb\rc)', 'a\nb\nc'],
		['(\\q)', 'q'],
		['<48 65\n6C6c6F>', 'Hello'],
		['<4>', '@'],
		['<>', ''],
	])('reads %j', (syntax, value) => {
		expect(text(parse(syntax))).toBe(value);
	});

	it('tells where a string stands in the file', () => {
		const source = new BytesSource(Buffer.from('xx<</Contents <00>>>'));
		const dict = parseAt(source, 2, undefined, (parser) => parser.parseObject());
		expect(dict instanceof PdfDict && dict.string('Contents')?.span).toEqual([14, 18]);
	});
});

describe('names', () => {
	it.each([
		['/Name', 'Name'],
		['/A#20B', 'A B'],
		['/A#G', 'A#G'],
		['/', ''],
		['/1.2', '1.2'],
	])('reads %s', (syntax, value) => {
		const name = parse(syntax);
		expect(name instanceof PdfName && name.value).toBe(value);
	});
});

describe('arrays and dictionaries', () => {
	it('tells a reference from numbers', () => {
		const array = parse('[1 0 R 2 3 4 0 R5 6]');
		expect(array instanceof PdfArray && array.items).toEqual([new PdfRef(1), 2, 3, 4, 0, null, 6]);
	});

	it('needs no white space where delimiters do', () => {
		const dict = parse('<</A/B/C[1]/D<</E(f)>>/G<00>/H true>>');
		expect(dict instanceof PdfDict && [...dict.keys()]).toEqual(['A', 'C', 'D', 'G', 'H']);
	});

	it('skips comments', () => {
		const dict = parse('<< % one\n/A %two\r1>>');
		expect(dict instanceof PdfDict && dict.number('A')).toBe(1);
	});

	it('ends what was never closed with its object', () => {
		const dict = parse('<</A [1 2 /B endobj');
		expect(dict instanceof PdfDict && dict.array('A')?.length).toBe(3);
	});

	it('takes null for no entry', () => {
		const dict = parse('<</A null>>');
		expect(dict instanceof PdfDict && dict.has('A')).toBe(false);
	});

	it('refuses nesting without end', () => {
		expect(() => parse('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'damaged' }));
		expect(() => parse('<</A'.repeat(100_000))).toThrow(expect.objectContaining({ code: 'damaged' }));
	});
});

describe('windows', () => {
	it('grow until the object fits', () => {
		const long = Buffer.from(`[${'(text) '.repeat(20_000)}]`);
		const source: ByteSource = {
			size: long.length,
			read: (offset, length) => long.subarray(offset, offset + length),
			window: (offset, minimum) => long.subarray(offset, offset + minimum),
		};
		const array = parseAt(source, 0, undefined, (parser) => parser.parseObject());
		expect(array instanceof PdfArray && array.length).toBe(20_000);
	});

	it('end at a limit', () => {
		const endless: ByteSource = {
			size: 2 ** 40,
			read: (_, length) => Buffer.alloc(length, '('),
			window: (_, minimum) => Buffer.alloc(minimum, 'a'),
		};
		expect(() => parseAt(endless, 0, undefined, (parser) => parser.parseObject())).toThrow(
			expect.objectContaining({ code: 'too-large' }),
		);
	});
});
