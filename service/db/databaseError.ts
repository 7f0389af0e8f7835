import { ParaphError } from '../../core/ports/errors.ts';

export type ServiceDatabaseErrorCode = 'database-unreachable' | 'database-newer' | 'migration-failed' | 'data-in-use';

/** The service's database cannot be used. */
export class ServiceDatabaseError extends ParaphError {
	readonly code: ServiceDatabaseErrorCode;

	constructor(
		code: ServiceDatabaseErrorCode,
		message: string,
		options: { hint: string; subject?: string | undefined; cause?: unknown },
	) {
		super(message, options);
		this.code = code;
	}
}
