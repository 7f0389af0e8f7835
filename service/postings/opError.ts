import { ParaphError } from '../../core/ports/errors.ts';

const hints = {
	'op-reused': 'Give each new op an id of its own.',
	'content-missing': 'Upload the document, then send the op again under a new id.',
	'content-unreadable': 'Send a PDF that opens without a password.',
	'content-too-hard': 'A sound document is read in seconds: make it again from its source.',
	'tail-missing': 'Upload what was appended, then submit it under a new id.',
	'tail-length': 'Submit the length of what was uploaded.',
} as const;

export type OpErrorCode = keyof typeof hints;

/** An op cannot be applied for what it brings along, before any rule of postings is asked. */
export class OpError extends ParaphError {
	readonly code: OpErrorCode;

	constructor(code: OpErrorCode, message: string, options: { subject?: string | undefined; cause?: unknown } = {}) {
		super(message, { hint: hints[code], ...options });
		this.code = code;
	}
}
