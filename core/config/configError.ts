import { ParaphError } from '../ports/errors.ts';

export type ConfigErrorCode = 'config-unreadable' | 'config-invalid' | 'config-locked';

/** A configuration file cannot be used, or a locked value was to be changed. */
export class ConfigError extends ParaphError {
	readonly code: ConfigErrorCode;

	constructor(code: ConfigErrorCode, message: string, options: { hint: string; subject?: string; cause?: unknown }) {
		super(message, options);
		this.code = code;
	}
}
