import { ParaphError } from '../ports/errors.ts';

export type EvidenceErrorCode =
	/** A value that has no canonical form. */
	| 'not-canonical'
	/** Not a signature object, or changed since it was sealed. */
	| 'object-altered'
	/** Sealed with a certificate that is not the service's. */
	| 'object-foreign';

const hints: Record<EvidenceErrorCode, string> = {
	'not-canonical': 'Record texts, whole numbers and lists of them.',
	'object-altered': 'Take it again from whoever gave it; if it is still altered, find out who changed it.',
	'object-foreign': 'Name the certificate of the service that it should come from.',
};

/** Something about events, signature objects or receipts. */
export class EvidenceError extends ParaphError {
	readonly code: EvidenceErrorCode;

	constructor(
		code: EvidenceErrorCode,
		message: string,
		options: { subject?: string | undefined; cause?: unknown } = {},
	) {
		super(message, { hint: hints[code], subject: options.subject, cause: options.cause });
		this.code = code;
	}
}
