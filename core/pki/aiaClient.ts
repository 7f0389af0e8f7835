import type { Fetcher } from '../ports/fetcher.ts';
import type { Certificate } from './certificate.ts';
import { type DownloadOptions, download } from './download.ts';
import { readValidationData } from './validationData.ts';

const timeout = 15_000;
const maximumSize = 1024 * 1024;

/** Fetches issuers' certificates from the addresses of authorityInfoAccess (RFC 5280 §4.2.2.1). */
export class AiaClient {
	readonly #fetcher: Fetcher;

	constructor(fetcher: Fetcher) {
		this.#fetcher = fetcher;
	}

	/**
	 * The certificates at an address: one in DER or PEM, or a bundle.
	 *
	 * @throws {NetworkError}, {CertificateError} `certificates-unreadable`
	 */
	async fetch(url: string, options: DownloadOptions): Promise<readonly Certificate[]> {
		const accept = 'application/pkix-cert, application/pkcs7-mime, */*;q=0.1';
		const bytes = await download(this.#fetcher, { ...options, url, method: 'GET', accept, timeout, maximumSize });
		return readValidationData(bytes, url).certificates;
	}
}
