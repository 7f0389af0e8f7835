/** Pages stay as they are; only their `/Annots` may gain what a rule allows. */
import { formFields } from '../../pdf/fields.ts';
import { PdfArray, PdfDict, type PdfObject, PdfRef } from '../../pdf/objects.ts';
import { type Page, rectangleOf } from '../../pdf/pages.ts';
import { drawsOver, mayCover, THICKEST_LINE, widthOf } from './appearanceRules.ts';
import type { ChangeKind } from './change.ts';
import { nodeKeys, type Review } from './review.ts';
import { isWithoutStructure } from './structureRules.ts';

export function reviewPages(review: Review): void {
	if (review.differences.size === 0) return;
	const widgets = new WidgetRoles(review);
	const before = review.signed.pages[Symbol.iterator]();
	for (const page of review.current.pages) {
		const old = before.next();
		if (old.done) review.refuse('page-added', { page: page.index + 1, ref: page.ref });
		else if (old.value.ref?.number !== page.ref?.number)
			review.refuse('page-changed', { page: page.index + 1, ref: page.ref, detail: 'order' });
		else reviewPage(review, old.value, page, widgets);
	}
	for (const page of { [Symbol.iterator]: () => before })
		review.refuse('page-removed', { page: page.index + 1, ref: page.ref });
}

function reviewPage(review: Review, old: Page, page: Page, widgets: WidgetRoles): void {
	const annotations = page.dict.ref('Annots');
	if (review.differs(page.ref) || page.ref === undefined) {
		const refused = review.differingKeys(old.dict, page.dict).filter((key) => !isAllowedKey(review, key, old, page));
		for (const key of refused)
			review.refuse(pageKeyKinds[key] ?? 'page-changed', { page: page.index + 1, ref: page.ref, detail: key });
		// Nothing that may differ in a page draws, whoever refers to it.
		if (refused.length === 0) review.explain(page.ref, 'anyone');
	}
	review.explain(annotations, page.ref ?? 'trailer');
	// The array goes with its last annotation; each of those that were in it is judged.
	const emptied = old.dict.ref('Annots');
	if (emptied && !annotations && review.differences.get(emptied.number) === 'freed')
		review.explain(emptied, page.ref ?? 'trailer');
	reviewAnnotations(review, old, page, widgets);
}

/** What differs on a page without differing in what it shows; its annotations are judged one by one. */
function isAllowedKey(review: Review, key: string, old: Page, page: Page): boolean {
	if (key === 'Annots') return !page.dict.has('Annots') || page.dict.array('Annots') !== undefined;
	if (review.permissions.modifications === 1 || old.dict.has(key)) return false;
	if (key === 'StructParents') return isWithoutStructure(review, page.dict.integer(key));
	// Which annotation the tab key goes to next: structure order is what tagged documents ask for (ISO 14289-1, 7.18.3).
	if (key !== 'Tabs' || page.dict.name(key) !== 'S') return false;
	review.report('tab-order-set', 'form-filling', { page: page.index + 1, ref: page.ref });
	return true;
}

const pageKeyKinds: Readonly<Record<string, ChangeKind>> = {
	Contents: 'page-content-changed',
	Resources: 'page-resources-changed',
	AA: 'action-changed',
};

function reviewAnnotations(review: Review, old: Page, page: Page, widgets: WidgetRoles): void {
	const before = itemsOf(old);
	const after = itemsOf(page);
	let kept = 0;
	for (const item of after) {
		const known = before[kept];
		if (known !== undefined && review.same(known, item)) {
			kept++;
			if (item instanceof PdfRef && review.differs(item) && !widgets.isWidget(item))
				reviewChangedAnnotation(review, page, item);
		} else if (item instanceof PdfRef && before.some((other) => item.equals(other))) {
			// With the order it changes what lies over what.
			if (before.slice(0, kept).some((other) => item.equals(other))) {
				review.refuse('annotation-changed', placeOf(page, review.current.get(item), item));
				continue;
			}
			// Something before it is gone.
			while (kept < before.length && !item.equals(before[kept])) {
				reviewRemovedAnnotation(review, page, before[kept] ?? null);
				kept++;
			}
			kept++;
		} else reviewAddedAnnotation(review, page, item, widgets);
	}
	for (const item of before.slice(kept)) reviewRemovedAnnotation(review, page, item);
}

const itemsOf = (page: Page): readonly PdfObject[] => {
	const annotations = page.dict.get('Annots');
	return annotations instanceof PdfArray ? annotations.items : [];
};

function reviewRemovedAnnotation(review: Review, page: Page, item: PdfObject): void {
	const annotation = review.signed.resolve(item);
	const place = {
		page: page.index + 1,
		rectangle: annotation instanceof PdfDict ? rectangleOf(annotation.get('Rect')) : undefined,
		ref: item instanceof PdfRef ? item : undefined,
		detail: annotation instanceof PdfDict ? annotation.name('Subtype') : undefined,
	};
	const isMarkup = annotation instanceof PdfDict && annotation.name('Subtype') !== 'Widget';
	if (!isMarkup || review.permissions.modifications < 3) {
		review.refuse('annotation-removed', place);
		return;
	}
	if (place.ref && review.differences.get(place.ref.number) === 'freed') review.explain(place.ref, nodeKeys);
	review.report('annotation-removed', 'annotations', place);
}

function reviewAddedAnnotation(review: Review, page: Page, item: PdfObject, widgets: WidgetRoles): void {
	const annotation = review.current.resolve(item);
	const ref = item instanceof PdfRef ? item : undefined;
	const place = placeOf(page, annotation, ref);
	// The form's own rules have judged the field; here it only takes its place on the page.
	if (ref && widgets.isOfSignature(ref) && isOn(review, ref, page)) {
		if (isPageItself(review, annotation, page)) review.refuse('annotation-over-content', place);
		return;
	}
	const fault = faultOf(review, annotation);
	if (fault) {
		review.refuse(fault, place);
		return;
	}
	if (ref) review.explain(ref, nodeKeys);
	review.explainAdded(annotation);
	review.report('annotation-added', 'annotations', place);
}

/** Whether the mark of a signature takes so much of the page that it is no mark on it but in its place. */
function isPageItself(review: Review, annotation: PdfObject, { cropBox }: Page): boolean {
	const rectangle = annotation instanceof PdfDict ? rectangleOf(annotation.get('Rect')) : undefined;
	if (!(annotation instanceof PdfDict) || !rectangle || !drawsOver(review.current, annotation)) return false;
	const [left, bottom, right, top] = cropBox;
	const width = Math.min(rectangle[2], right) - Math.max(rectangle[0], left);
	const height = Math.min(rectangle[3], top) - Math.max(rectangle[1], bottom);
	return width > 0 && height > 0 && width * height > ((right - left) * (top - bottom)) / 2;
}

function isOn(review: Review, item: PdfRef, page: Page): boolean {
	const widget = review.current.get(item);
	if (!(widget instanceof PdfDict)) return false;
	const named = widget.ref('P');
	return named === undefined || named.number === page.ref?.number;
}

function reviewChangedAnnotation(review: Review, page: Page, item: PdfRef): void {
	const annotation = review.current.get(item);
	const place = placeOf(page, annotation, item);
	const fault = review.differences.get(item.number) === 'freed' ? 'annotation-removed' : faultOf(review, annotation);
	if (fault) {
		review.refuse(fault === 'annotation-added' ? 'annotation-changed' : fault, place);
		return;
	}
	review.explain(item, nodeKeys);
	review.explainAdded(annotation);
	review.report('annotation-changed', 'annotations', place);
}

function placeOf(page: Page, annotation: PdfObject, ref: PdfRef | undefined) {
	const dict = annotation instanceof PdfDict ? annotation : undefined;
	return { page: page.index + 1, rectangle: rectangleOf(dict?.get('Rect')), ref, detail: dict?.name('Subtype') };
}

/** Comments as such. The others can hide what was signed, or do something when clicked. */
const comments: ReadonlySet<string> = new Set([
	'Text',
	'Highlight',
	'Underline',
	'Squiggly',
	'StrikeOut',
	'Ink',
	'Caret',
	'Line',
	'PolyLine',
	'Popup',
]);

function faultOf(review: Review, annotation: PdfObject): ChangeKind | undefined {
	if (!(annotation instanceof PdfDict) || review.permissions.modifications < 3) return 'annotation-added';
	const subtype = annotation.name('Subtype');
	if (annotation.has('AA') || (annotation.has('A') && !(subtype === 'Link' && isWayElsewhere(annotation.get('A')))))
		return 'action-changed';
	if (subtype === undefined || subtype === 'Widget') return 'annotation-added';
	if (comments.has(subtype)) return mayCover(review.current, annotation) ? 'annotation-over-content' : undefined;
	return frames.has(subtype) && isEmptyFrame(annotation) ? undefined : 'annotation-over-content';
}

const actionKeys: ReadonlySet<string> = new Set(['Type', 'S', 'URI', 'IsMap', 'D']);

/** An action that opens a page or an address and nothing after it (12.6.4.2, 12.6.4.8). */
function isWayElsewhere(action: PdfObject | undefined): boolean {
	if (!(action instanceof PdfDict) || ![...action.keys()].every((key) => actionKeys.has(key))) return false;
	if (action.name('S') === 'GoTo') return true;
	return action.name('S') === 'URI' && /^(https?|mailto):/i.test(action.text('URI') ?? '');
}

/** Annotations that viewers draw as a line around something where they bring no appearance of their own. */
const frames: ReadonlySet<string> = new Set(['Link', 'Circle', 'Square', 'Polygon']);
/** Nothing inside that could hide the page (12.5.6.8, 12.5.6.9), and no appearance that could draw what it likes. */
function isEmptyFrame(annotation: PdfDict): boolean {
	return !annotation.has('AP') && !annotation.has('IC') && widthOf(annotation) <= THICKEST_LINE;
}

/** Which annotations are widgets of the form, and which of those belong to signatures and were on no page before. */
class WidgetRoles {
	readonly #types = new Map<number, string | undefined>();
	readonly #review: Review;

	constructor(review: Review) {
		this.#review = review;
		for (const field of formFields(review.current))
			for (const widget of field.widgets) if (widget.ref) this.#types.set(widget.ref.number, field.type);
	}

	isWidget(ref: PdfRef): boolean {
		return this.#types.has(ref.number);
	}

	isOfSignature(ref: PdfRef): boolean {
		return this.#types.get(ref.number) === 'Sig' && !this.#wasShown(ref);
	}

	#wasShown(ref: PdfRef): boolean {
		if (this.#review.differences.get(ref.number) === 'added') return false;
		return [...this.#review.signed.pages].some((page) => itemsOf(page).some((item) => ref.equals(item)));
	}
}
