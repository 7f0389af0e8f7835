/** The page tree (ISO 32000-2, 7.7.3), walked no further than asked. */
import { PdfArray, PdfDict, type PdfObject, PdfRef, type Resolver } from './objects.ts';
import { PdfError } from './pdfError.ts';

/** Lower left and upper right corner, in default user space units, whichever way they were written. */
export type Rectangle = readonly [left: number, bottom: number, right: number, top: number];

/** A page with what it inherits. */
export interface Page {
	/** From 0. */
	readonly index: number;
	/** `undefined` for a page written directly into its parent, against 7.7.3.2. */
	readonly ref: PdfRef | undefined;
	/** The node of the tree that has the page among its kids, and where among them. */
	readonly parent: { readonly ref: PdfRef; readonly position: number } | undefined;
	readonly dict: PdfDict;
	readonly mediaBox: Rectangle;
	/** What viewers show: the crop box within the media box. */
	readonly cropBox: Rectangle;
	/** Clockwise: 0, 90, 180 or 270. */
	readonly rotate: number;
	/** Of 1/72 inch. */
	readonly userUnit: number;
	readonly resources: PdfDict | undefined;
}

const MAXIMUM_DEPTH = 128;
const LETTER: Rectangle = [0, 0, 612, 792];

interface Inherited {
	readonly mediaBox: PdfObject | undefined;
	readonly cropBox: PdfObject | undefined;
	readonly rotate: PdfObject | undefined;
	readonly resources: PdfObject | undefined;
}

const NOTHING: Inherited = { mediaBox: undefined, cropBox: undefined, rotate: undefined, resources: undefined };

interface Node {
	readonly ref: PdfRef | undefined;
	readonly parent: Page['parent'];
	readonly dict: PdfDict;
	readonly inherited: Inherited;
	/** The numbers of the nodes above, to notice a tree that grows into itself. */
	readonly above: readonly number[];
}

export class PageTree {
	readonly #document: Resolver & { readonly catalog: PdfDict };
	#count: number | undefined;

	constructor(document: Resolver & { readonly catalog: PdfDict }) {
		this.#document = document;
	}

	/** How many pages there are: what the tree says where that proves true, else counted. */
	get count(): number {
		this.#count ??= this.#countPages();
		return this.#count;
	}

	/** @param index from 0; `undefined` beyond the last page. */
	find(index: number): Page | undefined {
		return this.#byCounts(index) ?? this.#byWalking(index);
	}

	/**
	 * @param index from 0.
	 * @throws {PdfError} `no-pages` in a document without any, `page-missing` beyond the last.
	 */
	get(index: number): Page {
		const page = this.find(index);
		if (page !== undefined) return page;
		if (this.count === 0) throw new PdfError('no-pages', 'the document has no pages');
		throw new PdfError('page-missing', `there is no page ${index + 1}: the document has ${this.count}`);
	}

	/** All pages in order. */
	*[Symbol.iterator](): Generator<Page> {
		let index = 0;
		for (const leaf of this.#leaves(this.#root(), new Set())) yield pageOf(leaf, index++);
	}

	/** The index of the page that is this object, -1 where none is. */
	indexOf(ref: PdfRef): number {
		for (const page of this) if (page.ref?.number === ref.number) return page.index;
		return -1;
	}

	#countPages(): number {
		const claimed = this.#document.catalog.dict('Pages')?.integer('Count');
		if (claimed !== undefined && claimed > 0) {
			if (this.#byCounts(claimed - 1) !== undefined && this.#byCounts(claimed) === undefined) return claimed;
		}
		let count = 0;
		for (const _ of this.#leaves(this.#root(), new Set())) count++;
		return count;
	}

	#root(): Node | undefined {
		const { catalog } = this.#document;
		const dict = catalog.dict('Pages');
		return dict === undefined
			? undefined
			: { ref: catalog.ref('Pages'), parent: undefined, dict, inherited: NOTHING, above: [] };
	}

	/** Goes down by `/Count`; `undefined` where the counts do not lead to a page. */
	#byCounts(index: number): Page | undefined {
		let node = this.#root();
		let before = index;
		for (let depth = 0; node !== undefined && depth < MAXIMUM_DEPTH; depth++) {
			const kids = node.dict.array('Kids');
			if (kids === undefined) return before === 0 ? pageOf(node, index) : undefined;
			const parent: Node = node;
			node = undefined;
			const mayBePage = (item: PdfObject): boolean => item instanceof PdfRef && item.number !== parent.ref?.number;
			if (kids.length === parent.dict.integer('Count') && kids.items.every(mayBePage)) {
				// As many pages as kids: each kid is a page, or holds just one.
				const kid = this.#kid(parent, before);
				if (kid === undefined || pagesIn(kid.dict) !== 1) return undefined;
				node = kid;
				before = 0;
				continue;
			}
			for (let position = 0; position < kids.length; position++) {
				const kid = this.#kid(parent, position);
				if (kid === undefined) return undefined;
				const pages = pagesIn(kid.dict);
				if (pages === undefined) return undefined;
				if (before < pages) {
					node = kid;
					break;
				}
				before -= pages;
			}
		}
		return undefined;
	}

	#byWalking(index: number): Page | undefined {
		if (!Number.isInteger(index) || index < 0) return undefined;
		for (const page of this) if (page.index === index) return page;
		return undefined;
	}

	*#leaves(node: Node | undefined, seen: Set<number>): Generator<Node> {
		if (node === undefined || node.above.length > MAXIMUM_DEPTH) return;
		const kids = node.dict.array('Kids');
		if (kids === undefined) {
			if (node.dict.name('Type') !== 'Pages') yield node;
			return;
		}
		if (node.ref !== undefined) {
			if (seen.has(node.ref.number)) return;
			seen.add(node.ref.number);
		}
		for (let position = 0; position < kids.length; position++) {
			yield* this.#leaves(this.#kid(node, position), seen);
		}
	}

	#kid(parent: Node, position: number): Node | undefined {
		const item = parent.dict.array('Kids')?.items[position];
		const ref = item instanceof PdfRef ? item : undefined;
		const dict = this.#document.resolve(item ?? null);
		if (!(dict instanceof PdfDict) || (ref !== undefined && isAbove(parent, ref))) return undefined;
		return {
			ref,
			parent: parent.ref === undefined ? undefined : { ref: parent.ref, position },
			dict,
			inherited: inheritedBy(parent),
			above: parent.ref === undefined ? parent.above : [...parent.above, parent.ref.number],
		};
	}
}

/** Whether a kid is one of its own ancestors, the parent included. */
function isAbove({ ref, above }: Node, kid: PdfRef): boolean {
	return ref?.number === kid.number || above.includes(kid.number);
}

function pagesIn(dict: PdfDict): number | undefined {
	if (dict.array('Kids') === undefined) return dict.name('Type') === 'Pages' ? undefined : 1;
	const count = dict.integer('Count');
	return count === undefined || count < 0 ? undefined : count;
}

function inheritedBy({ dict, inherited }: Node): Inherited {
	return {
		mediaBox: dict.get('MediaBox') ?? inherited.mediaBox,
		cropBox: dict.get('CropBox') ?? inherited.cropBox,
		rotate: dict.get('Rotate') ?? inherited.rotate,
		resources: dict.get('Resources') ?? inherited.resources,
	};
}

function pageOf(node: Node, index: number): Page {
	const { mediaBox, cropBox, rotate, resources } = inheritedBy(node);
	const media = rectangleOf(mediaBox) ?? LETTER;
	const userUnit = node.dict.number('UserUnit');
	return {
		index,
		ref: node.ref,
		parent: node.parent,
		dict: node.dict,
		mediaBox: media,
		cropBox: within(rectangleOf(cropBox), media),
		rotate: typeof rotate === 'number' && rotate % 90 === 0 ? ((rotate % 360) + 360) % 360 : 0,
		userUnit: userUnit !== undefined && userUnit > 0 ? userUnit : 1,
		resources: resources instanceof PdfDict ? resources : undefined,
	};
}

/** A rectangle (7.9.5) with its corners in order; `undefined` when it is none, or empty. */
export function rectangleOf(object: PdfObject | undefined): Rectangle | undefined {
	if (!(object instanceof PdfArray) || object.length < 4) return undefined;
	const [x1, y1, x2, y2] = object.numbers() ?? [];
	if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined;
	if (x1 === x2 || y1 === y2) return undefined;
	return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}

/** 14.11.2.1: a crop box reaches no further than the media box; one that lies outside altogether is not heeded. */
function within(crop: Rectangle | undefined, media: Rectangle): Rectangle {
	if (crop === undefined) return media;
	const left = Math.max(crop[0], media[0]);
	const bottom = Math.max(crop[1], media[1]);
	const right = Math.min(crop[2], media[2]);
	const top = Math.min(crop[3], media[3]);
	return left < right && bottom < top ? [left, bottom, right, top] : media;
}
