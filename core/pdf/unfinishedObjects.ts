/** Objects that a revision announces and does not hold: the room for an attacker to fill in later. */
import type { PdfDocument } from './document.ts';
import { readIndirectObject } from './indirectObject.ts';
import { parseAt } from './objectParser.ts';
import { PdfError } from './pdfError.ts';

/** The longest of `endobj`, `endstream`, `stream`: less than that before the end leaves it open what follows. */
const CLOSING_KEYWORD = 9;

/** `2147483647 65535 obj` with white space and a short comment. */
const LONGEST_HEADER = 256;

/**
 * The numbers of objects whose cross-reference entry leads to or beyond the end of the document, or which begin before it
 * and are not closed there.
 *
 * Bytes appended later may become such an object without any cross-reference section mentioning it: comparing sections
 * does not show the change, comparing these objects does.
 *
 * @param view as an earlier revision left the document ({@link PdfDocument.viewAt}). Each of its objects is read once.
 */
export function unfinishedObjects(view: PdfDocument): number[] {
	const unfinished: number[] = [];
	for (const number of view.crossReference.numbers()) {
		const entry = view.entry(number);
		if (entry?.kind === 'offset' && !isFinished(view, entry.offset)) unfinished.push(number);
	}
	return unfinished;
}

function isFinished(view: PdfDocument, offset: number): boolean {
	const { source } = view;
	if (offset >= source.size) return false;
	try {
		const found = readIndirectObject(source, offset, view);
		// Whatever else is there stays what it is, unless the end of the document cuts it short.
		if (found === undefined) return offset + LONGEST_HEADER < source.size;
		const next = parseAt(source, found.end, undefined, (parser) => {
			parser.skipSpace();
			return parser.offset;
		});
		return next + CLOSING_KEYWORD <= source.size;
	} catch (error) {
		if (error instanceof PdfError) return error.offset !== undefined && error.offset + LONGEST_HEADER < source.size;
		throw error;
	}
}
