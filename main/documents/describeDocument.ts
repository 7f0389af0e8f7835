import { toDisplay } from '../../core/pades/geometry.ts';
import { checkPermission } from '../../core/pades/permission.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { concernsOf, type Concern as FoundConcern } from '../../core/pdf/concerns.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import { pageOfWidget, type SignatureField, signatureFields, type Widget } from '../../core/pdf/fields.ts';
import type { Concern, EmptyField, OpenDocument, Rectangle } from '../../preload/contract.ts';
import type { OpenFile } from './openDocuments.ts';

/** What the window is told of a document when it opens: read from the file's structure, nothing is judged. */
export function describeDocument({ handle, file, document, folder }: OpenFile): OpenDocument {
	const fields = document ? signatureFields(document) : [];
	const signed = fields.filter(({ signature }) => signature !== undefined);
	return {
		handle,
		name: file.name,
		folder,
		size: file.size,
		sha256: file.sha256,
		pages: document?.pages.count ?? null,
		locked: document === null,
		signable: document ? signable(document, fields) : { ok: true },
		signatureCount: signed.length,
		emptyFields: document
			? fields.filter(({ signature }) => signature === undefined).map((field) => emptyField(document, field))
			: [],
		concerns: document ? concernsOf(document).map(concern) : [],
	};
}

/** A place on a page as displayed, with the page counted from 1. */
export function placeOf(document: PdfDocument, widget: Widget | undefined): PlaceOnPage | null {
	if (!widget?.rectangle) return null;
	const index = pageOfWidget(document, widget);
	if (index === undefined) return null;
	return { page: index + 1, rectangle: toDisplay(document.pages.get(index), widget.rectangle) };
}

export interface PlaceOnPage {
	readonly page: number;
	readonly rectangle: Rectangle;
}

function emptyField(document: PdfDocument, field: SignatureField): EmptyField {
	const place = placeOf(document, field.widgets[0]);
	return { name: field.name, page: place?.page ?? null, rectangle: place?.rectangle ?? null };
}

function concern({ code, page }: FoundConcern): Concern {
	return { code, page: page === undefined ? null : page + 1 };
}

/** Whether what is in the file already leaves room for another signature, at least an invisible one. */
function signable(document: PdfDocument, fields: readonly SignatureField[]): OpenDocument['signable'] {
	const empty = fields.filter(({ signature }) => signature === undefined);
	const ways = [
		{ field: '', existing: false, visible: false, certifies: false },
		...empty.map(({ name }) => ({ field: name, existing: true, visible: false, certifies: false })),
	];
	const refusals = ways.map((way) => refusalOf(() => checkPermission(document, fields, way)));
	const [first] = refusals;
	if (!first || refusals.some((refusal) => refusal === undefined)) return { ok: true };
	return { ok: false, code: first.code, message: first.message };
}

function refusalOf(check: () => void): SigningError | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		if (error instanceof SigningError) return error;
		throw error;
	}
}
