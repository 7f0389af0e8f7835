/** Controls, format characters (bidirectional ones and joiners among them), surrogates, line and paragraph separators. */
export const unseenCharacter = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** The text with what is not seen written out, for names that strangers chose: it is read as what it is. */
export const visibleText = (text: string): string =>
	text.replace(
		new RegExp(unseenCharacter, 'gu'),
		(character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
	);
