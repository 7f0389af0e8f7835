import { ParaphError } from '../../core/ports/errors.ts';

const hints = {
	'backup-missing': 'Name the folder that `paraph backup` wrote to, and a time that it reaches back to.',
	'backup-damaged': 'Take another backup; --at names an earlier time.',
	'backup-key-wrong': 'Name the key file that the backup was made with.',
	'backup-newer': 'Restore with the version of Paraph that made it, or a newer one.',
	'not-empty': 'Restore into an empty folder and an empty database, then let the service use those.',
} as const;

export type BackupErrorCode = keyof typeof hints;

/** A backup cannot be made or used. */
export class BackupError extends ParaphError {
	readonly code: BackupErrorCode;

	constructor(code: BackupErrorCode, message: string, options: { subject?: string | undefined; cause?: unknown } = {}) {
		super(message, { hint: hints[code], ...options });
		this.code = code;
	}
}
