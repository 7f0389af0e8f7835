/** What a remote signing service's refusals mean to a person. */
import { NetworkError } from '../../core/ports/fetcher.ts';
import { TokenError, type TokenErrorCode } from '../../core/ports/tokenError.ts';

/** A refusal as the API words it (CSC API v2 §10, v1 §10). */
export interface Refusal {
	/** `credentials/authorize`, `oauth2/token`, … */
	readonly method: string;
	/** HTTP status. */
	readonly status: number;
	/** `error`: one of the API's own words; empty where the answer has none. */
	readonly error: string;
	/** `error_description`. For `invalid_request` the tables of the API tell cases apart by it alone. */
	readonly description: string;
}

const byError: Readonly<Record<string, TokenErrorCode>> = {
	invalid_pin: 'pin-incorrect',
	invalid_otp: 'otp-incorrect',
	invalid_authentication_data: 'pin-incorrect',
	expired_token: 'authorisation-expired',
	invalid_token: 'authorisation-refused',
	invalid_grant: 'authorisation-refused',
	invalid_client: 'authorisation-refused',
	invalid_scope: 'authorisation-refused',
	access_denied: 'authorisation-refused',
	unauthorized_client: 'authorisation-refused',
};

/** The error descriptions of the API's own tables (v2 §11.5, §11.6, §11.10). */
const byDescription: Readonly<Record<string, TokenErrorCode>> = {
	'SAD expired': 'authorisation-expired',
	'Invalid parameter SAD': 'authorisation-expired',
	'Credential locked': 'pin-locked',
	'Invalid parameter credentialID': 'key-not-found',
	'The credential identified by credentialID is disabled': 'key-cannot-sign',
	'Signing certificate is expired': 'key-cannot-sign',
};

const hints: Partial<Record<TokenErrorCode, string>> = {
	'pin-incorrect': 'It was sent once and is not tried again: check it, since the service may lock the key.',
	'pin-locked': 'The provider of the signing service can unlock it.',
	'otp-incorrect': 'Run the command again with a fresh one-time code.',
	'authorisation-expired': 'Nothing is lost: run the command again and authorise at once when asked.',
	'authorisation-refused': 'Check the access token or the login, and that this account may use the key.',
	'key-not-found': 'Check the part after # in --remote; without it, the keys of the account are listed.',
	'key-cannot-sign': 'Ask the provider of the signing service about this key.',
};

/** 429 and 5xx speak of the service as a whole (§10.1), everything else of what was asked. */
export function refusalError(service: string, refusal: Refusal): TokenError | NetworkError {
	const { method, status, error } = refusal;
	const why = readable(refusal.description) || readable(error) || `HTTP status ${status}`;
	if ((status === 429 || status >= 500) && status !== 501) {
		return new NetworkError('http-status', `${service} cannot answer now (${method}: ${why}).`, {
			hint: 'Try again later.',
			subject: service,
			status,
		});
	}
	const code = codeOf(refusal);
	return new TokenError(code, `${service} refused ${method}: ${why}.`, {
		hint: hints[code] ?? 'Ask the provider of the signing service, and tell what it said.',
		subject: service,
	});
}

/** The answer is not what the API says it is. */
export const unreadableAnswer = (service: string, method: string, what: string): TokenError =>
	new TokenError('remote-unreadable', `${service} answered ${method} with something unreadable: ${what}.`, {
		hint: 'Check the address: it is the one that /info is appended to, such as https://service.example/csc/v2.',
		subject: service,
	});

function codeOf({ status, error, description }: Refusal): TokenErrorCode {
	const known = byError[error] ?? byDescription[description];
	if (known !== undefined) return known;
	// Services put the table's words in their own way.
	if (/\bSAD\b.*\bexpired\b|\bexpired\b.*\bSAD\b/i.test(description)) return 'authorisation-expired';
	return status === 401 || status === 403 ? 'authorisation-refused' : 'remote-refused';
}

/** A stranger's words, fit for one line of a terminal. */
const readable = (text: string): string =>
	text
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim()
		.replace(/\.$/, '')
		.slice(0, 300);
