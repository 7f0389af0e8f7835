import { ParaphError } from '../../core/ports/errors.ts';

export type BatchErrorCode =
	| 'batch-running'
	| 'batch-not-running'
	| 'batch-empty'
	| 'row-unknown'
	| 'folder-wanted'
	| 'too-many-rows';

const hints: Record<BatchErrorCode, string> = {
	'batch-running': 'Wait until it has ended, or cancel it.',
	'batch-not-running': 'Begin it first.',
	'batch-empty': 'Add documents, or mend those that are in trouble.',
	'row-unknown': 'Add the document again.',
	'folder-wanted': 'Choose a folder for the signed files.',
	'too-many-rows': 'Sign these first, then the rest.',
};

/** What the window asked of the batch cannot be done as the batch is now. */
export class BatchError extends ParaphError {
	readonly code: BatchErrorCode;

	constructor(code: BatchErrorCode, message: string, subject?: string) {
		super(message, { hint: hints[code], subject });
		this.code = code;
	}
}
