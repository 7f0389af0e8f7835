/** What may differ in the interactive form: signatures added, fields filled; nothing that looks or acts otherwise. */
import { acroFormOf, type FormField, formFields, type Widget } from '../../pdf/fields.ts';
import { PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import { drawsOver } from './appearanceRules.ts';
import { PagesOfWidgets } from './pagesOfWidgets.ts';
import { nodeKeys, type Review } from './review.ts';

/** Explains what is allowed and refuses what is not, for the AcroForm and all fields. */
export function reviewForm(review: Review): void {
	const before = acroFormOf(review.signed);
	const after = acroFormOf(review.current);
	const catalog = review.current.trailer.ref('Root');
	const form = review.current.catalog.ref('AcroForm');
	if (!after) {
		if (before) review.refuse('form-changed', { detail: 'AcroForm' });
		return;
	}
	review.explain(form, catalog ?? 'trailer');
	const old = before ?? PdfDict.of({});
	for (const key of review.differingKeys(old, after)) {
		if (key === 'Fields' || (key === 'SigFlags' && isSignatureFlags(old, after))) continue;
		if (key === 'DR' || (key === 'DA' && !old.has('DA') && after.string('DA'))) continue;
		// A form that comes with the first signature brings its frame along; a flag that makes viewers redraw does not.
		if (key === 'NeedAppearances' && after.boolean(key) === false && !old.has(key)) continue;
		review.refuse('form-changed', { ref: form, detail: key });
	}
	reviewResources(review, old, after, form ?? catalog);
	const fields = after.ref('Fields');
	review.explain(fields, form ?? catalog ?? 'trailer');
	reviewFields(review);
}

function isSignatureFlags(before: PdfDict, after: PdfDict): boolean {
	const was = before.integer('SigFlags') ?? 0;
	const is = after.integer('SigFlags');
	return is !== undefined && (is & was) === was && (is & ~3) === (was & ~3);
}

/** Default resources may gain entries; one that was there stays what it was. */
function reviewResources(review: Review, before: PdfDict, after: PdfDict, holder: PdfRef | undefined): void {
	const resources = after.get('DR');
	if (!(resources instanceof PdfDict)) {
		if (before.has('DR')) review.refuse('form-changed', { ref: holder, detail: 'DR' });
		return;
	}
	const place = after.ref('DR') ?? holder;
	review.explain(after.ref('DR'), holder ?? 'trailer');
	const old = before.dict('DR') ?? PdfDict.of({});
	let added = false;
	for (const key of review.differingKeys(old, resources)) {
		const kinds = resources.dict(key);
		const oldKinds = old.dict(key) ?? PdfDict.of({});
		if (!kinds || (old.has(key) && !old.dict(key))) {
			review.refuse('form-changed', { ref: place, detail: `DR/${key}` });
			continue;
		}
		for (const name of review.differingKeys(oldKinds, kinds)) {
			if (oldKinds.has(name) && !isSignatureLayer(key, name))
				review.refuse('form-changed', { ref: place, detail: `DR/${key}/${name}` });
			else {
				added = true;
				review.explainAdded(kinds.raw(name));
			}
		}
	}
	for (const key of resources.keys()) {
		const kinds = resources.ref(key);
		const dict = resources.dict(key);
		if (!kinds || !dict || !review.differs(kinds)) continue;
		const oldKinds = old.dict(key) ?? PdfDict.of({});
		if (review.differingKeys(oldKinds, dict).some((name) => oldKinds.has(name) && !isSignatureLayer(key, name)))
			continue;
		review.explain(kinds, place ?? 'trailer');
		for (const name of review.differingKeys(oldKinds, dict)) review.explainAdded(dict.raw(name));
		added = true;
	}
	if (added) review.report('form-resources-added', 'form-filling', { ref: place });
}

/** Parts of signatures' appearances that Adobe's products keep here besides; fields are never drawn with them. */
const isSignatureLayer = (kind: string, name: string): boolean =>
	kind === 'XObject' && /^(FRM|n\d|DSz|DSBlank)$/.test(name);

function reviewFields(review: Review): void {
	const pages = new PagesOfWidgets(review.current);
	// Malformed forms have several fields of one name: then the object tells which is which.
	const before = Map.groupBy(formFields(review.signed), (field) => field.name);
	for (const field of formFields(review.current)) {
		const namesakes = before.get(field.name) ?? [];
		const same = namesakes.findIndex(({ ref }) => field.ref?.equals(ref));
		const [old] = namesakes.splice(Math.max(0, same), 1);
		if (old) reviewField(review, old, field, pages);
		else reviewAddedField(review, field, pages);
	}
	for (const field of [...before.values()].flat())
		review.refuse('field-removed', { detail: field.name, ref: field.ref });
	reviewInnerNodes(review);
}

/** Parents of fields: they may gain kids, which the fields' own rules judge, and nothing else may change. */
function reviewInnerNodes(review: Review): void {
	const seen = new Set<number>();
	const visit = (item: PdfObject, depth: number): void => {
		if (!(item instanceof PdfRef) || seen.has(item.number) || depth > 64) return;
		seen.add(item.number);
		const node = review.current.get(item);
		if (!(node instanceof PdfDict)) return;
		const kids = node.array('Kids');
		const hasFields = kids && [...kids].some((kid) => kid instanceof PdfDict && kid.has('T'));
		if (!hasFields) return;
		const old = review.signed.get(item);
		const unchanged = old instanceof PdfDict && review.differingKeys(old, node).every((key) => key === 'Kids');
		if (unchanged || (old === null && isBareNode(node))) {
			review.explain(item, nodeKeys);
			review.explain(node.ref('Kids'), item);
		}
		for (const kid of kids.items) visit(kid, depth + 1);
	};
	for (const item of acroFormOf(review.current)?.array('Fields')?.items ?? []) visit(item, 0);
}

function isBareNode(node: PdfDict): boolean {
	return [...node.keys()].every((key) => key === 'T' || key === 'Kids' || key === 'Parent' || key === 'FT');
}

/** A new field is allowed only if it is for a signature. */
function reviewAddedField(review: Review, field: FormField, pages: PagesOfWidgets): void {
	const place = { ...pages.place(field.widgets), ref: field.ref, detail: field.name };
	const value = review.current.resolve(field.value ?? null);
	const isForbidden = review.permissions.modifications === 1 && !isDocumentTimestamp(value);
	if (field.type !== 'Sig' || isForbidden || !nodesOf(field).every((node) => isPlainNew(review, node))) {
		review.refuse('field-added', place);
		return;
	}
	// Whoever signs answers for what his signature shows; an empty field and a timestamp can be had without a name.
	const isSigned = value instanceof PdfDict && !isDocumentTimestamp(value);
	if (!isSigned && field.widgets.some(({ dict }) => drawsOver(review.current, dict))) {
		review.refuse('annotation-over-content', place);
		return;
	}
	for (const node of nodesOf(field)) explainNode(review, node);
	if (value instanceof PdfDict) reportSignature(review, value, place);
	else review.report('signature-field-added', 'form-filling', place);
}

/** Whether a field or widget did not say anything else before, is no other kind of annotation, and does nothing by itself. */
function isPlainNew(review: Review, { ref, dict }: FieldNode): boolean {
	const isNew = ref === undefined || review.differences.get(ref.number) === 'added';
	const subtype = dict.name('Subtype');
	return isNew && !dict.has('A') && !dict.has('AA') && (subtype === undefined || subtype === 'Widget');
}

/** A field or widget that is new, with its value, appearance and all else new that it brings along. */
function explainNode(review: Review, { ref, dict }: FieldNode): void {
	if (ref) review.explain(ref, nodeKeys);
	for (const [key, value] of dict.entries())
		if (key !== 'Parent' && key !== 'P' && key !== 'Kids') review.explainAdded(value);
	if (ref && dict.raw('Kids') instanceof PdfRef) review.explain(dict.ref('Kids'), ref);
}

function isDocumentTimestamp(value: PdfObject): boolean {
	return (
		value instanceof PdfDict && (value.name('Type') === 'DocTimeStamp' || value.name('SubFilter') === 'ETSI.RFC3161')
	);
}

function reportSignature(review: Review, value: PdfDict, place: Parameters<Review['report']>[2]): void {
	if (isDocumentTimestamp(value)) review.report('document-timestamp-added', 'lta', place);
	else review.report('signature-added', 'form-filling', place);
}

/** Keys that filling a field in or signing it changes. */
const valueKeys: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'I', 'TI', 'RV', 'M', 'MK']);
const PUSH_BUTTON = 1 << 16;

function reviewField(review: Review, old: FormField, field: FormField, pages: PagesOfWidgets): void {
	const place = { ...pages.place(field.widgets), ref: field.ref, detail: field.name };
	if (old.type !== field.type || !sameRef(old.ref, field.ref)) {
		review.refuse('field-changed', place);
		return;
	}
	const oldNodes = nodesOf(old);
	const nodes = nodesOf(field);
	if (oldNodes.length !== nodes.length) {
		review.refuse('field-changed', place);
		return;
	}
	const keys = new Set<string>();
	for (const [index, node] of nodes.entries()) {
		const before = oldNodes[index];
		if (!before || !sameRef(before.ref, node.ref)) {
			review.refuse('field-changed', place);
			return;
		}
		for (const key of changedKeys(review, before.dict, node.dict)) keys.add(key);
	}
	if (keys.size === 0) return;
	const fault = faultOf(review, old, field, keys);
	if (fault) {
		review.refuse(fault, place);
		return;
	}
	const value = review.current.resolve(field.value ?? null);
	if (field.type === 'Sig' && value instanceof PdfDict) reportSignature(review, value, place);
	else review.report('field-filled', 'form-filling', place);
	for (const node of nodes) explainFilled(review, node.ref, node.dict);
}

interface FieldNode {
	readonly ref: PdfRef | undefined;
	readonly dict: PdfDict;
}

/** The field itself and its widgets, each once. */
function nodesOf(field: FormField): readonly FieldNode[] {
	const widgets: readonly Widget[] = field.widgets.filter((widget) => widget.dict !== field.dict);
	return [{ ref: field.ref, dict: field.dict }, ...widgets];
}

const sameRef = (a: PdfRef | undefined, b: PdfRef | undefined): boolean => a?.number === b?.number;

/** Keys whose value differs, or whose value is the same reference to something that differs. */
function changedKeys(review: Review, before: PdfDict, after: PdfDict): readonly string[] {
	const keys = new Set(review.differingKeys(before, after));
	for (const key of ['V', 'AP', 'AS', 'MK']) if (reachesDifference(review, after.raw(key), 3)) keys.add(key);
	return [...keys];
}

/** Whether something that was there before and says something else now is reached; appearances are two levels deep. */
function reachesDifference(review: Review, object: PdfObject | undefined, depth: number): boolean {
	if (object === undefined || depth < 0) return false;
	if (object instanceof PdfRef)
		return review.differs(object) || reachesDifference(review, review.current.get(object), depth - 1);
	if (object instanceof PdfDict)
		return [...object.entries()].some(([, value]) => reachesDifference(review, value, depth - 1));
	return false;
}

/** Why a change of these keys is not filling a field in, undefined where it is. */
function faultOf(review: Review, old: FormField, field: FormField, keys: ReadonlySet<string>) {
	const oldValue = review.signed.resolve(old.value ?? null);
	const value = review.current.resolve(field.value ?? null);
	const valueChanged = keys.has('V') || !review.same(old.value, field.value);
	if (field.type === 'Sig') {
		if (oldValue instanceof PdfDict && !(value instanceof PdfDict)) return 'signature-removed';
		if (oldValue instanceof PdfDict) return keys.has('V') ? 'signature-changed' : 'signature-appearance-changed';
		if (!(value instanceof PdfDict)) return 'field-changed';
		if (review.permissions.modifications === 1 && !isDocumentTimestamp(value)) return 'field-changed';
	} else if (review.permissions.modifications === 1) return 'field-changed';
	if (review.isLocked(field.name)) return 'locked-field-changed';
	for (const key of keys)
		if (!valueKeys.has(key) && !isHarmlessFlag(key, old, field) && !isOwnPage(key, old, field)) return 'field-changed';
	// What a button shows is chosen from looks that it has, by its value (12.7.5.2.3).
	if (field.type === 'Btn' && (keys.has('AP') || (field.flags & PUSH_BUTTON) !== 0)) return 'field-appearance-changed';
	// An appearance that changes while the value stays says something else than the field holds.
	if (!valueChanged && (keys.has('AS') || keys.has('AP'))) return 'field-appearance-changed';
	if (keys.has('MK') && field.type !== 'Sig') return 'field-appearance-changed';
	return undefined;
}

const READ_ONLY = 1;
/** Print, Locked, LockedContents: none of them hides or shows anything on screen. */
const HARMLESS_ANNOTATION_FLAGS = 4 | 128 | 512;

function isHarmlessFlag(key: string, old: FormField, field: FormField): boolean {
	if (key === 'Ff') return (field.flags & ~READ_ONLY) === (old.flags & ~READ_ONLY);
	if (key !== 'F') return false;
	const was = old.dict.integer('F') ?? 0;
	const is = field.dict.integer('F') ?? 0;
	return ((was ^ is) & ~HARMLESS_ANNOTATION_FLAGS) === 0;
}

/** `/P` may be filled in where it was missing; that it tells the truth is seen at the page. */
const isOwnPage = (key: string, old: FormField, field: FormField): boolean =>
	(key === 'P' && !old.dict.has('P') && field.dict.ref('P') !== undefined) || (key === 'Type' && !old.dict.has('Type'));

function explainFilled(review: Review, ref: PdfRef | undefined, dict: PdfDict): void {
	if (ref) review.explain(ref, nodeKeys);
	for (const key of valueKeys) review.explainAdded(dict.raw(key));
	explainValue(review, dict.raw('V'), ref);
	explainAppearance(review, dict.raw('AP'), ref, 2);
}

/** A value written as an object of its own: a text, a choice. Signature dictionaries that were there are never explained. */
function explainValue(review: Review, value: PdfObject | undefined, referrer: PdfRef | undefined): void {
	if (!(value instanceof PdfRef)) return;
	const object = review.current.get(value);
	if (!(object instanceof PdfDict)) review.explain(value, referrer ?? nodeKeys);
}

/** `/AP` → `/N` → by state: dictionaries, then streams, some of them overwritten in place. */
function explainAppearance(
	review: Review,
	value: PdfObject | undefined,
	referrer: PdfRef | undefined,
	depth: number,
): void {
	const object = review.current.resolve(value ?? null);
	const ref = value instanceof PdfRef ? value : undefined;
	if (object instanceof PdfStream) review.explainStream(value, referrer);
	else if (object instanceof PdfDict && depth > 0) {
		review.explain(ref, referrer ?? nodeKeys);
		for (const [, inner] of object.entries()) explainAppearance(review, inner, ref ?? referrer, depth - 1);
	} else if (object instanceof PdfArray) review.explain(ref, referrer ?? nodeKeys);
}
