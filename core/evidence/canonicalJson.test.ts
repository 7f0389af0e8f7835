import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from './canonicalJson.ts';

describe('canonical JSON (RFC 8785)', () => {
	it('writes the example of §3.2.4 as the standard does', () => {
		const value: Json = {
			numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
			string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
			literals: [null, true, false],
		};
		expect(canonicalJson(value)).toBe(
			'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
		);
	});

	it('sorts members by UTF-16 code units, as in §3.2.3', () => {
		const value: Json = {
			'\u20ac': 'Euro Sign',
			'\r': 'Carriage Return',
			'\ufb33': 'Hebrew Letter Dalet With Dagesh',
			'1': 'One',
			'\ud83d\ude00': 'Emoji: Grinning Face',
			'\u0080': 'Control',
			'\u00f6': 'Latin Small Letter O With Diaeresis',
		};
		expect([...canonicalJson(value).matchAll(/:"([A-Z])/g)].map(([, letter]) => letter).join('')).toBe('COCLEEH');
	});

	it.each<[string, Json]>([
		['NaN', Number.NaN],
		['infinity', Number.POSITIVE_INFINITY],
		['half a surrogate pair', 'a\ud83d'],
		['half a surrogate pair in a name', { '\ude00': 1 }],
	])('refuses %s', (_, value) => {
		expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'not-canonical' }));
	});

	it('refuses what is nested without end', () => {
		let value: Json = 1;
		for (let i = 0; i < 100_000; i++) value = [value];
		expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'not-canonical' }));
	});

	it('says the same of values that are equal, and can be read again', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
				const json: Json = JSON.parse(JSON.stringify(value));
				const text = canonicalJson(json);
				expect(JSON.parse(text)).toEqual(json);
				expect(canonicalJson(JSON.parse(text))).toBe(text);
			}),
		);
	});
});
