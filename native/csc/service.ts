/** What a remote signing service says of itself (`info`: v1.0.4 §11.1, v2 §11.1). */

import type { Fetcher } from '../../core/ports/fetcher.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { type CallOptions, CscClient, isNotThere } from './cscClient.ts';

export interface CscService {
	readonly client: CscClient;
	/** v1 and v2 differ in the names of what is sent and in who asks for PIN and one-time code. */
	readonly version: 1 | 2;
	/** For people. */
	readonly name: string;
	/** How an application gets in: `oauth2code`, `basic`, `external`, `TLS`, … */
	readonly authTypes: ReadonlySet<string>;
	/** Base address of the authorisation server's endpoints. */
	readonly oauth2: string | undefined;
	/** Issuer whose metadata names the endpoints (RFC 8414). */
	readonly oauth2Issuer: string | undefined;
}

/** Where `--remote` points to. */
export interface RemoteAddress {
	readonly base: string;
	/** Undefined: the account's only one. */
	readonly credentialId: string | undefined;
}

/**
 * Reads `URL#credentialID`.
 *
 * @throws {TokenError} `token-uri-invalid`.
 */
export function parseRemoteAddress(text: string): RemoteAddress {
	const url = URL.parse(text);
	if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) {
		throw new TokenError('token-uri-invalid', `'${text}' is not the address of a signing service.`, {
			hint: 'Write it as https://service.example/csc/v2#credentialID, without a user or password in it.',
		});
	}
	if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
		throw new TokenError('token-uri-invalid', `${url.host} would see the PIN go by unencrypted.`, {
			hint: 'Write the address with https: signing services have it (CSC API §7).',
		});
	}
	const fragment = url.hash.slice(1);
	url.hash = '';
	url.search = '';
	return { base: url.href.replace(/\/+$/, ''), credentialId: decoded(fragment) || undefined };
}

/**
 * Asks the service what it is, at the address itself or, where that is the host alone, at the API's usual paths below it.
 *
 * @throws {NetworkError}, {TokenError}.
 */
export async function discoverService(base: string, fetcher: Fetcher, signal?: AbortSignal): Promise<CscService> {
	const [first, ...others] = /\/csc\/v\d/.test(base) ? [base] : [base, `${base}/csc/v2`, `${base}/csc/v1`];
	try {
		return await askInfo(first ?? base, fetcher, { signal });
	} catch (error) {
		if (!isNotThere(error)) throw error;
		for (const other of others) {
			const found = await askInfo(other, fetcher, { signal }).catch((again: unknown) => {
				if (!isNotThere(again)) throw again;
			});
			if (found) return found;
		}
		throw error;
	}
}

async function askInfo(base: string, fetcher: Fetcher, options: CallOptions): Promise<CscService> {
	const client = new CscClient(base, fetcher);
	const { answer } = await client.call('info', {}, options);
	return {
		client,
		version: versionOf(answer.optionalText('specs'), base),
		name: answer.optionalText('name') || client.service,
		authTypes: new Set(answer.texts('authType')),
		oauth2: answer.optionalText('oauth2'),
		oauth2Issuer: answer.optionalText('oauth2Issuer'),
	};
}

/** `specs` is `1.0.4.0`, `2.0.0.2`, …; the path says so too. */
function versionOf(specs: string | undefined, base: string): 1 | 2 {
	const major = /^[vV]?(\d+)/.exec(specs ?? '')?.[1] ?? /\/csc\/v(\d+)/.exec(base)?.[1];
	return major === '0' || major === '1' ? 1 : 2;
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

function decoded(fragment: string): string {
	try {
		return decodeURIComponent(fragment);
	} catch {
		return fragment;
	}
}
