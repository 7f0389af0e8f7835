import { type FetchRequest, NetworkError, type NetworkErrorCode } from '../ports/fetcher.ts';

/**
 * What an exception of undici or the system means for whoever asked.
 *
 * @param timedOut whether the request's own time was up.
 */
export function asNetworkError(error: unknown, request: FetchRequest, timedOut: boolean): unknown {
	const causes = chainOf(error);
	const own = causes.find((cause) => cause instanceof NetworkError);
	if (own !== undefined) return own;
	const codes = causes.map(codeOf).filter((code) => code !== undefined);
	const kind = kindOf(causes, codes, request, timedOut);
	// Whatever is not about the network is a fault of ours, and must not be dressed up as one.
	if (kind === undefined) return error;
	const { what, hint } = meanings[kind];
	const detail = codes.length > 0 ? ` (${codes.join(', ')})` : '';
	return new NetworkError(kind, `${request.url} ${what}${detail}`, { hint, subject: request.url, cause: error });
}

type Kind = Extract<NetworkErrorCode, 'timeout' | 'cancelled' | 'tls' | 'wrong-content' | 'unreachable'>;

const meanings: Record<Kind, { readonly what: string; readonly hint: string }> = {
	timeout: { what: 'did not answer in time', hint: 'Try again later, or use another server.' },
	cancelled: { what: 'was not waited for', hint: 'It was cancelled; start it again when you like.' },
	tls: {
		what: 'could not be reached securely',
		hint: 'Check the address and the certificate of the server, and the client certificate if it wants one.',
	},
	'wrong-content': {
		what: 'broke off its answer',
		hint: 'Try again; if it stays so, the server or a proxy is at fault.',
	},
	unreachable: { what: 'cannot be reached', hint: 'Check the address, the network connection and the proxy.' },
};

function kindOf(
	causes: readonly unknown[],
	codes: readonly string[],
	request: FetchRequest,
	timedOut: boolean,
): Kind | undefined {
	if (request.signal?.aborted === true) return 'cancelled';
	if (timedOut || codes.some((code) => timeouts.has(code))) return 'timeout';
	if (codes.some((code) => tlsFault.test(code))) return 'tls';
	if (codes.some((code) => brokenAnswers.has(code))) return 'wrong-content';
	const fromSystem = causes.some((cause) => cause instanceof Error && 'syscall' in cause);
	return fromSystem || codes.some((code) => code.startsWith('UND_ERR') || code.startsWith('HPE_'))
		? 'unreachable'
		: undefined;
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

const brokenAnswers = new Set(['UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'ECONNRESET', 'EPIPE']);

/** OpenSSL's verification codes, and those of the handshake. */
const tlsFault =
	/^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/;

/** The error and what caused it, AggregateErrors of several addresses included. */
function chainOf(error: unknown): unknown[] {
	const chain: unknown[] = [];
	const open = [error];
	for (let next = open.shift(); next !== undefined && chain.length < 16; next = open.shift()) {
		chain.push(next);
		if (next instanceof AggregateError) open.push(...next.errors);
		if (next instanceof Error && next.cause !== undefined) open.push(next.cause);
	}
	return chain;
}

const codeOf = (error: unknown): string | undefined =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
