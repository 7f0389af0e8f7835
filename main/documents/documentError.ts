import { ParaphError } from '../../core/ports/errors.ts';

export type DocumentErrorCode =
	| 'document-not-for-posting'
	| 'document-changed'
	| 'document-unknown'
	| 'listing-unknown'
	| 'listing-not-here'
	| 'download-unknown'
	| 'too-many-open'
	| 'file-too-large'
	| 'not-a-file'
	| 'signature-unknown';

/** What the window asked of a document cannot be done with what is there now. */
export class DocumentError extends ParaphError {
	readonly code: DocumentErrorCode;

	constructor(code: DocumentErrorCode, message: string, options: { hint: string; subject?: string; cause?: unknown }) {
		super(message, options);
		this.code = code;
	}
}
