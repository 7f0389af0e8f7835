/** Interactive form fields (ISO 32000-2, 12.7): the tree walked, with what fields inherit. */
import type { PdfDocument } from './document.ts';
import { PdfDict, type PdfObject, PdfRef } from './objects.ts';
import { type Rectangle, rectangleOf } from './pages.ts';
import {
	type FieldLock,
	parseFieldLock,
	parseSignatureDictionary,
	type SignatureDictionary,
} from './signatureDictionary.ts';

/** A terminal field. */
export interface FormField {
	/** Fully qualified: partial names joined with full stops (12.7.4.2). */
	readonly name: string;
	/** `undefined` for a field written directly into its parent. */
	readonly ref: PdfRef | undefined;
	readonly dict: PdfDict;
	/** `/FT`, own or inherited: `Tx`, `Btn`, `Ch`, `Sig`. */
	readonly type: string | undefined;
	/** `/Ff`, own or inherited. */
	readonly flags: number;
	/** `/V`, own or inherited, as written. */
	readonly value: PdfObject | undefined;
	/** One and the same object as the field (merged), or its kids. A field may have none. */
	readonly widgets: readonly Widget[];
}

/** Where a field shows. */
export interface Widget {
	readonly ref: PdfRef | undefined;
	readonly dict: PdfDict;
	/** `undefined` where it takes no room: an invisible signature. */
	readonly rectangle: Rectangle | undefined;
	/** `/P`; it may be missing or wrong, see {@link pageOfWidget}. */
	readonly page: PdfRef | undefined;
}

/** A signature field, signed or empty. */
export interface SignatureField extends FormField {
	readonly signature: SignatureDictionary | undefined;
	/** Where the signature dictionary is, unless it is written directly into the field. */
	readonly signatureRef: PdfRef | undefined;
	readonly lock: FieldLock | undefined;
	/** `/SV`, the seed value dictionary (12.7.5.5). */
	readonly seedValue: PdfDict | undefined;
}

const MAXIMUM_DEPTH = 64;
const MAXIMUM_FIELDS = 200_000;

interface Inherited {
	readonly name: string;
	readonly type: string | undefined;
	readonly flags: number;
	readonly value: PdfObject | undefined;
}

/** The catalog's `/AcroForm`, direct or not. */
export function acroFormOf(document: PdfDocument): PdfDict | undefined {
	return document.catalog.dict('AcroForm');
}

/** Every terminal field in the order of the tree; loops and what is no dictionary are left out. */
export function formFields(document: PdfDocument): FormField[] {
	const fields: FormField[] = [];
	const seen = new Set<number>();
	const visit = (item: PdfObject, inherited: Inherited, depth: number): void => {
		const ref = item instanceof PdfRef ? item : undefined;
		const dict = document.resolve(item);
		if (!(dict instanceof PdfDict) || depth > MAXIMUM_DEPTH || fields.length >= MAXIMUM_FIELDS) return;
		if (ref !== undefined) {
			if (seen.has(ref.number)) return;
			seen.add(ref.number);
		}
		const own = inherit(dict, inherited);
		const kids = dict.array('Kids')?.items ?? [];
		if (kids.some((kid) => isField(document.resolve(kid)))) {
			for (const kid of kids) visit(kid, own, depth + 1);
		} else {
			fields.push({ ...own, ref, dict, widgets: widgetsOf(document, ref, dict, kids) });
		}
	};
	const roots = acroFormOf(document)?.array('Fields')?.items ?? [];
	for (const root of roots) visit(root, { name: '', type: undefined, flags: 0, value: undefined }, 0);
	return fields;
}

/** Every signature field, signed or empty, in the order of the tree. */
export function signatureFields(document: PdfDocument): SignatureField[] {
	return formFields(document).flatMap((field) => {
		if (field.type !== 'Sig') return [];
		const value = document.resolve(field.value ?? null);
		const lock = field.dict.dict('Lock');
		return [
			{
				...field,
				signature: value instanceof PdfDict ? parseSignatureDictionary(value) : undefined,
				signatureRef: field.value instanceof PdfRef ? field.value : undefined,
				lock: lock === undefined ? undefined : parseFieldLock(lock),
				seedValue: field.dict.dict('SV'),
			},
		];
	});
}

/** The page whose `/Annots` hold a widget, found by `/P` where that is true, else by looking through the pages. */
export function pageOfWidget(document: PdfDocument, widget: Widget): number | undefined {
	const { ref } = widget;
	if (ref === undefined) return undefined;
	const named = widget.page === undefined ? -1 : document.pages.indexOf(widget.page);
	if (named >= 0) return named;
	for (const page of document.pages) {
		if (page.dict.array('Annots')?.items.some((annotation) => ref.equals(annotation))) return page.index;
	}
	return undefined;
}

function inherit(dict: PdfDict, above: Inherited): Inherited {
	const partial = dict.text('T');
	return {
		name: partial === undefined ? above.name : above.name === '' ? partial : `${above.name}.${partial}`,
		type: dict.name('FT') ?? above.type,
		flags: dict.integer('Ff') ?? above.flags,
		value: dict.has('V') ? dict.raw('V') : above.value,
	};
}

/** A kid with a partial name is a field, one without is a widget of its parent (12.7.4.1). */
function isField(object: PdfObject): boolean {
	return object instanceof PdfDict && object.has('T');
}

function widgetsOf(
	document: PdfDocument,
	ref: PdfRef | undefined,
	dict: PdfDict,
	kids: readonly PdfObject[],
): Widget[] {
	if (kids.length === 0) return dict.name('Subtype') === 'Widget' || dict.has('Rect') ? [widgetOf(ref, dict)] : [];
	return kids.flatMap((kid) => {
		const widget = document.resolve(kid);
		return widget instanceof PdfDict ? [widgetOf(kid instanceof PdfRef ? kid : undefined, widget)] : [];
	});
}

function widgetOf(ref: PdfRef | undefined, dict: PdfDict): Widget {
	return { ref, dict, rectangle: rectangleOf(dict.get('Rect')), page: dict.ref('P') };
}
