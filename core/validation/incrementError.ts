import { ParaphError } from '../ports/errors.ts';

export type IncrementErrorCode =
	/** The document with what was appended is no PDF that can be read. */
	| 'increment-unreadable'
	/** No new signature in it, or more than one. */
	| 'increment-not-one-signature'
	/** Something besides the signature and its proof was changed or added. */
	| 'increment-changes-document'
	/** A signature that was there before no longer holds. */
	| 'increment-breaks-signature'
	/** The new signature is broken, expired, revoked, or by somebody nobody here trusts. */
	| 'signature-invalid'
	/** Whether it is valid could not be found out. */
	| 'signature-unconfirmed';

const hints: Record<IncrementErrorCode, string> = {
	'increment-unreadable': 'Sign the document again.',
	'increment-not-one-signature': 'Add one signature at a time.',
	'increment-changes-document': 'Sign the document as it is, without changing it.',
	'increment-breaks-signature': 'Sign with a program that appends to the file, as Paraph does.',
	'signature-invalid': 'Sign with a valid certificate of an authority that the service trusts.',
	'signature-unconfirmed': 'Try again when the services of your certificate’s authority answer.',
};

/** What was appended to a document is not one sound signature. */
export class IncrementError extends ParaphError {
	readonly code: IncrementErrorCode;

	constructor(code: IncrementErrorCode, message: string, options: { cause?: unknown } = {}) {
		super(message, { hint: hints[code], cause: options.cause });
		this.code = code;
	}
}
