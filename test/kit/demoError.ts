import { ParaphError } from '../../core/ports/errors.ts';

export type DemoErrorCode = 'softhsm-missing' | 'demo-running' | 'postgres-missing' | 'postgres-failed';

/** The demo cannot be put up on this machine as it is. */
export class DemoError extends ParaphError {
	readonly code: DemoErrorCode;

	constructor(code: DemoErrorCode, message: string, options: { hint: string; subject?: string; cause?: unknown }) {
		super(message, options);
		this.code = code;
	}
}
