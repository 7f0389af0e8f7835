import { describe, expect, it } from 'vitest';
import { elementsById } from '../../pki/trustedLists/xml/xmlTree.ts';
import { readXml } from './xml.ts';
import { inclusive, XmlReferences } from './xmlReferences.ts';

const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
const filter = 'http://www.w3.org/2002/06/xmldsig-filter2';
const exclusive = '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>';
const base64 = '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>';
const enveloped = '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>';
const byXpath = (expression: string): string =>
	`<ds:Transform Algorithm="${xpath}"><ds:XPath>${expression}</ds:XPath></ds:Transform>`;
const byFilter = (expression: string, kind = 'subtract'): string =>
	`<ds:Transform Algorithm="${filter}"><f:XPath xmlns:f="${filter}" Filter="${kind}">${expression}</f:XPath></ds:Transform>`;

/** What a reference with these transforms is over, in a document with two signatures. */
function octets(uri: string, transforms: string): string {
	const reference = `<ds:Reference URI="${uri}"><ds:Transforms>${transforms}</ds:Transforms></ds:Reference>`;
	const document = readXml(
		Buffer.from(
			`<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><b Id="b">text</b><ds:Signature><ds:SignedInfo>${reference}</ds:SignedInfo><ds:Object Id="o">aGVs\nbG8=</ds:Object></ds:Signature><ds:Signature Id="other"/></a>`,
		),
	);
	const signature = document.root.first('http://www.w3.org/2000/09/xmldsig#', 'Signature');
	if (!signature) throw new Error('no signature was found');
	const scope = {
		document,
		signature,
		ids: elementsById(document.root),
		fileOf: (name: string) => (name === 'note.txt' ? Buffer.from('aGVsbG8=') : undefined),
	};
	const references = new XmlReferences(scope, signature.first('http://www.w3.org/2000/09/xmldsig#', 'SignedInfo'));
	const [element] = references.elements;
	if (!element) throw new Error('no reference was found');
	const found = references.octets(element, inclusive);
	return typeof found === 'string' ? found : Buffer.from(found).toString();
}

describe('a reference of an XML signature', () => {
	const whole = '<b Id="b">text</b>';
	const other = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="other"></ds:Signature>';

	it.each([
		['its own signature left out', enveloped, `<a>${whole}${other}</a>`],
		['all signatures left out by XPath', byXpath('not(ancestor-or-self::ds:Signature)'), `<a>${whole}</a>`],
		['all signatures left out by a filter', byFilter('/descendant::ds:Signature'), `<a>${whole}</a>`],
	])('is over the document with %s', (_what, transform, expected) => {
		expect(octets('', transform + exclusive)).toBe(expected);
	});

	it.each([
		['another expression', byXpath('not(ancestor-or-self::ds:Object)') + exclusive],
		['a prefix of something else', byXpath('not(ancestor-or-self::x:Signature)') + exclusive],
		['a filter that keeps signatures alone', byFilter('/descendant::ds:Signature', 'intersect') + exclusive],
		['a second canonicalisation', exclusive + exclusive],
		['a transform that nobody knows', '<ds:Transform Algorithm="urn:unknown"/>'],
	])('is not understood with %s', (_what, transforms) => {
		expect(octets('', transforms)).toBe('unknown-algorithm');
	});

	it('is over nothing that is within a signature where signatures are left out', () => {
		expect(octets('#o', byFilter('/descendant::ds:Signature') + exclusive)).toBe('unknown-algorithm');
	});

	it('is over what base64 stands for', () => {
		expect(octets('#o', base64)).toBe('hello');
		expect(octets('note.txt', base64)).toBe('hello');
		expect(octets('', base64)).toBe('unknown-algorithm');
	});

	it('is over an element, or a file as it is', () => {
		expect(octets('#b', exclusive)).toBe(whole);
		expect(octets('note.txt', '')).toBe('aGVsbG8=');
		expect(octets('#nothing', exclusive)).toBe('content-missing');
	});
});
