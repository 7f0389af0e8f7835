import type { Fetcher } from '../ports/fetcher.ts';
import { CertificateError } from './certificateError.ts';
import type { Crl } from './crl.ts';
import { type DownloadOptions, download } from './download.ts';
import { readValidationData } from './validationData.ts';

const timeout = 60_000;
/** The largest public lists have some ten megabytes. */
const maximumSize = 64 * 1024 * 1024;

/** Fetches revocation lists from distribution points. */
export class CrlClient {
	readonly #fetcher: Fetcher;

	constructor(fetcher: Fetcher) {
		this.#fetcher = fetcher;
	}

	/**
	 * The list at an address, DER or PEM; not verified, that is for `judgeRevocation`.
	 *
	 * @throws {NetworkError}, {CertificateError} `crl-malformed`, `certificates-unreadable`
	 */
	async fetch(url: string, options: DownloadOptions): Promise<Crl> {
		const accept = 'application/pkix-crl, application/x-pkcs7-crl, */*;q=0.1';
		const bytes = await download(this.#fetcher, { ...options, url, method: 'GET', accept, timeout, maximumSize });
		const [crl] = readValidationData(bytes, url).crls;
		if (crl === undefined)
			throw new CertificateError('crl-malformed', `${url} holds no revocation list`, { subject: url });
		return crl;
	}
}
