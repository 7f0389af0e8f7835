/** What in a document may make it look or act differently elsewhere, or later: said to people before they sign it. */
import type { PdfDocument } from './document.ts';
import { acroFormOf } from './fields.ts';
import { PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from './objects.ts';

export type ConcernCode =
	/** A form of its own inside the PDF; viewers show it, or the page below it. */
	| 'xfa'
	/** Scripts that may change what is shown. */
	| 'javascript'
	/** Layers that are off, or that go on and off by themselves. */
	| 'hidden-layers'
	/** Letters are drawn with whatever font the viewer has. */
	| 'fonts-not-embedded'
	/** Parts of a page lie outside the file. */
	| 'external-content'
	| 'embedded-files'
	/** The file is damaged; viewers may mend it differently. */
	| 'rebuilt';

export interface Concern {
	readonly code: ConcernCode;
	/** From 0; `undefined` where it concerns the whole document. */
	readonly page: number | undefined;
}

/** Pages looked at, and objects looked into on them: a hostile file ends the search, not the program. */
const MOST_PAGES = 2_000;
const MOST_OBJECTS = 50_000;
const MAXIMUM_DEPTH = 8;

/** Each concern once for the document, or once for the first page it is found on. */
export function concernsOf(document: PdfDocument): Concern[] {
	const whole = [...documentConcerns(document)].map((code): Concern => ({ code, page: undefined }));
	return [...whole, ...pageConcerns(document)];
}

function* documentConcerns(document: PdfDocument): Generator<ConcernCode> {
	const { catalog } = document;
	const names = catalog.dict('Names');
	if (document.rebuilt) yield 'rebuilt';
	if (acroFormOf(document)?.has('XFA')) yield 'xfa';
	if (names?.has('JavaScript') || isScript(catalog.get('OpenAction')) || hasScript(catalog.dict('AA'))) {
		yield 'javascript';
	}
	if (hasHiddenLayers(catalog.dict('OCProperties'))) yield 'hidden-layers';
	if (names?.has('EmbeddedFiles') || catalog.has('Collection')) yield 'embedded-files';
}

/** 8.11.4: layers that are off at first, or whose state depends on printing, zoom or language. */
function hasHiddenLayers(properties: PdfDict | undefined): boolean {
	const initial = properties?.dict('D');
	if (!initial) return false;
	return (
		(initial.array('OFF')?.length ?? 0) > 0 ||
		initial.name('BaseState') === 'OFF' ||
		(initial.array('AS')?.length ?? 0) > 0
	);
}

/** 12.6.4.17. */
function isScript(action: PdfObject | undefined): boolean {
	return action instanceof PdfDict && action.name('S') === 'JavaScript';
}

/** An additional-actions dictionary (12.6.3) with a script in it. */
function hasScript(actions: PdfDict | undefined): boolean {
	return actions !== undefined && [...actions.keys()].some((key) => isScript(actions.get(key)));
}

function pageConcerns(document: PdfDocument): Concern[] {
	const found = new Map<ConcernCode, Concern>();
	const search = new ResourceSearch(document);
	for (const page of document.pages) {
		if (page.index === MOST_PAGES) break;
		for (const code of [...search.within(page.resources), ...annotationConcerns(page.dict)]) {
			if (!found.has(code)) found.set(code, { code, page: page.index });
		}
		if (hasScript(page.dict.dict('AA')) && !found.has('javascript')) {
			found.set('javascript', { code: 'javascript', page: page.index });
		}
	}
	return [...found.values()];
}

function* annotationConcerns(page: PdfDict): Generator<ConcernCode> {
	for (const annotation of page.array('Annots') ?? []) {
		if (!(annotation instanceof PdfDict)) continue;
		if (isScript(annotation.get('A')) || hasScript(annotation.dict('AA'))) yield 'javascript';
		if (annotation.name('Subtype') === 'FileAttachment') yield 'embedded-files';
	}
}

/** Looks through fonts and XObjects; what several pages share is looked at once. */
class ResourceSearch {
	readonly #document: PdfDocument;
	readonly #seen = new Set<number>();
	#looked = 0;

	constructor(document: PdfDocument) {
		this.#document = document;
	}

	*within(resources: PdfDict | undefined, depth = 0): Generator<ConcernCode> {
		if (!resources || depth > MAXIMUM_DEPTH) return;
		for (const font of this.#unseen(resources.dict('Font'))) {
			if (font instanceof PdfDict && !isEmbedded(font)) yield 'fonts-not-embedded';
		}
		for (const object of this.#unseen(resources.dict('XObject'))) {
			if (!(object instanceof PdfStream)) continue;
			// 7.3.8.2: the stream's data in another file; 8.10.4: a form that stands for a page of another file.
			if (object.dict.has('F') || object.dict.has('Ref')) yield 'external-content';
			yield* this.within(object.dict.dict('Resources'), depth + 1);
		}
	}

	*#unseen(dict: PdfDict | undefined): Generator<PdfObject> {
		for (const [, value] of dict?.entries() ?? []) {
			if (this.#looked === MOST_OBJECTS) return;
			this.#looked++;
			if (value instanceof PdfRef) {
				if (this.#seen.has(value.number)) continue;
				this.#seen.add(value.number);
			}
			yield this.#document.resolve(value);
		}
	}
}

/** 9.6 and 9.7: type 3 fonts are drawings; a composite font's program belongs to its descendant. */
function isEmbedded(font: PdfDict): boolean {
	if (font.name('Subtype') === 'Type3') return true;
	const descendants = font.array('DescendantFonts');
	const first = descendants instanceof PdfArray ? descendants.get(0) : undefined;
	const descriptor = (first instanceof PdfDict ? first : font).dict('FontDescriptor');
	return ['FontFile', 'FontFile2', 'FontFile3'].some((key) => descriptor?.has(key));
}
