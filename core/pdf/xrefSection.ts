/** What all kinds of cross-reference sections have in common (ISO 32000-2, 7.5.4 and 7.5.8). */
import type { PdfDict } from './objects.ts';

/** Where an object is. */
export type XrefEntry =
	| { readonly kind: 'free'; readonly generation: number }
	/** `offset`: from the beginning of the file, junk before the header included. */
	| { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
	/** The `index`-th object in the object stream with number `container`. */
	| { readonly kind: 'compressed'; readonly container: number; readonly index: number };

/** The entries of numbers `first` to `first + count - 1`. */
export interface Subsection {
	readonly first: number;
	readonly count: number;
	entry(index: number): XrefEntry | undefined;
}

/** One cross-reference section: what one save wrote. Entries are read when they are asked for. */
export class XrefSection {
	/** `hybrid`: a table with a stream beside it for readers of PDF 1.5 (7.5.8.4). */
	readonly kind: 'table' | 'stream' | 'hybrid';
	/** Where it begins in the file, junk before the header included. */
	readonly offset: number;
	/** Where its trailer or its stream's data end. */
	readonly end: number;
	readonly trailer: PdfDict;
	readonly #subsections: readonly Subsection[];
	readonly #hidden: readonly Subsection[];

	constructor(options: {
		kind: 'table' | 'stream' | 'hybrid';
		offset: number;
		end: number;
		trailer: PdfDict;
		subsections: readonly Subsection[];
		/** Of the stream beside a hybrid file's table. */
		hidden?: readonly Subsection[];
	}) {
		this.kind = options.kind;
		this.offset = options.offset;
		this.end = options.end;
		this.trailer = options.trailer;
		this.#subsections = byFirst(options.subsections);
		this.#hidden = byFirst(options.hidden ?? []);
	}

	/** What this section says of an object; `undefined` when it says nothing. */
	lookup(number: number): XrefEntry | undefined {
		const entry = find(this.#subsections, number);
		if (this.#hidden.length === 0 || entry?.kind === 'offset') return entry;
		// Objects that only the stream knows are marked free in the table (7.5.8.4).
		return find(this.#hidden, number) ?? entry;
	}

	/** The object numbers this section has entries for; those of a hybrid file may come twice. */
	*numbers(): Generator<number> {
		for (const { first, count } of [...this.#subsections, ...this.#hidden]) {
			for (let index = 0; index < count; index++) yield first + index;
		}
	}

	/** One more than the highest object number. */
	get size(): number {
		let size = 0;
		for (const { first, count } of [...this.#subsections, ...this.#hidden]) size = Math.max(size, first + count);
		return size;
	}
}

function byFirst(subsections: readonly Subsection[]): readonly Subsection[] {
	return [...subsections].sort((a, b) => a.first - b.first);
}

function find(subsections: readonly Subsection[], number: number): XrefEntry | undefined {
	let low = 0;
	let high = subsections.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const candidate = subsections[middle];
		if (candidate !== undefined && candidate.first <= number) low = middle + 1;
		else high = middle;
	}
	const found = subsections[low - 1];
	return found !== undefined && number < found.first + found.count ? found.entry(number - found.first) : undefined;
}
