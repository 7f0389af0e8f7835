import { randomBytes } from 'node:crypto';
import { type Fetcher, NetworkError } from '../ports/fetcher.ts';
import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import { type DownloadOptions, download } from './download.ts';
import { encodeOcspRequest } from './ocspRequest.ts';
import { OcspResponse } from './ocspResponse.ts';

const timeout = 15_000;
const maximumSize = 1024 * 1024;
/** RFC 5019 §5: longer addresses are cut short on the way. */
const maximumAddress = 255;
const nonceLength = 32;

/** Asks OCSP responders (RFC 6960 appendix A). */
export class OcspClient {
	readonly #fetcher: Fetcher;

	constructor(fetcher: Fetcher) {
		this.#fetcher = fetcher;
	}

	/**
	 * Asks one responder about one certificate: by POST with a nonce; without one where it refuses it; by GET where it
	 * refuses POST and the request is short enough.
	 *
	 * The answer is not verified, that is for `judgeRevocation`; only a nonce that comes back must be the one sent.
	 *
	 * @throws {NetworkError}, {CertificateError} `ocsp-malformed`, `ocsp-wrong-nonce`
	 */
	async ask(
		url: string,
		certificate: Certificate,
		issuer: Certificate,
		options: DownloadOptions,
	): Promise<OcspResponse> {
		const nonce = randomBytes(nonceLength);
		try {
			const response = await this.#post(url, encodeOcspRequest(certificate, issuer, { nonce }), options);
			const plain = response.status === 'malformedRequest' || response.status === 'internalError';
			if (plain) return await this.#post(url, encodeOcspRequest(certificate, issuer), options);
			checkNonce(response, nonce, url);
			return response;
		} catch (error) {
			const address = getAddress(url, encodeOcspRequest(certificate, issuer));
			if (!refusesPost(error) || address.length > maximumAddress) throw error;
			return await this.#get(address, options);
		}
	}

	async #post(url: string, body: Uint8Array, options: DownloadOptions): Promise<OcspResponse> {
		const contentType = 'application/ocsp-request';
		return parse(await download(this.#fetcher, { ...common, ...options, url, method: 'POST', body, contentType }));
	}

	async #get(url: string, options: DownloadOptions): Promise<OcspResponse> {
		return parse(await download(this.#fetcher, { ...common, ...options, url, method: 'GET' }));
	}
}

const common = { accept: 'application/ocsp-response', timeout, maximumSize } as const;

const parse = (bytes: Uint8Array): OcspResponse => OcspResponse.parse(bytes);

/** RFC 6960 appendix A.1. */
const getAddress = (url: string, request: Uint8Array): string =>
	`${url.replace(/\/$/, '')}/${encodeURIComponent(Buffer.from(request).toString('base64'))}`;

const refusesPost = (error: unknown): boolean =>
	error instanceof NetworkError && error.status !== undefined && [400, 404, 405, 411, 415, 501].includes(error.status);

function checkNonce(response: OcspResponse, nonce: Uint8Array, url: string): void {
	const answered = response.basic?.nonce;
	if (answered !== undefined && Buffer.compare(answered, nonce) !== 0)
		throw new CertificateError('ocsp-wrong-nonce', `${url} answered with the nonce of another request`, {
			subject: url,
		});
}
