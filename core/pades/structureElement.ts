/** A new widget in a tagged document: its place in the structure tree (ISO 32000-2, 14.7.5). */
import type { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { name, PdfArray, PdfDict, PdfRef } from '../pdf/objects.ts';
import type { Page } from '../pdf/pages.ts';
import { appendTo, changeDict } from './signatureField.ts';

/**
 * Gives the widget a structure element while the document carries no signature; in a signed one the tree is left alone,
 * since other validators would then reject the first signature.
 *
 * @returns warnings.
 */
export function addStructureElement(
	update: IncrementalUpdate,
	widget: PdfRef,
	page: Page | undefined,
	isSigned: boolean,
): readonly string[] {
	const { catalog } = update.document;
	const root = catalog.dict('StructTreeRoot');
	const rootRef = catalog.ref('StructTreeRoot');
	if (!root || !rootRef || catalog.dict('MarkInfo')?.boolean('Marked') !== true) return [];
	if (isSigned) return ['structure-tree-left-alone'];
	// As an earlier widget of the same update left it.
	const current = update.dict(rootRef) ?? root;
	const knownTree = current.ref('ParentTree');
	const parentTree =
		(knownTree ? update.dict(knownTree) : current.dict('ParentTree')) ?? PdfDict.of({ Nums: new PdfArray([]) });
	// One that is missing, or written into the root, becomes an object of its own.
	const parentTreeRef = knownTree ?? update.add(parentTree);

	const key = Math.max(current.integer('ParentTreeNextKey') ?? 0, lastKey(parentTree) + 1);
	const parent = documentElement(root) ?? rootRef;
	const pageRef = page && update.pageRef(page);
	const element = update.add(
		PdfDict.of({
			Type: name('StructElem'),
			S: name('Form'),
			P: parent,
			Pg: pageRef,
			K: PdfDict.of({ Type: name('OBJR'), Obj: widget, Pg: pageRef }),
		}),
	);
	addKid(update, parent, element);
	// ISO 14289-1, 7.18.1 and 7.18.3: fields say what they are, and are reached in the order of the tree.
	changeDict(update, widget, (dict) => dict.with({ StructParent: key, TU: dict.raw('T') }));
	if (pageRef) changeDict(update, pageRef, (dict) => dict.with({ Tabs: dict.raw('Tabs') ?? name('S') }));
	if (parentTree.array('Kids')) {
		const leaf = update.add(PdfDict.of({ Limits: new PdfArray([key, key]), Nums: new PdfArray([key, element]) }));
		appendTo(update, parentTreeRef, 'Kids', leaf);
	} else {
		changeDict(update, parentTreeRef, (dict) =>
			dict.with({ Nums: (dict.array('Nums') ?? new PdfArray([])).concat(key, element) }),
		);
	}
	changeDict(update, rootRef, (dict) => dict.with({ ParentTree: parentTreeRef, ParentTreeNextKey: key + 1 }));
	return [];
}

/** The one element below the root, where there is just one: usually `Document`. */
function documentElement(root: PdfDict): PdfRef | undefined {
	const kids = root.raw('K');
	if (kids instanceof PdfRef && root.dict('K')) return kids;
	const [only] = root.array('K')?.items ?? [];
	return root.array('K')?.length === 1 && only instanceof PdfRef ? only : undefined;
}

/** `/K` may be one kid or an array of them. */
function addKid(update: IncrementalUpdate, parent: PdfRef, kid: PdfRef): void {
	changeDict(update, parent, (dict) => {
		const before = dict.raw('K');
		const array = dict.array('K');
		if (array) return dict.with({ K: array.concat(kid) });
		return dict.with({ K: before === undefined ? new PdfArray([kid]) : new PdfArray([before, kid]) });
	});
}

/** The largest key of a number tree, by its limits where it has kids (7.9.7). */
function lastKey(tree: PdfDict): number {
	let largest = -1;
	for (const kid of tree.array('Kids') ?? []) {
		if (kid instanceof PdfDict) largest = Math.max(largest, kid.array('Limits')?.numbers()?.[1] ?? -1);
	}
	const numbers = tree.array('Nums')?.items ?? [];
	for (let index = 0; index < numbers.length; index += 2) {
		const key = numbers[index];
		if (typeof key === 'number') largest = Math.max(largest, key);
	}
	return largest;
}
