/** Passwords as bytes: by the standard, and as producers in fact did. */
import { encodePdfDoc } from '../text.ts';

/** Revisions 2 to 4 (7.6.4.3.2): PDFDocEncoding; UTF-8 where a producer did not know better. */
export function legacyPasswords(password: string): Uint8Array[] {
	return distinct([
		encodePdfDoc(password),
		Buffer.from(password, 'utf8'),
		Buffer.from(password.normalize('NFC'), 'utf8'),
		Buffer.from(password, 'latin1'),
	]);
}

/** Revisions 5 and 6 (7.6.4.3.3): UTF-8 after SASLprep, at most 127 bytes; unprepared where a producer left that out. */
export function unicodePasswords(password: string): Uint8Array[] {
	return distinct(
		[saslPrep(password), saslPrep(beforeCorrigendum4(password)), password, password.normalize('NFC')].map((text) =>
			Buffer.from(text, 'utf8').subarray(0, 127),
		),
	);
}

/** RFC 4013, 2.1 and 2.2: mappings and normalisation. What it prohibits is let through: it then fits no document. */
function saslPrep(text: string): string {
	return text
		.replaceAll(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, ' ')
		.replaceAll(/\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g, '')
		.normalize('NFKC');
}

/** Unicode 3.2, which SASLprep is bound to, maps these five otherwise than later versions (Corrigendum 4). */
const CORRIGENDUM_4: ReadonlyMap<string, string> = new Map([
	['\u{2f868}', '\u{2136a}'],
	['\u{2f874}', '\u5f33'],
	['\u{2f91f}', '\u43ab'],
	['\u{2f95f}', '\u7aae'],
	['\u{2f9bf}', '\u4d57'],
]);

function beforeCorrigendum4(text: string): string {
	return [...text].map((character) => CORRIGENDUM_4.get(character) ?? character).join('');
}

function distinct(candidates: readonly (Uint8Array | undefined)[]): Uint8Array[] {
	const byHex = new Map<string, Uint8Array>();
	for (const bytes of candidates) if (bytes !== undefined) byHex.set(Buffer.from(bytes).toString('hex'), bytes);
	return [...byHex.values()];
}
