import { ParaphError } from '../ports/errors.ts';

export type JournalErrorCode = 'journal-unreadable' | 'journal-busy' | 'journal-unwritable';

const hints: Record<JournalErrorCode, string> = {
	'journal-unreadable': 'Name another file for the journal, or remove this one to start anew.',
	'journal-busy': 'Wait for the other run to end, or name another journal.',
	'journal-unwritable': 'Free some space, or name a file that you may write to; then run the command again.',
};

/** The journal of a batch cannot be used: nothing is signed without it where one was asked for. */
export class JournalError extends ParaphError {
	readonly code: JournalErrorCode;

	constructor(
		code: JournalErrorCode,
		message: string,
		options: { readonly subject: string; readonly cause?: unknown },
	) {
		super(message, { hint: hints[code], ...options });
		this.code = code;
	}
}
