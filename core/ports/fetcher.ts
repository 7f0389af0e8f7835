import { ParaphError } from './errors.ts';

/** Who wrote the address: decides which of them may be asked at all. */
export type AddressOrigin =
	/** Set by the user or the machine's configuration (TSA, proxy, service): loopback and private addresses allowed. */
	| 'configured'
	/** Read from the signer's own certificate and its chain, at the desk: allowed likewise. */
	| 'own-certificate'
	/** Read from a file or certificate that someone sent: public addresses alone, unless `network.allowLocal`. */
	| 'stranger';

/** `POST` and `PATCH` carry a body. */
export type FetchMethod = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';

export interface FetchRequest {
	readonly url: string;
	readonly method: FetchMethod;
	readonly origin: AddressOrigin;
	readonly body?: Uint8Array | undefined;
	readonly contentType?: string | undefined;
	readonly accept?: string | undefined;
	/** Further headers by name, such as `if-match`; like credentials, for this address alone. */
	readonly headers?: Readonly<Record<string, string>> | undefined;
	/** Basic authentication or a token of OAuth 2.0; sent to this address alone, never after a redirect to another host. */
	readonly credentials?: { readonly user: string; readonly password: string } | { readonly bearer: string } | undefined;
	/** TLS client certificate as PKCS#12 with its password. */
	readonly clientCertificate?: { readonly pkcs12: Uint8Array; readonly password: string } | undefined;
	/** Milliseconds for the whole exchange. */
	readonly timeout: number;
	/** Bytes; a longer answer is refused while it streams. */
	readonly maximumSize: number;
	readonly signal?: AbortSignal | undefined;
}

export interface FetchResponse {
	readonly status: number;
	readonly contentType: string;
	readonly body: Uint8Array;
	/** By name in lower case; of a repeated one the first. */
	readonly headers: Readonly<Record<string, string>>;
	/** Seconds, from `Retry-After` in either spelling. */
	readonly retryAfter: number | undefined;
	/** After redirects. */
	readonly url: string;
}

/** One HTTP exchange, within the rules for addresses. The offline one refuses each request with `offline`. */
export interface Fetcher {
	/** @throws {NetworkError} when there is no answer to give; an HTTP error status is an answer. */
	fetch(request: FetchRequest): Promise<FetchResponse>;
}

export type NetworkErrorCode =
	| 'offline'
	| 'address-refused'
	| 'unreachable'
	| 'timeout'
	| 'too-large'
	| 'tls'
	| 'redirect-refused'
	| 'http-status'
	| 'wrong-content'
	| 'cancelled';

/** The network gave no usable answer. */
export class NetworkError extends ParaphError {
	readonly code: NetworkErrorCode;
	readonly status: number | undefined;

	constructor(
		code: NetworkErrorCode,
		message: string,
		options: { hint: string; subject?: string | undefined; cause?: unknown; status?: number | undefined },
	) {
		super(message, options);
		this.code = code;
		this.status = options.status;
	}
}
