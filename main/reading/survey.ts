import { type SurveyedDraft, type SurveyMeans, surveyDraft } from '../../core/batch/surveyDraft.ts';
import type { MarkStudio } from '../../core/pades/appearance/markStudio.ts';
import { Draft } from '../../core/pades/draft.ts';
import { ParaphError } from '../../core/ports/errors.ts';
import type { BatchWish, Failure, MarkPlace } from '../../preload/contract.ts';
import { signatureOptions } from '../batch/signatureOptions.ts';
import { failureOf } from '../failure.ts';
import { type Description, type DocumentToRead, describe, type PlaceOnPage } from './description.ts';

/** A document of a batch, and how it is to be signed, as plain data. */
export interface DocumentToSurvey extends DocumentToRead {
	readonly place: MarkPlace;
	readonly wish: Pick<BatchWish, 'reason' | 'location' | 'level'>;
	readonly means: SurveyMeans;
}

/** What is known of a document before anybody types a PIN. */
export interface SurveyedDocument {
	/** Lower-case hex of the bytes that were looked at. */
	readonly sha256: string;
	readonly description: Description;
	/** Where the mark will show; null for none, and where it cannot be said. */
	readonly place: PlaceOnPage | null;
	/** Bytes of its output, without proof. */
	readonly size: number;
	/** Codes of what is no obstacle. */
	readonly warnings: readonly string[];
	/** Why it cannot be signed so. */
	readonly refusal: Failure | null;
}

/** Looks at documents, and draws a mark that is the same in many of them once. */
export class DocumentSurvey {
	/** What draws is loaded where something may be drawn: an existing field may show as well. */
	#studio: Promise<MarkStudio> | undefined;

	/**
	 * Looks at a document as signing it would.
	 *
	 * @throws {PdfError} for what is no PDF, or is damaged beyond reading; system errors.
	 */
	async survey(wanted: DocumentToSurvey): Promise<SurveyedDocument> {
		const draft = Draft.open(wanted.path, { password: wanted.password, digest: 'sha256' });
		try {
			const description = describe(() => draft.document);
			const sha256 = Buffer.from(await draft.inputDigest()).toString('hex');
			const known = { sha256, description };
			if (description.locked) return { ...known, ...refusedWith(locked) };
			try {
				return { ...known, ...found(await this.#look(draft, wanted)) };
			} catch (error) {
				if (!(error instanceof ParaphError)) throw error;
				return { ...known, ...refusedWith(failureOf(error)) };
			}
		} finally {
			draft.close();
		}
	}

	async #look(draft: Draft, { place, wish, means }: DocumentToSurvey): Promise<SurveyedDraft> {
		const studio = place.kind === 'none' ? undefined : await this.#openStudio();
		const options = () => signatureOptions(draft, place, wish, studio);
		return surveyDraft(draft, { level: wish.level, options }, means);
	}

	#openStudio(): Promise<MarkStudio> {
		this.#studio ??= import('../../core/pades/appearance/markStudio.ts').then(({ MarkStudio: Studio }) => new Studio());
		return this.#studio;
	}
}

type Found = Omit<SurveyedDocument, 'sha256' | 'description'>;

function found({ examination, size, warnings }: SurveyedDraft): Found {
	if (!examination?.place) return { place: null, size, warnings, refusal: null };
	const { page, ...rectangle } = examination.place;
	return { place: { page, rectangle }, size, warnings, refusal: null };
}

const refusedWith = (refusal: Failure): Found => ({ place: null, size: 0, warnings: [], refusal });

/** The window has words for it. */
const locked: Failure = {
	code: 'document-locked',
	message: 'The document wants a password.',
	hint: 'Give the password.',
	subject: null,
	details: {},
};
