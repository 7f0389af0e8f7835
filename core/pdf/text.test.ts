import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPdfDate, parsePdfDate } from './date.ts';
import { decodeText, encodePdfDoc, encodeText } from './text.ts';

it('gives any text back', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: 'binary' }).filter((text) => !text.includes('\x1b')),
			(text) => decodeText(encodeText(text)) === text,
		),
	);
});

it.each([
	['PDFDocEncoding', 'a0', '€'],
	['UTF-16BE', 'feff0141', 'Ł'],
	['UTF-16LE', 'fffe4101', 'Ł'],
	['UTF-8', 'efbbbfc581', 'Ł'],
	['UTF-16BE with a language', 'feff001b0065006e001b0041', 'A'],
])('reads %s', (_, hex, text) => {
	expect(decodeText(Buffer.from(hex, 'hex'))).toBe(text);
});

it('writes PDFDocEncoding only where it has the characters', () => {
	expect(Buffer.from(encodePdfDoc('Åse €') ?? '').toString('hex')).toBe('c5736520a0');
	expect(encodePdfDoc('山')).toBeUndefined();
});

it.each([
	["D:20260102030405+01'30'", '2026-01-02T01:34:05.000Z'],
	['D:20260102030405-01', '2026-01-02T04:04:05.000Z'],
	['D:20260102030405Z', '2026-01-02T03:04:05.000Z'],
	['20260102', '2026-01-02T00:00:00.000Z'],
	['D:2026', '2026-01-01T00:00:00.000Z'],
])('reads the date %s', (text, iso) => {
	expect(parsePdfDate(text)?.toISOString()).toBe(iso);
});

it.each(['', 'yesterday', 'D:20261302', 'D:20260102250000'])('does not take %j for a date', (text) => {
	expect(parsePdfDate(text)).toBeUndefined();
});

it('writes dates that it reads', () => {
	const date = new Date('2026-11-22T19:30:00Z');
	expect(formatPdfDate(date)).toBe("D:20261122193000+00'00'");
	expect(parsePdfDate(formatPdfDate(date))).toEqual(date);
});
