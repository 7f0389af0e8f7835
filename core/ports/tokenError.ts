import { ParaphError } from './errors.ts';

/** One code for each thing a person can do about a token. */
export type TokenErrorCode =
	| 'module-missing'
	| 'module-broken'
	| 'module-architecture'
	| 'module-crashed'
	| 'module-timeout'
	| 'token-uri-invalid'
	| 'token-not-found'
	| 'token-ambiguous'
	| 'token-removed'
	| 'token-busy'
	| 'key-not-found'
	| 'key-ambiguous'
	| 'key-cannot-sign'
	| 'certificate-not-found'
	| 'mechanism-missing'
	| 'pin-required'
	| 'pin-incorrect'
	| 'pin-locked'
	| 'pin-expired'
	| 'pin-length'
	| 'pin-cancelled'
	| 'signature-invalid'
	| 'p12-unreadable'
	| 'remote-refused'
	| 'remote-unreadable'
	| 'authorisation-refused'
	| 'authorisation-expired'
	| 'otp-required'
	| 'otp-incorrect'
	| 'token-failed';

/** What a token says of its PIN without being asked for it; PKCS#11 gives flags, only some cards a number. */
export type PinState = 'ok' | 'tried-wrongly' | 'last-try' | 'locked' | 'not-set' | 'to-be-changed';

/** A PIN or an authorisation that was refused is not asked for again, for no file: another try could lock the key. */
const finalCodes: ReadonlySet<TokenErrorCode> = new Set([
	'pin-required',
	'pin-incorrect',
	'pin-locked',
	'pin-expired',
	'pin-length',
	'pin-cancelled',
	'otp-required',
	'otp-incorrect',
	'authorisation-refused',
]);

/** A token, its driver or its key did not do what was asked. */
export class TokenError extends ParaphError {
	readonly code: TokenErrorCode;
	/** Nothing more is asked of this key in this run: whatever is left of a batch would fail alike. */
	readonly final: boolean;
	/** Where the token said so, after a wrong PIN. */
	readonly pinState: PinState | undefined;
	/** Only where the card gives a number. */
	readonly triesLeft: number | undefined;
	/** What there is instead, for the ambiguous and the unknown. */
	readonly candidates: readonly string[];

	constructor(
		code: TokenErrorCode,
		message: string,
		options: {
			hint: string;
			subject?: string | undefined;
			cause?: unknown;
			pinState?: PinState | undefined;
			triesLeft?: number | undefined;
			candidates?: readonly string[] | undefined;
			/** Where the code alone does not say so. */
			final?: boolean | undefined;
		},
	) {
		super(message, options);
		this.code = code;
		this.final = options.final ?? finalCodes.has(code);
		this.pinState = options.pinState;
		this.triesLeft = options.triesLeft;
		this.candidates = options.candidates ?? [];
	}
}
