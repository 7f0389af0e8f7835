import { ParaphError } from '../ports/errors.ts';

/**
 * The service did not do what it was asked.
 *
 * `code` is the service's own (RFC 9457 problem with `code`, `message`, `hint`), or one of ours: `service-unreadable` when
 * the answer is not what the protocol says, `login-needed` when the session has ended, `no-account`.
 */
export class ServiceError extends ParaphError {
	readonly code: string;
	/** HTTP status; 0 where there was no answer to speak of. */
	readonly status: number;
	/** Of a login that failed: how often it may fail again before a wait. */
	readonly triesLeft: number | undefined;
	/** Before then the service does not want to be asked again. */
	readonly notBefore: Date | undefined;

	constructor(
		code: string,
		message: string,
		options: {
			readonly hint: string;
			readonly status?: number;
			readonly subject?: string | undefined;
			readonly triesLeft?: number | undefined;
			readonly notBefore?: Date | undefined;
			readonly cause?: unknown;
		},
	) {
		super(message, options);
		this.code = code;
		this.status = options.status ?? 0;
		this.triesLeft = options.triesLeft;
		this.notBefore = options.notBefore;
	}
}

export const loginNeeded = (service: string): ServiceError =>
	new ServiceError('login-needed', `You are not logged in at ${service}.`, {
		hint: 'Log in; what you have done meanwhile is kept and sent then.',
		status: 401,
		subject: service,
	});

export const unreadable = (service: string, what: string, cause?: unknown): ServiceError =>
	new ServiceError('service-unreadable', `${service} gave an answer that is not understood: ${what}.`, {
		hint: 'Check the address; it may be no service of Paraph, or a newer one than this program knows.',
		subject: service,
		cause,
	});
