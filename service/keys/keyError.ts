import { ParaphError } from '../../core/ports/errors.ts';

export type KeyErrorCode =
	| 'tenant-key-missing'
	| 'tenant-key-unreadable'
	| 'tenant-key-wrong'
	| 'sealed-damaged'
	| 'key-destroyed';

/** What is encrypted cannot be read, or nothing can be encrypted. */
export class KeyError extends ParaphError {
	readonly code: KeyErrorCode;

	constructor(
		code: KeyErrorCode,
		message: string,
		options: { hint: string; subject?: string | undefined; cause?: unknown },
	) {
		super(message, options);
		this.code = code;
	}
}
