import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzCases } from '../../test/kit/mutations.ts';
import { berToDer, firstElement } from './ber.ts';
import { DerError, readDer, Tag } from './der.ts';
import {
	bitString,
	der,
	generalizedTime,
	integer,
	octetString,
	oid,
	sequence,
	setOf,
	time,
	utf8String,
} from './derWriter.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replace(/ /g, ''), 'hex');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
	it.each([
		['an indefinite length', '30 80 00 00'],
		['a length not minimal', '04 81 01 00'],
		['a length with leading zero', '04 82 00 80'],
		['an element longer than its data', '04 05 00'],
		['a length cut short', '04 82 01'],
		['a tag above 30', '1f 81 00 00'],
		['something after the element', '05 00 00'],
		['nothing', ''],
	])('refuses %s', (_, bytes) => {
		expect(() => readDer(hex(bytes))).toThrow(DerError);
	});

	it('keeps a child within its parent', () => {
		expect(() => readDer(hex('30 03 04 05 00')).read().next()).toThrow(DerError);
	});

	it('ends at a depth, not at the stack', () => {
		let bytes: Uint8Array = new Uint8Array();
		for (let i = 0; i < 1000; i++) bytes = sequence(bytes);
		const descend = () => {
			for (let element = readDer(bytes); ; element = element.read().next());
		};
		expect(descend).toThrow(/nested too deeply/);
	});

	it.each([
		['2.5.4.3', '55 04 03'],
		['1.2.840.113549.1.1.11', '2a 86 48 86 f7 0d 01 01 0b'],
		['2.999.3', '88 37 03'],
		['2.25.284265655761123561708128939785029000455', undefined],
	])('reads and writes the identifier %s', (dotted, content) => {
		const encoded = oid(dotted);
		if (content !== undefined) expect(text(readDer(encoded).content)).toBe(content.replace(/ /g, ''));
		expect(readDer(encoded).oid()).toBe(dotted);
	});

	it('refuses identifiers and integers too long to be computed with', () => {
		expect(() => readDer(der(Tag.oid, new Uint8Array(200).fill(0x81), Uint8Array.of(1))).oid()).toThrow(DerError);
		expect(readDer(der(Tag.oid, Uint8Array.of(0x2a, 0x86))).soundOid()).toBeUndefined();
		expect(readDer(utf8String('1.2')).soundOid()).toBeUndefined();
		expect(() => readDer(der(Tag.integer, new Uint8Array(1_000_000).fill(1))).bigint()).toThrow(DerError);
	});

	it('gives back every integer', () => {
		fc.assert(
			fc.property(fc.bigInt(), (value) => {
				expect(readDer(integer(value)).bigint()).toBe(value);
			}),
		);
	});

	it('gives back every whole second', () => {
		const range = { min: new Date('1950-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true };
		fc.assert(
			fc.property(fc.date(range), (date) => {
				const whole = new Date(Math.floor(date.getTime() / 1000) * 1000);
				expect(readDer(time(whole)).time()).toEqual(whole);
				expect(readDer(generalizedTime(whole)).time()).toEqual(whole);
			}),
		);
	});

	it.each([
		['170d323530323330303030303030 5a', 'the 30th of February'],
		['170d3235303130313234303030305a', '24 hours'],
		['170b323530313031303030305a', undefined],
		['180f32303235303130313030303030305a', undefined],
		['170d32353031303130303030303000', 'no Z'],
	])('reads the time %s unless it has %s', (bytes, fault) => {
		const read = () => readDer(hex(bytes)).time().toISOString();
		if (fault === undefined) expect(read()).toBe('2025-01-01T00:00:00.000Z');
		else expect(read).toThrow(DerError);
	});

	it.each([
		[Tag.utf8String, 'c3a6', 'æ'],
		[Tag.bmpString, '00e6', 'æ'],
		[Tag.teletexString, 'e6', 'æ'],
		[Tag.universalString, '0001f600', '😀'],
	])('reads character strings of the tag %i', (tag, content, expected) => {
		expect(readDer(der(tag, hex(content))).string()).toBe(expected);
	});

	it('writes sets in ascending order', () => {
		expect(text(setOf([integer(2), integer(1), octetString(hex('00'))]))).toBe(
			'3109 020101 020102 040100'.replace(/ /g, ''),
		);
	});
});

describe('BER to DER', () => {
	const cases: readonly (readonly [string, string, string])[] = [
		['indefinite lengths', '30 80 02 01 01 30 80 00 00 00 00', '30 05 02 01 01 30 00'],
		['a string in pieces', '24 80 04 01 61 04 02 62 63 00 00', '04 03 61 62 63'],
		['pieces within pieces', '24 08 24 03 04 01 61 04 01 62', '04 02 61 62'],
		['a BIT STRING in pieces', '23 09 03 02 00 ff 03 03 04 ff f0', '03 04 04 ff ff f0'],
		['lengths not minimal', '30 81 04 04 82 00 00', '30 02 04 00'],
		['a context tag of indefinite length', 'a0 80 04 01 61 00 00', 'a0 03 04 01 61'],
	];
	it.each(cases)('turns %s', (_, ber, expected) => {
		expect(text(berToDer(hex(ber)))).toBe(expected.replace(/ /g, ''));
	});

	it('hands DER back without a copy', () => {
		const bytes = sequence(integer(5), utf8String('x'), bitString(hex('aa')));
		const result = berToDer(bytes);
		expect(result.buffer).toBe(bytes.buffer);
		expect(text(result)).toBe(text(bytes));
	});

	it('takes the element alone where it is told to ignore what follows', () => {
		const padded = Buffer.concat([sequence(integer(1)), Buffer.alloc(10)]);
		expect(text(firstElement(padded).der)).toBe('3003020101');
		expect(() => berToDer(padded)).toThrow(DerError);
	});

	it.each([
		['without an end', '30 80 02 01 01'],
		['primitive and indefinite', '04 80 00 00'],
		['with another kind among its pieces', '24 03 02 01 61'],
		['longer than its data', '30 84 ff ff ff ff 00'],
		['nested too deeply', '30 80'.repeat(100)],
	])('refuses an element %s', (_, bytes) => {
		expect(() => berToDer(hex(bytes))).toThrow(DerError);
	});

	it('ends on any bytes with DER or a DerError, and DER stays as it is', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
				try {
					const { der: result } = firstElement(bytes);
					expect(text(berToDer(result))).toBe(text(result));
				} catch (error) {
					expect(error).toBeInstanceOf(DerError);
				}
			}),
			{ numRuns: fuzzCases() },
		);
	});
});
