import { ParaphError } from '../core/ports/errors.ts';
import { NetworkError } from '../core/ports/fetcher.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { ServiceError } from '../core/sync/serviceError.ts';
import type { Failure, FailureDetails } from '../preload/contract.ts';
import { ToldFailure } from './reading/readingError.ts';

/** What the operating system's codes mean to a person; the code is the window's key to its own words. */
const systemFailures: Readonly<
	Record<string, { readonly code: string; readonly what: string; readonly hint: string }>
> = {
	ENOENT: { code: 'file-not-found', what: 'The file is no longer there', hint: 'Open it where it is now.' },
	ENOTDIR: { code: 'file-not-found', what: 'The file is no longer there', hint: 'Open it where it is now.' },
	EACCES: { code: 'file-forbidden', what: 'Access is denied', hint: 'Check the permissions of file and folder.' },
	EPERM: { code: 'file-forbidden', what: 'Access is denied', hint: 'Check the permissions of file and folder.' },
	EROFS: { code: 'folder-read-only', what: 'The folder cannot be written to', hint: 'Choose another folder.' },
	EISDIR: { code: 'file-is-folder', what: 'This is a folder, not a file', hint: 'Open a file in it.' },
	ENOSPC: { code: 'disk-full', what: 'The disk is full', hint: 'Free some space, then try again.' },
	EDQUOT: { code: 'disk-full', what: 'The disk quota is used up', hint: 'Free some space, then try again.' },
	EEXIST: { code: 'output-exists', what: 'A file of this name exists already', hint: 'Choose another name.' },
};

/** Gives whatever was thrown the form that crosses the bridge: never a stack, never a path the window did not open. */
export function failureOf(error: unknown): Failure {
	if (error instanceof ParaphError) {
		return {
			code: error.code,
			message: error.message,
			hint: error.hint,
			subject: error.subject ?? null,
			details: detailsOf(error),
		};
	}
	if (isSystemError(error)) {
		const known = systemFailures[error.code];
		if (known) {
			return { code: known.code, message: `${known.what}.`, hint: known.hint, subject: null, details: {} };
		}
	}
	if (error instanceof Error && error.name === 'AbortError') {
		return { code: 'cancelled', message: 'Cancelled.', hint: 'Start again when ready.', subject: null, details: {} };
	}
	return {
		code: 'unexpected',
		message: error instanceof Error ? error.message : String(error),
		hint: 'This is a fault in Paraph: please report it.',
		subject: null,
		details: {},
	};
}

function detailsOf(error: ParaphError): FailureDetails {
	if (error instanceof TokenError) {
		return {
			...(error.pinState !== undefined && { pinState: error.pinState }),
			...(error.triesLeft !== undefined && { triesLeft: error.triesLeft }),
			...(error.candidates.length > 0 && { candidates: error.candidates }),
		};
	}
	if (error instanceof ServiceError) {
		const { triesLeft, notBefore } = error;
		return {
			...(triesLeft !== undefined && { triesLeft }),
			...(notBefore !== undefined && { notBefore: notBefore.toISOString() }),
		};
	}
	if (error instanceof NetworkError && error.status !== undefined) return { status: error.status };
	if (error instanceof ToldFailure) return error.details;
	if (error instanceof RequestError) return { where: error.where };
	return {};
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
	return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** The window asked for something that the contract does not know, or with an argument that it does not allow. */
export class RequestError extends ParaphError {
	readonly code = 'bad-request';
	/** Path in the argument, e.g. `mark.rectangle.width`; the verb itself where it is unknown. */
	readonly where: string;

	constructor(message: string, where: string) {
		super(message, { hint: 'This is a fault in Paraph: please report it.' });
		this.where = where;
	}
}
