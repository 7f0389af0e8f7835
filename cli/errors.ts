import { JournalError } from '../core/batch/journalError.ts';
import { ConfigError } from '../core/config/configError.ts';
import { ParaphError } from '../core/ports/errors.ts';
import { NetworkError } from '../core/ports/fetcher.ts';
import { type Reason, reasonOf } from '../core/ports/reason.ts';
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
export interface ShapedError extends Reason {
	/** What there is instead, where a key was named that is not there, or several that are. */
	readonly candidates?: readonly string[];
}

/** Gives any thrown value the shape that people and scripts see: never a stack trace. */
export function shapeError(error: unknown): ShapedError {
	const candidates = error instanceof TokenError ? error.candidates : [];
	return { ...reasonOf(error), ...(candidates.length > 0 ? { candidates } : {}) };
}

/** Of files that options and configuration name, which are read before anything is tried. */
const namedWrongly: ReadonlySet<string> = new Set([
	...['certificates-missing', 'certificates-unreadable', 'policy-malformed'],
	...['list-malformed', 'list-unsigned', 'list-signature-refused', 'list-tampered', 'list-signer-unknown'],
]);

/** The exit code of a run that ended with this error. */
export function exitCodeOf(error: unknown): number {
	if (error instanceof UsageError || error instanceof ConfigError) return ExitCode.usage;
	// The journal that was named cannot be one: nothing was tried.
	if (error instanceof JournalError) return ExitCode.usage;
	if (error instanceof ParaphError && namedWrongly.has(error.code)) return ExitCode.usage;
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
