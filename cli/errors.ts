import { ConfigError } from '../core/config/configError.ts';
import { CertificateError } from '../core/pki/certificateError.ts';
import { ParaphError } from '../core/ports/errors.ts';
import { NetworkError } from '../core/ports/fetcher.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { ExitCode } from './command.ts';

export type UsageErrorCode = 'usage' | 'output-clash' | 'config-invalid';

/** The command line itself is wrong: nothing was tried. */
export class UsageError extends ParaphError {
	readonly code: UsageErrorCode;

	constructor(message: string, options: { hint?: string; code?: UsageErrorCode; subject?: string } = {}) {
		super(message, { hint: options.hint ?? 'See `paraph --help`.', subject: options.subject });
		this.code = options.code ?? 'usage';
	}
}

/** `error` of the JSON lines. */
export interface ShapedError {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
	/** What there is instead, where a key was named that is not there, or several that are. */
	readonly candidates?: readonly string[];
}

/** What the operating system's codes mean to a person. */
const systemErrors: Readonly<Record<string, readonly [code: string, what: string, hint: string]>> = {
	ENOENT: ['file-not-found', 'there is no such file', 'Check the path.'],
	EACCES: ['file-forbidden', 'access is denied', 'Check the permissions of the file and its folder.'],
	EPERM: ['file-forbidden', 'access is denied', 'Check the permissions of the file and its folder.'],
	EROFS: ['file-forbidden', 'the file system is read-only', 'Name another folder with --out-dir.'],
	EISDIR: ['file-is-folder', 'this is a folder, a file was expected', 'Name a file.'],
	ENOTDIR: ['file-not-found', 'a part of the path is not a folder', 'Check the path.'],
	ENOSPC: ['disk-full', 'the disk is full', 'Free some space, then run the command again.'],
	EDQUOT: ['disk-full', 'the disk quota is used up', 'Free some space, then run the command again.'],
	EEXIST: ['output-exists', 'the file exists already', 'Name another output, or allow it with --force.'],
	EMFILE: ['too-many-files', 'too many files are open', 'Raise the limit of open files.'],
	ENAMETOOLONG: ['file-not-found', 'the name is too long', 'Shorten the path.'],
};

/** Gives any thrown value the shape that people and scripts see: never a stack trace. */
export function shapeError(error: unknown): ShapedError {
	if (error instanceof ParaphError) {
		const { code, message, hint } = error;
		const candidates = error instanceof TokenError ? error.candidates : [];
		return { code, message, hint, ...(candidates.length > 0 ? { candidates } : {}) };
	}
	if (isSystemError(error)) {
		const known = systemErrors[error.code];
		const path = error.path === undefined ? '' : `${error.path}: `;
		if (known) return { code: known[0], message: `${path}${known[1]}`, hint: known[2] };
		return { code: 'system', message: `${path}${error.message}`, hint: 'The operating system refused.' };
	}
	if (isAbort(error)) return { code: 'cancelled', message: 'cancelled', hint: 'Run the command again to go on.' };
	const message = error instanceof Error ? error.message : String(error);
	return { code: 'internal', message, hint: 'This is a fault in Paraph: please report it with the file if you can.' };
}

/** The exit code of a run that ended with this error. */
export function exitCodeOf(error: unknown): number {
	if (error instanceof UsageError || error instanceof ConfigError) return ExitCode.usage;
	// Thrown for what options and configuration name, before anything is tried.
	if (error instanceof CertificateError && error.code === 'certificates-missing') return ExitCode.usage;
	if (isAbort(error)) return ExitCode.cancelled;
	if (error instanceof TokenError) {
		return error.code === 'token-uri-invalid' ? ExitCode.usage : ExitCode.token;
	}
	if (error instanceof NetworkError) return ExitCode.network;
	return ExitCode.failed;
}

export function isAbort(error: unknown): boolean {
	if (error instanceof NetworkError || error instanceof TokenError) {
		return error.code === 'cancelled' || error.code === 'pin-cancelled';
	}
	return error instanceof Error && error.name === 'AbortError';
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
