import { ParaphError } from '../../core/ports/errors.ts';

const rules = {
	'not-logged-in': [401, 'Log in, and send the token that you get.'],
	'second-factor-needed': [403, 'Give the code of your authenticator first.'],
	'role-forbids': [403, 'Ask an administrator.'],
	'https-needed': [403, 'Use the https address of the service.'],
	'origin-forbidden': [403, 'Use the form on the service’s own page.'],
	'not-found': [404, 'Check the address: /docs lists what there is.'],
	'blob-unknown': [404, 'Take the digest from the posting as it is now.'],
	'cursor-too-old': [410, 'Take the snapshot, and go on from its cursor.'],
	'upload-too-large': [413, 'See Tus-Max-Size.'],
	'upload-metadata': [400, 'Send posting, document, kind and sha256 in Upload-Metadata.'],
	'tus-version': [412, 'Send Tus-Resumable: 1.0.0.'],
	'request-invalid': [400, 'See /docs for what is expected.'],
	'range-unsatisfiable': [416, 'Ask for a part that lies within the file.'],
	'too-large': [413, 'Send less at a time.'],
	'unsupported-type': [415, 'See /docs for what is expected.'],
	'too-many-requests': [429, 'Wait as long as Retry-After says.'],
	internal: [500, 'The fault is ours: it is in the log under the id of this answer (X-Request-Id).'],
	unavailable: [503, 'Try again in a moment.'],
} as const satisfies Readonly<Record<string, readonly [status: number, hint: string]>>;

export type ApiErrorCode = keyof typeof rules;

/** The service refuses a request. */
export class ApiError extends ParaphError {
	readonly code: ApiErrorCode;
	readonly status: number;

	constructor(code: ApiErrorCode, message: string, options: { subject?: string | undefined; cause?: unknown } = {}) {
		const [status, hint] = rules[code];
		super(message, { hint, ...options });
		this.code = code;
		this.status = status;
	}
}
