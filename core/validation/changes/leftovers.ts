/** What no rule explained, and uses of objects that the signed revision did not know or knew otherwise. */

import type { PdfDocument } from '../../pdf/document.ts';
import { type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import type { ChangeKind } from './change.ts';
import type { Difference } from './differences.ts';
import type { Review } from './review.ts';
import { isAmbiguous, referencesIn, usesIn } from './sameObject.ts';

/** More of them say nothing more. */
const MOST_ITEMS = 200;

export function reviewLeftovers(review: Review): void {
	reviewAmbiguities(review);
	reviewUses(review);
	const unexplained = withoutUnused(
		review,
		[...review.differences].filter(([number]) => !review.isExplained(number)),
	);
	if (unexplained.length === 0) return;
	const places = findPlaces(review, new Set(unexplained.map(([number]) => number)));
	const mentioned = new Set(review.items.filter((item) => item.level === 'disallowed').map((item) => item.object));
	for (const [number, difference] of unexplained.slice(0, MOST_ITEMS)) {
		if (mentioned.has(number)) continue;
		const place = places.get(number);
		const what = difference === 'freed' ? 'object-freed' : (place?.what ?? 'object-unexplained');
		review.refuse(what, { page: place?.page, object: number, detail: place?.detail });
	}
}

/** What has come since must be read by everybody as it is read here. */
function reviewAmbiguities(review: Review): void {
	for (const number of review.differences.keys()) {
		if (isAmbiguous(review.current.get(new PdfRef(number))))
			review.refuse('object-ambiguous', { object: number, detail: 'key' });
	}
	const known = new Set(review.signed.crossReference.sections.map(({ offset }) => offset));
	for (const section of review.current.crossReference.sections) {
		if (known.has(section.offset)) continue;
		if (section.ambiguous || isAmbiguous(section.trailer))
			review.refuse('object-ambiguous', { detail: section.ambiguous ? 'cross-reference' : 'trailer' });
	}
}

/**
 * New objects that nothing in the current file leads to cannot be shown by it; cross-reference and object streams are among
 * them. They are not worth refusing, many producers leave some behind; if a later revision uses them, it is judged then.
 */
function withoutUnused(
	review: Review,
	unexplained: readonly (readonly [number, Difference])[],
): readonly (readonly [number, Difference])[] {
	if (!unexplained.some(([, difference]) => difference === 'added')) return unexplained;
	const reachable = reachableObjects(review.current);
	const isUnused = ([number, difference]: readonly [number, Difference]): boolean =>
		difference === 'added' && !reachable.has(number);
	const unused = unexplained
		.filter(isUnused)
		.filter(([number]) => !isStructural(review.current.get(new PdfRef(number))));
	if (unused.length > 0) review.report('unused-objects-added', 'lta', { detail: `${unused.length} objects` });
	return unexplained.filter((item) => !isUnused(item));
}

/** Every object number that the trailer leads to, by whatever way. */
function reachableObjects(document: PdfDocument): ReadonlySet<number> {
	const reachable = new Set<number>();
	const stack = [...referencesIn(document.trailer)];
	for (let ref = stack.pop(); ref; ref = stack.pop()) {
		if (reachable.has(ref.number)) continue;
		reachable.add(ref.number);
		stack.push(...referencesIn(document.get(ref)));
	}
	return reachable;
}

function isStructural(object: PdfObject): boolean {
	const type = object instanceof PdfStream ? object.dict.name('Type') : undefined;
	return type === 'XRef' || type === 'ObjStm';
}

/**
 * Looks at every object the signed revision had: one that stayed the same may not refer to a number that got its object
 * only later, and none may refer to an object that says something new but those a rule allowed to. So an object that was
 * prepared to have two uses does not change in one of them under the cover of the other.
 */
function reviewUses(review: Review): void {
	if (review.differences.size === 0) return;
	const { sections } = review.signed.crossReference;
	const catalog = review.current.trailer.ref('Root')?.number;
	const catalogs = new Set(sections.map(({ trailer }) => trailer.ref('Root')?.number));
	const trailers = new Set(sections.map(({ offset }) => offset));
	for (const number of review.signed.crossReference.numbers()) {
		const own = review.differences.get(number);
		if (number === 0 || own === 'added') continue;
		const entry = review.signed.entry(number);
		const isTrailer = entry?.kind === 'offset' && trailers.has(entry.offset);
		// A catalog may get another number: what those of earlier saves referred to, the present one refers to.
		const from = isTrailer ? 'trailer' : catalogs.has(number) ? catalog : number;
		for (const { ref, key } of usesIn(review.current.get(new PdfRef(number)))) {
			const difference = review.differences.get(ref.number);
			if (difference === undefined) continue;
			const isReused =
				difference === 'added'
					? own === undefined
					: review.isExplained(ref.number) && !review.mayRefer(from, key, ref.number);
			if (isReused) review.refuse('object-reused', { ref });
		}
	}
}

interface Place {
	readonly what: ChangeKind;
	readonly page: number | undefined;
	readonly detail: string | undefined;
}

const MOST_VISITED = 100_000;

/** Where a person would notice these objects: the first page, or else the key of the catalog, from which each is reached. */
function findPlaces(review: Review, wanted: ReadonlySet<number>): ReadonlyMap<number, Place> {
	const places = new Map<number, Place>();
	const visited = new Set<number>();
	const descend = (root: PdfObject | undefined, place: Place): void => {
		const stack = [...referencesIn(root)];
		for (let ref = stack.pop(); ref && visited.size < MOST_VISITED; ref = stack.pop()) {
			if (visited.has(ref.number)) continue;
			visited.add(ref.number);
			if (wanted.has(ref.number) && !places.has(ref.number)) places.set(ref.number, place);
			stack.push(...referencesIn(review.current.get(ref)));
		}
	};
	// Fields and actions lead back to other pages and to the catalog, where something is noticed by itself.
	for (const ref of [review.current.trailer.ref('Root'), ...[...review.current.pages].map((page) => page.ref)])
		if (ref) visited.add(ref.number);
	for (const page of review.current.pages) {
		const at = (what: ChangeKind, detail: string): Place => ({ what, page: page.index + 1, detail });
		if (page.ref && wanted.has(page.ref.number)) places.set(page.ref.number, at('page-changed', 'Page'));
		descend(page.dict.raw('Contents'), at('page-content-changed', 'Contents'));
		descend(page.resources?.raw('Font'), at('font-changed', 'Font'));
		descend(page.resources, at('page-resources-changed', 'Resources'));
		for (const [key, value] of page.dict.entries())
			if (key !== 'Parent') descend(value, at(key === 'Annots' ? 'annotation-changed' : 'page-changed', key));
	}
	for (const [key, value] of review.current.catalog.entries())
		descend(value, { what: catalogKinds[key] ?? 'catalog-changed', page: undefined, detail: key });
	return places;
}

const catalogKinds: Readonly<Record<string, ChangeKind>> = {
	AcroForm: 'form-changed',
	OCProperties: 'layers-changed',
	StructTreeRoot: 'structure-tree-changed',
	OpenAction: 'action-changed',
	AA: 'action-changed',
	Names: 'action-changed',
	Pages: 'page-changed',
};
