/** Text strings (ISO 32000-2, 7.9.2.2) to and from JavaScript's. */

/** PDFDocEncoding where it differs from Latin-1 (Annex D.3): code, then character. */
const PDF_DOC_ENCODING: ReadonlyMap<number, string> = new Map([
	[0x18, '\u02d8'],
	[0x19, '\u02c7'],
	[0x1a, '\u02c6'],
	[0x1b, '\u02d9'],
	[0x1c, '\u02dd'],
	[0x1d, '\u02db'],
	[0x1e, '\u02da'],
	[0x1f, '\u02dc'],
	...[
		...'\u2022\u2020\u2021\u2026\u2014\u2013\u0192\u2044\u2039\u203a\u2212\u2030\u201e\u201c\u201d\u2018',
		...'\u2019\u201a\u2122\ufb01\ufb02\u0141\u0152\u0160\u0178\u017d\u0131\u0142\u0153\u0161\u017e',
	].map((character, index): [number, string] => [0x80 + index, character]),
	[0x9f, '\ufffd'],
	[0xa0, '\u20ac'],
	[0xad, '\ufffd'],
]);

const PDF_DOC_CODES: ReadonlyMap<string, number> = new Map([...PDF_DOC_ENCODING].map(([code, text]) => [text, code]));

const UTF8 = new TextDecoder('utf-8');
const UTF16_LE = new TextDecoder('utf-16le');
const UTF16_BE = new TextDecoder('utf-16be');

/** Reads UTF-16 and UTF-8 by their byte order marks, everything else as PDFDocEncoding; language escapes are dropped. */
export function decodeText(bytes: Uint8Array): string {
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return withoutLanguages(UTF16_BE.decode(bytes.subarray(2)));
	// Not in the standard, yet written by several producers and read by every viewer.
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return withoutLanguages(UTF16_LE.decode(bytes.subarray(2)));
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
		return withoutLanguages(UTF8.decode(bytes.subarray(3)));
	let text = '';
	for (const byte of bytes) text += PDF_DOC_ENCODING.get(byte) ?? String.fromCharCode(byte);
	return text;
}

/** `undefined` when the text has characters that PDFDocEncoding has not. */
export function encodePdfDoc(text: string): Uint8Array | undefined {
	const bytes: number[] = [];
	for (const character of text) {
		const code = character.codePointAt(0) ?? 0;
		const byte = PDF_DOC_CODES.get(character) ?? (code <= 0xff && !PDF_DOC_ENCODING.has(code) ? code : undefined);
		if (byte === undefined) return undefined;
		bytes.push(byte);
	}
	return Uint8Array.from(bytes);
}

/** ASCII as it is, everything else as UTF-16BE with its mark: both mean the same to every reader. */
export function encodeText(text: string): Uint8Array {
	if (/^[\t\n\r\x20-\x7e]*$/.test(text)) return Buffer.from(text, 'latin1');
	const bytes = new Uint8Array(2 + 2 * text.length);
	bytes.set([0xfe, 0xff]);
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		bytes[2 + 2 * index] = unit >> 8;
		bytes[3 + 2 * index] = unit & 0xff;
	}
	return bytes;
}

/** 7.9.2.2: a language code between two ESC characters is not text. */
function withoutLanguages(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what delimits a language code
	return text.replaceAll(/\x1b[^\x1b]{0,32}\x1b/g, '');
}
