/**
 * Fonts for names as people write them: Noto Sans for Latin, Greek, Cyrillic, Devanagari, Hebrew, Arabic and Japanese.
 *
 * The families come cut into slices by Unicode range; only the slices that a text needs are read, and only the glyphs
 * it uses are embedded.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PDFDocument, PDFFont } from 'pdf-lib';

const families = ['noto-sans', 'noto-sans-hebrew', 'noto-sans-arabic', 'noto-sans-jp'] as const;

/** A file of a family, and the characters for which the family's own style sheet would load it. */
interface Slice {
	readonly file: string;
	readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** Looks up fonts for one document, each slice embedded once. */
export class MarkFonts {
	readonly #document: PDFDocument;
	readonly #embedded = new Map<string, Promise<PDFFont>>();

	constructor(document: PDFDocument) {
		this.#document = document;
	}

	/** The first font with a glyph for the character; `undefined` where no family has one. */
	async fontFor(character: string): Promise<PDFFont | undefined> {
		const point = character.codePointAt(0) ?? 0;
		for (const { file, ranges } of allSlices()) {
			if (!ranges.some(([first, last]) => point >= first && point <= last)) continue;
			const font = await this.#embed(file);
			if (font.getCharacterSet().includes(point)) return font;
		}
		return undefined;
	}

	#embed(file: string): Promise<PDFFont> {
		const known = this.#embedded.get(file);
		if (known) return known;
		const font = this.#document.embedFont(readFileSync(file), { subset: true });
		this.#embedded.set(file, font);
		return font;
	}
}

let slices: readonly Slice[] | undefined;

/** In the order in which families are asked; read once a process. */
function allSlices(): readonly Slice[] {
	slices ??= families.flatMap(slicesOf);
	return slices;
}

function slicesOf(family: string): readonly Slice[] {
	const require = createRequire(import.meta.url);
	const folder = dirname(require.resolve(`@fontsource/${family}/package.json`));
	const listed: unknown = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8'));
	return Object.entries(Object(listed)).map(([name, ranges]) => ({
		// Numbered slices are named `[12]` in the list and `12` in the file.
		file: join(folder, 'files', `${family}-${name.replace(/[[\]]/g, '')}-400-normal.woff`),
		ranges: String(ranges).split(',').map(parseRange),
	}));
}

/** `U+25A0-25FF`, `U+1F600`. */
function parseRange(text: string): readonly [number, number] {
	const [first = '', last = first] = text.trim().replace(/^U\+/i, '').split('-');
	return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}
