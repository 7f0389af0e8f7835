import { ParaphError } from '../../core/ports/errors.ts';

export type BlobErrorCode = 'blob-missing' | 'blob-damaged' | 'blob-length' | 'store-unreachable';

/** The bytes of a document cannot be kept or given. */
export class BlobError extends ParaphError {
	readonly code: BlobErrorCode;

	constructor(
		code: BlobErrorCode,
		message: string,
		options: { hint: string; subject?: string | undefined; cause?: unknown },
	) {
		super(message, options);
		this.code = code;
	}
}
