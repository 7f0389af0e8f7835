import { ParaphError } from '../ports/errors.ts';
import type { Fetcher } from '../ports/fetcher.ts';
import { AiaClient } from './aiaClient.ts';
import type { Certificate } from './certificate.ts';
import type { CertificatePool } from './certificatePool.ts';
import type { DownloadOptions } from './download.ts';
import { buildPaths } from './pathBuilding.ts';
import type { ProofCache } from './proofCache.ts';
import { readValidationData } from './validationData.ts';

/** How far issuers of issuers are asked for. */
const maximumDepth = 5;
/** Addresses asked at each depth: a stranger's certificate may list any number. */
const maximumAddresses = 4;

/** Completes pools by the addresses in certificates (authorityInfoAccess), at most five issuers deep. */
export class IssuerSearch {
	readonly #client: AiaClient;
	readonly #cache: ProofCache;

	constructor(fetcher: Fetcher, cache: ProofCache) {
		this.#client = new AiaClient(fetcher);
		this.#cache = cache;
	}

	/**
	 * Adds issuers to the pool until a path to an anchor can be built, or nobody is left to ask.
	 *
	 * @returns what could not be fetched.
	 */
	async complete(
		certificate: Certificate,
		pool: CertificatePool,
		anchors: CertificatePool,
		options: DownloadOptions & { readonly time: Date },
	): Promise<ParaphError[]> {
		const asked = new Set<string>();
		const obstacles: ParaphError[] = [];
		for (let depth = 0; depth < maximumDepth; depth++) {
			if (buildPaths(certificate, pool, anchors, options.time).next().done === false) break;
			const urls = ancestors(certificate, pool)
				.flatMap((ancestor) => (ancestor.isSelfIssued ? [] : ancestor.caIssuersUrls))
				.filter((url) => /^https?:/i.test(url) && !asked.has(url))
				.slice(0, maximumAddresses);
			if (urls.length === 0) break;
			await Promise.all(
				urls.map(async (url) => {
					asked.add(url);
					try {
						for (const issuer of await this.#fetch(url, options)) pool.add(issuer);
					} catch (error) {
						if (!(error instanceof ParaphError)) throw error;
						obstacles.push(error);
					}
				}),
			);
		}
		return obstacles;
	}

	async #fetch(url: string, options: DownloadOptions): Promise<readonly Certificate[]> {
		const kept = await this.#cache.get('issuers', url);
		if (kept !== undefined) return readValidationData(kept, url).certificates;
		const issuers = await this.#client.fetch(url, options);
		const [first] = issuers;
		// Bundles are rare and asked for anew; one certificate is kept as it is.
		if (first !== undefined && issuers.length === 1) await this.#cache.put('issuers', url, first.raw);
		return issuers;
	}
}

/** The certificate, and those in the pool that lead up from it by their signatures. */
function ancestors(certificate: Certificate, pool: CertificatePool): Certificate[] {
	const found = new Set([certificate]);
	for (const child of found)
		for (const issuer of pool.issuersOf(child))
			if (found.size < 50 && !found.has(issuer) && child.isSignedBy(issuer.publicKey)) found.add(issuer);
	return [...found];
}
