/** What all kinds of cross-reference sections have in common (ISO 32000-2, 7.5.4 and 7.5.8). */
import type { PdfDict } from './objects.ts';
import { PdfError } from './pdfError.ts';

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
		this.#subsections = inOrder(options.subsections);
		this.#hidden = inOrder(options.hidden ?? []);
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

	/** Whether it names two places for one object, of which each reader takes another. */
	get ambiguous(): boolean {
		const places = new Map<number, string>();
		for (const subsection of [...this.#subsections, ...this.#hidden]) {
			for (let index = 0; index < subsection.count; index++) {
				const entry = subsection.entry(index);
				// In a hybrid file the table calls free what its stream knows (7.5.8.4).
				if (entry === undefined || entry.kind === 'free') continue;
				const place = JSON.stringify(entry);
				const other = places.get(subsection.first + index);
				if (other !== undefined && other !== place) return true;
				places.set(subsection.first + index, place);
			}
		}
		return false;
	}

	/** One more than the highest object number. */
	get size(): number {
		let size = 0;
		for (const { first, count } of [...this.#subsections, ...this.#hidden]) size = Math.max(size, first + count);
		return size;
	}
}

/** Against 7.5.4, and seldom: more than these are an attack. */
const MOST_OVERLAPPING = 1000;

/** By their numbers; where two of them have an entry for one object, the first in the file counts, as in other readers. */
function inOrder(subsections: readonly Subsection[]): readonly Subsection[] {
	const ascending = subsections.filter(({ count }) => count > 0).sort((a, b) => a.first - b.first);
	const overlap = ascending.some(
		({ first, count }, index) => first + count > (ascending[index + 1]?.first ?? Infinity),
	);
	if (!overlap) return ascending;
	if (ascending.length > MOST_OVERLAPPING) {
		throw new PdfError('damaged', 'the subsections of the cross-reference overlap');
	}
	let disjoint: readonly Subsection[] = [];
	for (const subsection of subsections) {
		disjoint = [...disjoint, ...without(disjoint, subsection)].sort((a, b) => a.first - b.first);
	}
	return disjoint;
}

/** The parts of a subsection that none of the others, which ascend, has entries for. */
function* without(others: readonly Subsection[], { first, count, entry }: Subsection): Generator<Subsection> {
	let start = first;
	const part = (end: number): Subsection => {
		const skipped = start - first;
		return { first: start, count: end - start, entry: (index) => entry(index + skipped) };
	};
	for (const other of others) {
		const end = Math.min(other.first, first + count);
		if (end > start) yield part(end);
		start = Math.max(start, other.first + other.count);
	}
	if (first + count > start) yield part(first + count);
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
