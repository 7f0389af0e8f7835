import { ParaphError } from '../ports/errors.ts';

export type TimestampErrorCode =
	/** No authority is configured. */
	| 'tsa-missing'
	| 'tsa-offline'
	| 'tsa-unreachable'
	| 'tsa-timeout'
	/** The TLS handshake failed: its server certificate, or our client certificate. */
	| 'tsa-tls'
	/** User name and password, or the client certificate, were refused. */
	| 'tsa-unauthorised'
	| 'tsa-http-status'
	/** Still 429 or 503 after waiting as long as allowed. */
	| 'tsa-busy'
	/** Something other than a timestamp came back with status 200: most often a captive portal's page. */
	| 'tsa-not-a-timestamp'
	| 'tsa-truncated'
	| 'tsa-malformed'
	/** The authority answered that it will not: see `failInfo`. */
	| 'tsa-rejected'
	| 'tsa-wrong-nonce'
	| 'tsa-wrong-imprint'
	| 'tsa-wrong-policy'
	/** Not a timestamping certificate, or not the one the token names. */
	| 'tsa-bad-certificate'
	| 'tsa-expired-certificate'
	| 'tsa-untrusted'
	| 'tsa-bad-signature'
	| 'tsa-cancelled';

/** PKIFailureInfo bits that RFC 3161 §2.4.2 lists. */
export type FailInfo =
	| 'badAlg'
	| 'badRequest'
	| 'badDataFormat'
	| 'timeNotAvailable'
	| 'unacceptedPolicy'
	| 'unacceptedExtension'
	| 'addInfoNotAvailable'
	| 'systemFailure';

/** No timestamp came of it. `subject` is the authority's address. */
export class TimestampError extends ParaphError {
	readonly code: TimestampErrorCode;
	/** The HTTP status, where one came. */
	readonly status: number | undefined;
	/** Why the authority refused, where it says so. */
	readonly failInfo: readonly FailInfo[];
	/** What became of each authority of the list, this error included, in the order they were asked. */
	readonly attempts: readonly TimestampError[];

	constructor(
		code: TimestampErrorCode,
		message: string,
		options: {
			hint?: string | undefined;
			subject?: string | undefined;
			cause?: unknown;
			status?: number | undefined;
			failInfo?: readonly FailInfo[] | undefined;
			attempts?: readonly TimestampError[] | undefined;
		} = {},
	) {
		super(message, { hint: options.hint ?? hints[code], subject: options.subject, cause: options.cause });
		this.code = code;
		this.status = options.status;
		this.failInfo = options.failInfo ?? [];
		this.attempts = options.attempts ?? [this];
	}

	/** Whether it is the network's doing, so that trying later is worth it. */
	get isNetwork(): boolean {
		return this.attempts.every((attempt) => networkCodes.has(attempt.code));
	}
}

const networkCodes: ReadonlySet<TimestampErrorCode> = new Set([
	'tsa-offline',
	'tsa-unreachable',
	'tsa-timeout',
	'tsa-tls',
	'tsa-http-status',
	'tsa-busy',
	'tsa-not-a-timestamp',
	'tsa-truncated',
]);

const hints: Record<TimestampErrorCode, string> = {
	'tsa-missing': 'Name a timestamp authority with --tsa or in the configuration.',
	'tsa-offline': 'Run `paraph extend` where the network may be used.',
	'tsa-unreachable': 'Check the network and the address of the timestamp authority, then run `paraph extend`.',
	'tsa-timeout': 'The timestamp authority is slow or the network drops packets: try again later with `paraph extend`.',
	'tsa-tls': 'Check the address, the clock of this machine and the client certificate.',
	'tsa-unauthorised': 'Check the user name and password, or the client certificate, for this timestamp authority.',
	'tsa-http-status': 'Check the address of the timestamp authority, or ask its operator.',
	'tsa-busy': 'The timestamp authority asks for a slower pace: set a rate, or try again later.',
	'tsa-not-a-timestamp': 'A web page came instead of a timestamp: sign in to the network, or check the address.',
	'tsa-truncated': 'The answer was cut short on its way: try again, and look at proxies in between.',
	'tsa-malformed': 'The timestamp authority does not follow RFC 3161: use another one.',
	'tsa-rejected': 'Ask the operator of the timestamp authority, or use another one.',
	'tsa-wrong-nonce':
		'The answer belongs to another request: something between here and the authority may be tampering.',
	'tsa-wrong-imprint': 'The timestamp is for other data: something between here and the authority may be tampering.',
	'tsa-wrong-policy': 'The timestamp authority does not serve the policy asked for: correct the configuration.',
	'tsa-bad-certificate': 'The authority signs with a certificate not made for timestamps: use another one.',
	'tsa-expired-certificate': 'The authority signs with an expired certificate: use another one.',
	'tsa-untrusted': 'Add the root certificate of the timestamp authority to the trust anchors, or use another one.',
	'tsa-bad-signature': 'The timestamp is damaged or forged: use another authority.',
	'tsa-cancelled': 'Run it again when you like.',
};
