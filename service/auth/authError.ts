import { ParaphError } from '../../core/ports/errors.ts';
import type { AfterFailure } from './lockout.ts';

const rules = {
	'challenge-unknown': [401, 'Ask for a new challenge, and answer it within its time.'],
	'challenge-signature': [401, 'Sign hash(origin) followed by hash(nonce) with the key of this certificate.'],
	'certificate-refused': [401, 'Log in with the authentication certificate of a card that this service accepts.'],
	'certificate-revocation-unknown': [503, 'Its issuer does not answer at the moment: try again later.'],
	'certificate-taken': [409, 'It was enrolled by somebody else: ask an administrator.'],
	'certificate-purpose': [422, 'Enrol the certificate that you sign documents with.'],
	'identifier-taken': [409, 'It belongs to another account: log in with that one, or ask an administrator.'],
	'login-not-offered': [404, 'See /v1/auth/methods for what there is.'],
	'login-failed': [401, 'Begin the login again.'],
	'login-pending': [409, 'Finish the login in the browser first.'],
	'issuer-unreachable': [503, 'The issuer does not answer at the moment: try again later.'],
	'code-wrong': [401, 'Have another code sent.'],
	'totp-wrong': [401, 'Use the code that the authenticator shows now; each works once.'],
	'totp-enrolled': [409, 'Ask another administrator to reset it if the device is lost.'],
	'totp-not-enrolled': [409, 'Enrol an authenticator first.'],
	'locked-out': [429, 'Try again after that time; Retry-After says it in seconds.'],
	'account-disabled': [403, 'Ask an administrator.'],
	'person-unknown': [404, 'See the list of people.'],
} as const satisfies Readonly<Record<string, readonly [status: number, hint: string]>>;

export type AuthErrorCode = keyof typeof rules;

interface AuthErrorOptions {
	readonly cause?: unknown;
	readonly retryAfter?: number | undefined;
	readonly triesLeft?: number | undefined;
}

/** Somebody could not show who they are. */
export class AuthError extends ParaphError {
	readonly code: AuthErrorCode;
	readonly status: number;
	/** Seconds. */
	readonly retryAfter: number | undefined;
	/** Before whoever failed is locked out. */
	readonly triesLeft: number | undefined;

	constructor(code: AuthErrorCode, message: string, options: AuthErrorOptions = {}) {
		const [status, hint] = rules[code];
		super(message, { hint, cause: options.cause });
		this.code = code;
		this.status = status;
		this.retryAfter = options.retryAfter;
		this.triesLeft = options.triesLeft;
	}

	/** The same failure, once it was counted. */
	counted({ triesLeft, retryAfter }: AfterFailure): AuthError {
		return new AuthError(this.code, this.message, { cause: this.cause, triesLeft, retryAfter });
	}
}
