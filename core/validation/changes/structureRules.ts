/**
 * The structure tree may grow by what tells assistive technology of new annotations, a signature's widget among them
 * (ISO 32000-2, 14.7.5.3 and 14.8.4.7); what it says of all that was there before stays as it was.
 */
import type { PdfDocument } from '../../pdf/document.ts';
import { PdfArray, PdfDict, type PdfObject, PdfRef } from '../../pdf/objects.ts';
import type { Referrer, Review } from './review.ts';

/** @returns whether what differs in the root and its parent tree is growth; elements that did otherwise are left over. */
export function reviewStructure(review: Review): boolean {
	const before = review.signed.catalog.dict('StructTreeRoot');
	const after = review.current.catalog.dict('StructTreeRoot');
	if (before === undefined || after === undefined) return before === after;
	if (review.same(before, after) && review.changedNumbers(isOfStructure).length === 0) return true;
	return review.permissions.modifications > 1 && new StructureGrowth(review).explain(before, after);
}

/** Whether nothing in the structure tree answers to this `/StructParents`: the entry then says nothing (14.7.5.4). */
export function isWithoutStructure(review: Review, key: number | undefined): boolean {
	const root = review.current.catalog.dict('StructTreeRoot');
	if (key === undefined || root === undefined) return key !== undefined;
	const tree = readNumberTree(review.current, root.raw('ParentTree'));
	return tree !== undefined && !tree.values.has(key);
}

const isOfStructure = (object: PdfObject): boolean =>
	object instanceof PdfDict && (isElement(object) || ['Nums', 'Limits', 'ParentTree'].some((key) => object.has(key)));

const isElement = (dict: PdfDict): boolean => dict.name('S') !== undefined && dict.ref('P') !== undefined;

/** Ways to the root and to elements: from the catalog, kids, parents, numbers, identifiers and destinations (14.7.2). */
const elementUses: ReadonlySet<string> = new Set([
	...['StructTreeRoot', 'K', 'P', 'Nums', 'Names', 'Ref', 'SD', 'SE', 'D'],
]);
const growingRootKeys: ReadonlySet<string> = new Set(['K', 'ParentTree', 'ParentTreeNextKey']);
/** What a new element may say; nothing that replaces or reorders what others say. */
const elementKeys: ReadonlySet<string> = new Set(['Type', 'S', 'P', 'Pg', 'K', 'T', 'Alt', 'Lang']);
const treeKeys: ReadonlySet<string> = new Set(['Nums', 'Kids', 'Limits']);
const objectReferenceKeys: ReadonlySet<string> = new Set(['Type', 'Obj', 'Pg']);
const MAXIMUM_DEPTH = 32;

class StructureGrowth {
	readonly #review: Review;
	/** `/StructParent` of each new annotation, with the number of the element that describes it. */
	readonly #described = new Map<number, number>();

	constructor(review: Review) {
		this.#review = review;
	}

	explain(before: PdfDict, after: PdfDict): boolean {
		const review = this.#review;
		const root = review.current.catalog.ref('StructTreeRoot');
		const grown = review.changedNumbers(isOfStructure).filter((number) => this.#grewElement(new PdfRef(number)));
		const isGrowth =
			review
				.differingKeys(before, after)
				.every((key) => growingRootKeys.has(key) || isBareRoleMap(key, before, after)) &&
			(!after.has('ParentTreeNextKey') || after.integer('ParentTreeNextKey') !== undefined) &&
			this.#grewKids(before, after, root) &&
			this.#grewParentTree(before, after, root);
		if (!isGrowth) return false;
		review.explain(root, elementUses);
		for (const number of grown) review.explain(new PdfRef(number), elementUses);
		if (this.#described.size > 0) review.report('structure-element-added', 'form-filling', { ref: root });
		return true;
	}

	/** An element that was there: it may gain kids and nothing else. */
	#grewElement(ref: PdfRef): boolean {
		const before = this.#review.signed.get(ref);
		const after = this.#review.current.get(ref);
		return (
			before instanceof PdfDict &&
			after instanceof PdfDict &&
			isElement(before) &&
			this.#review.differingKeys(before, after).every((key) => key === 'K') &&
			this.#grewKids(before, after, ref)
		);
	}

	/** Whether all kids are still there in their order, and those between them describe new annotations. */
	#grewKids(before: PdfDict, after: PdfDict, holder: PdfRef | undefined): boolean {
		const old = kidsOf(before);
		const array = after.ref('K');
		if (array && after.get('K') instanceof PdfArray) this.#review.explain(array, holder ?? 'trailer');
		let kept = 0;
		for (const kid of kidsOf(after)) {
			if (kept < old.length && this.#review.same(old[kept], kid)) kept++;
			else if (!this.#isNewKid(kid, holder, 0)) return false;
		}
		return kept === old.length;
	}

	#isNewKid(kid: PdfObject, holder: PdfRef | undefined, depth: number): boolean {
		const isNew = kid instanceof PdfRef && this.#review.differences.get(kid.number) === 'added';
		const dict = this.#review.current.resolve(kid);
		if (!(dict instanceof PdfDict) || depth > MAXIMUM_DEPTH || (kid instanceof PdfRef && !isNew)) return false;
		const isExplained = dict.has('Obj')
			? this.#describesNew(dict, holder)
			: kid instanceof PdfRef && this.#isNewElement(dict, kid, holder, depth);
		if (isExplained && kid instanceof PdfRef) this.#review.explain(kid, elementUses);
		return isExplained;
	}

	#isNewElement(dict: PdfDict, ref: PdfRef, holder: PdfRef | undefined, depth: number): boolean {
		if (!isElement(dict) || dict.ref('P')?.number !== holder?.number) return false;
		if (![...dict.keys()].every((key) => elementKeys.has(key))) return false;
		return kidsOf(dict).every((kid) => this.#isNewKid(kid, ref, depth + 1));
	}

	/** An object reference (14.7.5.3) to an annotation that came later, too. */
	#describesNew(dict: PdfDict, holder: PdfRef | undefined): boolean {
		const annotation = dict.ref('Obj');
		if (annotation === undefined || this.#review.differences.get(annotation.number) !== 'added') return false;
		const object = this.#review.current.get(annotation);
		if (!(object instanceof PdfDict) || ![...dict.keys()].every((key) => objectReferenceKeys.has(key))) return false;
		const key = object.integer('StructParent');
		if (key !== undefined && holder) this.#described.set(key, holder.number);
		return true;
	}

	/** Every entry still leads where it did; new ones lead from new annotations to what describes them. */
	#grewParentTree(before: PdfDict, after: PdfDict, root: PdfRef | undefined): boolean {
		const { signed, current } = this.#review;
		const old = readNumberTree(signed, before.raw('ParentTree'));
		const tree = readNumberTree(current, after.raw('ParentTree'));
		if (!old || !tree?.nodes.every(({ ref }) => this.#saysOnlyNumbers(ref))) return false;
		for (const [key, value] of old.values) {
			const now = tree.values.get(key);
			if (now === undefined || !this.#leadsToSame(value, now)) return false;
		}
		for (const [key, value] of tree.values)
			if (!old.values.has(key) && !(value instanceof PdfRef && value.number === this.#described.get(key))) return false;
		const top: Referrer = root ?? current.trailer.ref('Root') ?? 'trailer';
		for (const { ref, holder } of tree.nodes) this.#review.explain(ref, holder ?? top);
		return true;
	}

	/** Whether a node of a number tree says nothing new but by its numbers. */
	#saysOnlyNumbers(ref: PdfRef): boolean {
		const before = this.#review.signed.get(ref);
		const after = this.#review.current.get(ref);
		if (!(after instanceof PdfDict)) return false;
		const keys = this.#review.differingKeys(before instanceof PdfDict ? before : PdfDict.of({}), after);
		return keys.every((key) => treeKeys.has(key));
	}

	/** A page's entry is an array, which may have got another number; an annotation's is its element. */
	#leadsToSame(before: PdfObject, after: PdfObject): boolean {
		const was = this.#review.signed.resolve(before);
		const is = this.#review.current.resolve(after);
		if (!(was instanceof PdfArray)) return this.#review.same(before, after);
		if (!this.#review.same(was, is)) return false;
		if (after instanceof PdfRef) this.#review.explain(after, new Set(['Nums']));
		return true;
	}
}

/** The kids of an element or root as written, one or many. */
function kidsOf(dict: PdfDict): readonly PdfObject[] {
	const kids = dict.get('K');
	if (kids instanceof PdfArray) return kids.items;
	const only = dict.raw('K');
	return only === undefined || kids === null ? [] : [only];
}

const isBareRoleMap = (key: string, before: PdfDict, after: PdfDict): boolean =>
	key === 'RoleMap' && !before.has(key) && after.dict(key)?.size === 0;

interface NumberTree {
	readonly values: ReadonlyMap<number, PdfObject>;
	readonly nodes: readonly { readonly ref: PdfRef; readonly holder: PdfRef | undefined }[];
}

const MOST_NODES = 100_000;

/** A number tree (7.9.7) as one map, `undefined` where it is none. */
function readNumberTree(document: PdfDocument, root: PdfObject | undefined): NumberTree | undefined {
	const values = new Map<number, PdfObject>();
	const nodes: { ref: PdfRef; holder: PdfRef | undefined }[] = [];
	const stack: { node: PdfObject; holder: PdfRef | undefined }[] =
		root === undefined ? [] : [{ node: root, holder: undefined }];
	for (let next = stack.pop(); next; next = stack.pop()) {
		const dict = document.resolve(next.node);
		if (!(dict instanceof PdfDict) || nodes.length + values.size > MOST_NODES) return undefined;
		const ref = next.node instanceof PdfRef ? next.node : undefined;
		if (ref) nodes.push({ ref, holder: next.holder });
		const numbers = dict.array('Nums')?.items ?? [];
		for (let index = 0; index + 1 < numbers.length; index += 2) {
			const key = document.resolve(numbers[index] ?? null);
			if (typeof key !== 'number' || values.has(key)) return undefined;
			values.set(key, numbers[index + 1] ?? null);
		}
		for (const kid of dict.array('Kids')?.items ?? []) stack.push({ node: kid, holder: ref });
	}
	return { values, nodes };
}
