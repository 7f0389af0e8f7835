import { describe, expect, it } from 'vitest';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import nb from './nb.json' with { type: 'json' };

/** Each text by its full key. */
function flat(texts: object, prefix = ''): Map<string, string> {
	const found = new Map<string, string>();
	for (const [key, value] of Object.entries(texts)) {
		if (typeof value === 'string') found.set(prefix + key, value);
		else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text);
	}
	return found;
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
const english = flat(en);
/** Words of the field that belong into details alone. */
const jargon = /\b(PKCS|slot|CMS|DSS|OCSP|CRL|TSA|PAdES)\b/;

describe.each([
	['nb', flat(nb)],
	['fr', flat(fr)],
	['de', flat(de)],
])('the texts in %s', (_language, texts) => {
	it('are the same ones as in English', () => {
		expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
	});

	it('name the same values as in English', () => {
		for (const [key, text] of texts) expect.soft(placeholders(text), key).toEqual(placeholders(english.get(key) ?? ''));
	});

	it('are translated', () => {
		const same = [...texts].filter(([key, text]) => text === english.get(key) && text.split(' ').length > 3);
		expect(same).toEqual([]);
	});
});

it.each([
	['en', english],
	['nb', flat(nb)],
	['fr', flat(fr)],
	['de', flat(de)],
])('keep the jargon of the field out of what people read (%s)', (_language, texts) => {
	expect([...texts].filter(([, text]) => jargon.test(text))).toEqual([]);
});
