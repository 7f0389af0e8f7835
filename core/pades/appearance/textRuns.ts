/** A line of text cut into pieces that can be drawn one after another from the left: one direction and one font each. */
import { createRequire } from 'node:module';
import type { Bidi } from 'bidi-js';
import type { PDFFont } from 'pdf-lib';
import type { MarkFonts } from './markFonts.ts';

export interface TextRun {
	/** In logical order; the font lays a right-to-left run out by itself. */
	readonly text: string;
	readonly font: PDFFont;
}

/** What stands for a character that no font has: PDF/A forbids a missing glyph to be shown (ISO 19005-2, 6.2.11.8). */
const REPLACEMENT = '?';

// A CommonJS module whose types describe an ES one: imported, its type would not be what it is.
const bidiFactory: () => Bidi = createRequire(import.meta.url)('bidi-js');
const bidi = bidiFactory();

/**
 * Runs in visual order (Unicode Bidirectional Algorithm).
 *
 * @param missing gathers the characters that no font has.
 */
export async function textRuns(line: string, fonts: MarkFonts, missing: Set<string>): Promise<readonly TextRun[]> {
	const { levels } = bidi.getEmbeddingLevels(line);
	const pieces: { text: string; font: PDFFont; level: number }[] = [];
	let index = 0;
	for (const character of line) {
		const level = levels[index] ?? 0;
		index += character.length;
		const { text, font } = await drawable(character, pieces.at(-1)?.font, fonts, missing);
		const last = pieces.at(-1);
		if (last && last.font === font && last.level === level) last.text += text;
		else pieces.push({ text, font, level });
	}
	return reorder(pieces).map(({ text, font, level }) => ({ text: level % 2 === 1 ? rightToLeft(text) : text, font }));
}

/** Brackets turn round (rule L4); a piece without letters is not laid out from the right by its font, so it is turned here. */
function rightToLeft(text: string): string {
	const mirrored = [...text].map((character) => bidi.getMirroredCharacter(character) ?? character);
	return /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text) ? mirrored.join('') : mirrored.reverse().join('');
}

async function drawable(
	character: string,
	previous: PDFFont | undefined,
	fonts: MarkFonts,
	missing: Set<string>,
): Promise<{ text: string; font: PDFFont }> {
	// Blanks and marks stay with what they follow: a change of font would break words and accents apart.
	if (previous && /[\p{White_Space}\p{Mark}]/u.test(character) && has(previous, character))
		return { text: character, font: previous };
	const font = await fonts.fontFor(character);
	if (font) return { text: character, font };
	missing.add(character);
	const latin = await fonts.fontFor(REPLACEMENT);
	if (!latin) throw new TypeError('no font has a question mark');
	return { text: REPLACEMENT, font: latin };
}

const has = (font: PDFFont, character: string): boolean =>
	font.getCharacterSet().includes(character.codePointAt(0) ?? 0);

/** Rule L2: from the highest level down to the lowest odd one, reverse each sequence at that level or above. */
function reorder<T extends { readonly level: number }>(pieces: readonly T[]): readonly T[] {
	const visual = [...pieces];
	const highest = Math.max(0, ...visual.map(({ level }) => level));
	for (let level = highest; level > 0; level--) {
		for (let start = 0; start < visual.length; start++) {
			let end = start;
			while ((visual[end]?.level ?? -1) >= level) end++;
			if (end > start + 1) visual.splice(start, end - start, ...visual.slice(start, end).reverse());
			if (end > start) start = end;
		}
	}
	return visual;
}
