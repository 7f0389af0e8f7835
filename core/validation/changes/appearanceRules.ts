/** Whether the look of a comment could hide or replace what was signed: strokes cannot, fills, words and pictures can. */
import type { PdfDocument } from '../../pdf/document.ts';
import { PdfDict, PdfStream } from '../../pdf/objects.ts';
import { rectangleOf } from '../../pdf/pages.ts';
import { PdfError } from '../../pdf/pdfError.ts';

/** In default user space units; a thicker line could cover words. */
export const THICKEST_LINE = 6;
/** The side of an icon, which may cover what is below it as any icon does. */
const LARGEST_ICON = 40;
const LONGEST_CONTENT = 1024 * 1024;
const icons: ReadonlySet<string> = new Set(['Text', 'Caret']);

/** @param annotation a comment, new or changed. Without an appearance of its own a viewer draws it as its kind says. */
export function mayCover(document: PdfDocument, annotation: PdfDict): boolean {
	// A line may carry its words along (12.5.6.7); how thick it is drawn does not depend on an appearance being there.
	if (annotation.boolean('Cap') === true || widthOf(annotation) > THICKEST_LINE) return true;
	const appearances = annotation.get('AP');
	if (appearances === undefined) return false;
	const rectangle = rectangleOf(annotation.get('Rect'));
	if (!(appearances instanceof PdfDict) || !rectangle) return true;
	const width = rectangle[2] - rectangle[0];
	const height = rectangle[3] - rectangle[1];
	const subtype = annotation.name('Subtype') ?? '';
	if (icons.has(subtype)) return Math.max(width, height) > LARGEST_ICON;
	const isThrough = subtype === 'Highlight';
	return [...appearances.keys()].some((key) => {
		const form = appearances.get(key);
		return !(form instanceof PdfStream) || !isDrawnToScale(form, width, height) || covers(document, form, isThrough);
	});
}

/** @param widget of a field that nobody has signed: whether it draws more than a frame. */
export function drawsOver(document: PdfDocument, widget: PdfDict): boolean {
	const appearances = widget.get('AP');
	const hasBackground = widget.dict('MK')?.has('BG') ?? false;
	if (rectangleOf(widget.get('Rect')) === undefined || (appearances === undefined && !hasBackground)) return false;
	if (!(appearances instanceof PdfDict) || hasBackground) return true;
	return [...appearances.keys()].some((key) => {
		const form = appearances.get(key);
		return !(form instanceof PdfStream) || covers(document, form, false);
	});
}

/** How thick the line of an annotation is, by its border style or border (12.5.4); 1 where neither says so. */
export function widthOf(annotation: PdfDict): number {
	const width = annotation.dict('BS')?.get('W') ?? annotation.array('Border')?.get(2) ?? 1;
	return typeof width === 'number' ? width : Number.POSITIVE_INFINITY;
}

/** Neither enlarged by its matrix nor by the way from its box to the rectangle (ISO 32000-2, 12.5.5). */
function isDrawnToScale({ dict }: PdfStream, width: number, height: number): boolean {
	const box = rectangleOf(dict.get('BBox'));
	const [a = 1, b = 0, c = 0, d = 1] = dict.array('Matrix')?.numbers() ?? [];
	if (!box || a !== 1 || b !== 0 || c !== 0 || d !== 1) return false;
	const fits = (side: number, from: number): boolean => side <= from * 1.1 + 1;
	return fits(width, box[2] - box[0]) && fits(height, box[3] - box[1]);
}

/** Words, pictures, shadings, other forms, and what changes the scale or replaces the state. */
const neverIn: ReadonlySet<string> = new Set(['Tj', 'TJ', "'", '"', 'Do', 'BI', 'sh', 'cm']);
const fills: ReadonlySet<string> = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*']);

/** A name, a number, or an operator: lenient readers need nothing between a number and what follows. */
const token = /\/[^\s\0()<>[\]{}/%]*|[-+.\d]+|[^\s\0()<>[\]{}/%\d.+-][^\s\0()<>[\]{}/%]*/g;

/** @param isThrough whether what is filled may be so, if what lies below shows through. */
function covers(document: PdfDocument, form: PdfStream, isThrough: boolean): boolean {
	const content = contentOf(document, form);
	if (content === undefined) return true;
	const tokens: readonly string[] = content.replace(/%[^\r\n]*/g, ' ').match(token) ?? [];
	if (setsLineWidth(form.dict) || /[(<]/.test(content) || tokens.some((one) => neverIn.has(one))) return true;
	const state = tokens.indexOf('gs');
	const multiplies = isThrough && isMultiplying(form.dict);
	return tokens.some((one, index) => {
		const isHeavy = fills.has(one) || (one === 'w' && !(Number(tokens[index - 1]) <= THICKEST_LINE));
		// The state must be in force: set before, and not left again.
		return isHeavy && !(multiplies && state >= 0 && state < index && !tokens.slice(state, index).includes('Q'));
	});
}

/** A graphics state may set it as well as the operator (8.4.5). */
function setsLineWidth(form: PdfDict): boolean {
	const states = form.dict('Resources')?.dict('ExtGState');
	return [...(states?.keys() ?? [])].some((key) => states?.dict(key)?.has('LW') ?? true);
}

function contentOf(document: PdfDocument, form: PdfStream): string | undefined {
	try {
		return Buffer.from(document.streamData(form, LONGEST_CONTENT)).toString('latin1');
	} catch (error) {
		if (error instanceof PdfError) return undefined;
		throw error;
	}
}

/**
 * Whether every graphics state there is multiplies, so that the darker of text and colour stays (11.3.5.2), and does so with
 * what lies below: an isolated group would know of nothing but itself (11.4.5).
 */
function isMultiplying(form: PdfDict): boolean {
	const states = form.dict('Resources')?.dict('ExtGState');
	const keys = [...(states?.keys() ?? [])];
	const isIsolated = form.dict('Group')?.boolean('I') === true;
	return !isIsolated && keys.length > 0 && keys.every((key) => states?.dict(key)?.name('BM') === 'Multiply');
}
