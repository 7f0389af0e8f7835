import { ParaphError } from '../../core/ports/errors.ts';
import type { Failure, FailureDetails } from '../../preload/contract.ts';

export type ReadingErrorCode = 'reading-too-long' | 'reading-too-large' | 'reading-failed';

const hints: Record<ReadingErrorCode, string> = {
	'reading-too-long': 'A sound document takes seconds: ask whoever sent it for a fresh copy.',
	'reading-too-large': 'A sound document needs far less memory: ask whoever sent it for a fresh copy.',
	'reading-failed': 'This is a fault in Paraph: please report it.',
};

/** A document was given up: it took more than any sound one does, or broke the thread that read it. */
export class ReadingError extends ParaphError {
	readonly code: ReadingErrorCode;

	constructor(code: ReadingErrorCode, message: string, options: { subject: string; cause?: unknown }) {
		super(message, { ...options, hint: hints[code] });
		this.code = code;
	}
}

/** A failure that was told by another thread: the class it had there does not survive the way, its fields do. */
export class ToldFailure extends ParaphError {
	readonly code: string;
	readonly details: FailureDetails;

	constructor({ code, message, hint, subject, details }: Failure) {
		super(message, { hint, subject: subject ?? undefined });
		this.code = code;
		this.details = details;
	}
}
