import { ParaphError } from '../../core/ports/errors.ts';

const hints = {
	'upload-gone': 'Begin the upload again.',
	'upload-offset': 'Ask for the offset with HEAD, and go on from there.',
	'upload-too-long': 'Announce the length that you send.',
	'upload-digest': 'Upload it again.',
	'upload-quota': 'Wait until earlier uploads were used or forgotten.',
} as const;

export type UploadErrorCode = keyof typeof hints;

/** An upload cannot go on. */
export class UploadError extends ParaphError {
	readonly code: UploadErrorCode;

	constructor(code: UploadErrorCode, message: string) {
		super(message, { hint: hints[code] });
		this.code = code;
	}
}
