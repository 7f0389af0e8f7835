import { toDisplay } from '../../core/pades/geometry.ts';
import { checkPermission } from '../../core/pades/permission.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { concernsOf, type Concern as FoundConcern } from '../../core/pdf/concerns.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { pageOfWidget, type SignatureField, signatureFields, type Widget } from '../../core/pdf/fields.ts';
import { PdfError } from '../../core/pdf/pdfError.ts';
import type { Concern, EmptyField, OpenDocument, Rectangle } from '../../preload/contract.ts';

/** Names a document to another thread. */
export interface DocumentToRead {
	readonly path: string;
	readonly password: string | undefined;
}

/** What the window is told of a document when it opens. */
export type Description = Pick<
	OpenDocument,
	'pages' | 'locked' | 'signable' | 'signatureCount' | 'emptyFields' | 'concerns'
>;

/**
 * Reads what a document holds from its structure; nothing is judged.
 *
 * A document that wants another password is described all the same, as locked: the person will be asked for it.
 *
 * @throws {PdfError} for what is no PDF, or is damaged beyond reading.
 */
export function describeDocument({ path, password }: DocumentToRead): Description {
	const source = FileSource.open(path);
	try {
		return describe(() => PdfDocument.open(source, { password }));
	} finally {
		source.close();
	}
}

/** The same of a file that is open. @throws as {@link describeDocument} */
export function describe(open: () => PdfDocument): Description {
	try {
		return description(open());
	} catch (error) {
		if (error instanceof PdfError && error.code === 'encrypted-password') return lockedDocument;
		throw error;
	}
}

const lockedDocument: Description = {
	pages: null,
	locked: true,
	signable: { ok: true },
	signatureCount: 0,
	emptyFields: [],
	concerns: [],
};

function description(document: PdfDocument): Description {
	const fields = signatureFields(document);
	const empty = fields.filter(({ signature }) => signature === undefined);
	return {
		pages: document.pages.count,
		locked: false,
		signable: signable(document, fields),
		signatureCount: fields.length - empty.length,
		emptyFields: empty.map((field) => emptyField(document, field)),
		concerns: concernsOf(document).map(concern),
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
	const invisible = { visible: false, certifies: false };
	const refusal = refusalOf(() => checkPermission(document, fields, { ...invisible, field: '', existing: false }));
	if (!refusal) return { ok: true };
	const isFree = fields.some(
		({ name, signature }) =>
			signature === undefined &&
			!refusalOf(() => checkPermission(document, fields, { ...invisible, field: name, existing: true })),
	);
	return isFree ? { ok: true } : { ok: false, code: refusal.code, message: refusal.message };
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
