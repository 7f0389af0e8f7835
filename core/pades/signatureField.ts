/** The field that a signature goes into: found or made, and written into page and form. */
import type { PdfDocument } from '../pdf/document.ts';
import { acroFormOf, formFields, pageOfWidget, type SignatureField, signatureFields } from '../pdf/fields.ts';
import type { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { name, PdfArray, PdfDict, type PdfRef, PdfString } from '../pdf/objects.ts';
import type { Page, Rectangle } from '../pdf/pages.ts';
import { PdfError } from '../pdf/pdfError.ts';
import { displaySize, toDisplay, toUserSpace } from './geometry.ts';
import type { Place } from './options.ts';
import { SigningError } from './signingError.ts';

/** Where a signature goes. */
export type FieldTarget =
	| {
			readonly kind: 'existing';
			readonly name: string;
			readonly field: SignatureField;
	  }
	| {
			readonly kind: 'new';
			readonly name: string;
			/** `undefined` in a document without pages, where nothing can show and no page can hold a widget. */
			readonly page: Page | undefined;
			readonly rectangle: Rectangle | undefined;
	  };

/** ISO 32000-2, table 167: print, and locked against moving by hand. */
const widgetFlags = { print: 4, locked: 128 } as const;
/** SigFlags (table 225): signatures exist, append only. */
const signatureFlags = 3;

/**
 * Finds the field by name, or plans a new one.
 *
 * @throws {SigningError} `field-signed`, `field-unsuitable`, `place-invalid`; {PdfError} `no-pages` where it shall show,
 * `page-missing`.
 */
export function chooseField(
	document: PdfDocument,
	fieldName: string | undefined,
	place: Place | undefined,
): FieldTarget {
	const fields = formFields(document);
	const existing = fieldName === undefined ? undefined : fields.find((field) => field.name === fieldName);
	if (existing) {
		if (existing.type !== 'Sig') {
			throw new SigningError('field-unsuitable', `'${existing.name}' is not a signature field`, {
				subject: existing.name,
			});
		}
		const field = signatureFields(document).find((one) => one.name === existing.name);
		if (!field || field.signature) {
			throw new SigningError('field-signed', `the field '${existing.name}' is signed already`, {
				subject: existing.name,
			});
		}
		if (!field.ref)
			throw new SigningError('field-unsuitable', `the field '${field.name}' cannot be signed as it is written`);
		return { kind: 'existing', name: field.name, field };
	}
	const taken = new Set(fields.flatMap((field) => namesAlong(field.name)));
	if (fieldName !== undefined && taken.has(fieldName)) {
		throw new SigningError('field-unsuitable', `'${fieldName}' is a group of fields, not a signature field`, {
			subject: fieldName,
		});
	}
	if (fieldName === '') throw new SigningError('field-unsuitable', 'a field needs a name');
	if (fieldName?.includes('.')) {
		throw new SigningError(
			'field-unsuitable',
			`there is no field '${fieldName}', and the name of a new one has no full stop`,
		);
	}
	return { kind: 'new', name: fieldName ?? freeName(taken), ...planPlace(document, place) };
}

/** The page and the rectangle in user space that an existing field, or a new one, takes. */
export function shownAt(document: PdfDocument, target: FieldTarget): { page: Page; rectangle: Rectangle } | undefined {
	if (target.kind === 'new') {
		return target.page && target.rectangle && { page: target.page, rectangle: target.rectangle };
	}
	const [widget] = target.field.widgets;
	const page = widget && pageOfWidget(document, widget);
	return widget?.rectangle && page !== undefined
		? { page: document.pages.get(page), rectangle: widget.rectangle }
		: undefined;
}

/** Between two places that are one, in 1/72 inch: `paraph fields` rounds. */
const tolerance = 0.5;

/**
 * Whether a signature will show elsewhere than it was asked to: an existing field shows where its author put it, or not at
 * all, and a place beside its name is for documents in which the field must be made first.
 *
 * @param asked where the signature shall show, on the page as displayed.
 */
export function showsElsewhere(document: PdfDocument, target: FieldTarget, asked: Place | undefined): boolean {
	if (target.kind === 'new' || !asked) return false;
	const shown = shownAt(document, target);
	if (shown?.page.index !== (asked.page === 'last' ? document.pages.count : asked.page) - 1) return true;
	const own = toDisplay(shown.page, shown.rectangle);
	return (['x', 'y', 'width', 'height'] as const).some((side) => Math.abs(own[side] - asked[side]) > tolerance);
}

/**
 * Writes value and appearance into the field, making it where it is new.
 *
 * @returns the widget's reference where a new one was made.
 */
export function writeField(
	update: IncrementalUpdate,
	target: FieldTarget,
	parts: { readonly value: PdfRef | undefined; readonly appearance: PdfRef; readonly lock: PdfRef | undefined },
): PdfRef | undefined {
	const appearance = PdfDict.of({ N: parts.appearance });
	if (target.kind === 'existing') {
		fillExisting(update, target.field, parts.value, appearance);
		setForm(update, undefined);
		return undefined;
	}
	const { page } = target;
	const pageRef = page && update.pageRef(page);
	const field = update.add(
		PdfDict.of({
			Type: name('Annot'),
			Subtype: name('Widget'),
			FT: name('Sig'),
			T: PdfString.fromText(target.name),
			V: parts.value,
			Lock: parts.lock,
			F: widgetFlags.print | widgetFlags.locked,
			Rect: new PdfArray(target.rectangle ?? [0, 0, 0, 0]),
			P: pageRef,
			AP: appearance,
			MK: target.rectangle && page?.rotate ? PdfDict.of({ R: page.rotate }) : undefined,
		}),
	);
	if (pageRef) appendTo(update, pageRef, 'Annots', field);
	setForm(update, field);
	return field;
}

/** The dictionary's reference as the update has it. @throws {PdfError} `damaged` when it is no dictionary. */
export function changeDict(update: IncrementalUpdate, ref: PdfRef, change: (dict: PdfDict) => PdfDict): void {
	const dict = update.dict(ref);
	if (!dict) throw new PdfError('damaged', `object ${ref.number} should be a dictionary`);
	update.set(ref, change(dict));
}

/** Puts an item at the end of an array in a dictionary, whether the array is an object of its own or not. */
export function appendTo(update: IncrementalUpdate, holder: PdfRef, key: string, item: PdfRef): void {
	const dict = update.dict(holder);
	const own = dict?.ref(key);
	const array = update.resolve(dict?.raw(key) ?? null);
	const longer = array instanceof PdfArray ? array.concat(item) : new PdfArray([item]);
	if (own && array instanceof PdfArray) update.set(own, longer);
	else changeDict(update, holder, (old) => old.with({ [key]: longer }));
}

function fillExisting(
	update: IncrementalUpdate,
	{ ref, widgets }: SignatureField,
	value: PdfRef | undefined,
	appearance: PdfDict,
): void {
	if (!ref) throw new PdfError('damaged', 'the field is not an object of its own');
	changeDict(update, ref, (dict) => dict.with({ V: value }));
	for (const widget of widgets) {
		if (!widget.ref) continue;
		// A widget of its own gets the value, too: Poppler takes it for the field and says that nobody signed.
		changeDict(update, widget.ref, (dict) => {
			const flags = (dict.integer('F') ?? 0) | widgetFlags.print | widgetFlags.locked;
			return dict.with({ V: value, AP: appearance, F: flags });
		});
	}
}

/** Adds a field to the form, making one where there is none, and says that there are signatures. */
function setForm(update: IncrementalUpdate, field: PdfRef | undefined): void {
	const catalog = update.catalogRef();
	let formRef = update.catalog.ref('AcroForm');
	const form = (formRef && update.dict(formRef)) ?? acroFormOf(update.document);
	if (!form) {
		formRef = update.add(PdfDict.of({ Fields: new PdfArray([]) }));
		const made = formRef;
		changeDict(update, catalog, (dict) => dict.with({ AcroForm: made }));
	} else if (!formRef) {
		// A form written into the catalog becomes an object of its own: the catalog changes either way.
		formRef = update.add(form);
		const moved = formRef;
		changeDict(update, catalog, (dict) => dict.with({ AcroForm: moved }));
	}
	if (field) appendTo(update, formRef, 'Fields', field);
	if (form?.integer('SigFlags') !== signatureFlags) {
		changeDict(update, formRef, (dict) => dict.with({ SigFlags: (dict.integer('SigFlags') ?? 0) | signatureFlags }));
	}
}

function planPlace(
	document: PdfDocument,
	place: Place | undefined,
): { page: Page | undefined; rectangle: Rectangle | undefined } {
	const { pages } = document;
	if (!place) return { page: pages.find(0), rectangle: undefined };
	const page = pages.get((place.page === 'last' ? pages.count : place.page) - 1);
	const shown = displaySize(page);
	const outside =
		place.x >= shown.width || place.y >= shown.height || place.x + place.width <= 0 || place.y + place.height <= 0;
	if (outside) {
		throw new SigningError(
			'place-invalid',
			`the place is outside page ${page.index + 1}, which shows ${shown.width} × ${shown.height}`,
		);
	}
	return { page, rectangle: toUserSpace(page, place) };
}

/** A name and those of the groups it is in: `A.B.C`, `A.B`, `A`. */
function namesAlong(name: string): readonly string[] {
	return name.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'));
}

function freeName(taken: ReadonlySet<string>): string {
	for (let number = 1; ; number++) {
		const candidate = `Signature${number}`;
		if (!taken.has(candidate)) return candidate;
	}
}
