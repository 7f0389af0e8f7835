import { toDisplay } from '../../core/pades/geometry.ts';
import { checkPermission } from '../../core/pades/permission.ts';
import { chooseField, shownAt } from '../../core/pades/signatureField.ts';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { signatureFields } from '../../core/pdf/fields.ts';
import { ParaphError } from '../../core/ports/errors.ts';
import type { Failure, MarkPlace } from '../../preload/contract.ts';
import { placeIn } from '../batch/markPlace.ts';
import { sha256Of } from '../documents/pinnedFile.ts';
import { failureOf } from '../failure.ts';
import { type Description, type DocumentToRead, describeDocument, type PlaceOnPage } from './description.ts';

/** A document of a batch, and where its mark is wanted. */
export interface DocumentToSurvey extends DocumentToRead {
	readonly place: MarkPlace;
}

/** What is known of a document before anybody types a PIN. */
export interface SurveyedDocument {
	/** Lower-case hex of the bytes that were looked at. */
	readonly sha256: string;
	readonly description: Description;
	/** Where the mark will show; null for none, and where it cannot be said. */
	readonly place: PlaceOnPage | null;
	/** Why it cannot be signed so. */
	readonly refusal: Failure | null;
}

/**
 * Looks at a document as signing it would.
 *
 * @throws {PdfError} for what is no PDF, or is damaged beyond reading; system errors.
 */
export async function surveyDocument(wanted: DocumentToSurvey): Promise<SurveyedDocument> {
	const sha256 = await sha256Of(wanted.path);
	const description = describeDocument(wanted);
	if (description.locked) return { sha256, description, place: null, refusal: locked };
	try {
		return { sha256, description, place: await placeOf(wanted), refusal: null };
	} catch (error) {
		if (!(error instanceof ParaphError)) throw error;
		return { sha256, description, place: null, refusal: failureOf(error) };
	}
}

/** The window has words for it. */
const locked: Failure = {
	code: 'document-locked',
	message: 'The document wants a password.',
	hint: 'Give the password.',
	subject: null,
	details: {},
};

/** @throws {SigningError} what signing would be refused with. */
async function placeOf({ path, password, place: wanted }: DocumentToSurvey): Promise<PlaceOnPage | null> {
	const source = FileSource.open(path);
	try {
		const document = PdfDocument.open(source, { password });
		const { field, place } = await placeIn({ document, source, password }, wanted);
		const target = chooseField(document, field, place);
		const shown = shownAt(document, target);
		checkPermission(document, signatureFields(document), {
			field: target.name,
			existing: target.kind === 'existing',
			visible: shown !== undefined,
			certifies: false,
		});
		return shown ? { page: shown.page.index + 1, rectangle: toDisplay(shown.page, shown.rectangle) } : null;
	} finally {
		source.close();
	}
}
