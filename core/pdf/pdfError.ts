import { ParaphError } from '../ports/errors.ts';

/** One code for each thing a person can do about a PDF that cannot be used as it is. */
export type PdfErrorCode =
	| 'not-a-pdf'
	| 'damaged'
	| 'encrypted-password'
	| 'encrypted-unsupported'
	| 'too-large'
	| 'no-pages'
	| 'page-missing'
	| 'file-unreadable';

const HINTS: Record<PdfErrorCode, string> = {
	'not-a-pdf': 'Choose a PDF file.',
	damaged: 'The file is damaged; ask for a fresh copy, or print it to a new PDF.',
	'encrypted-password': 'Give the password that opens the file (user or owner password).',
	'encrypted-unsupported': 'Save the file without this kind of encryption, or with a password instead.',
	'too-large': 'The file asks for more memory than a sound document needs; ask for a fresh copy.',
	'no-pages': 'The file has no pages; ask for a fresh copy.',
	'page-missing': 'Choose a page that the document has.',
	'file-unreadable': 'Check that the file exists and that you may read it.',
};

/** A PDF could not be read, or not be added to. */
export class PdfError extends ParaphError {
	readonly code: PdfErrorCode;
	/** Where in the file, when known. */
	readonly offset: number | undefined;

	constructor(
		code: PdfErrorCode,
		message: string,
		options: { offset?: number | undefined; subject?: string | undefined; cause?: unknown } = {},
	) {
		super(options.offset === undefined ? message : `${message} (at byte ${options.offset})`, {
			hint: HINTS[code],
			subject: options.subject,
			cause: options.cause,
		});
		this.code = code;
		this.offset = options.offset;
	}
}
