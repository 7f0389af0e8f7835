import { ParaphError } from '../ports/errors.ts';
import type { Fetcher } from '../ports/fetcher.ts';
import { AiaClient } from './aiaClient.ts';
import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import { CertificatePool } from './certificatePool.ts';
import type { DownloadOptions } from './download.ts';
import { buildPaths } from './pathBuilding.ts';
import type { ProofCache } from './proofCache.ts';
import { readValidationData } from './validationData.ts';

/** How far issuers of issuers are asked for. */
const maximumDepth = 5;
/** Addresses asked at each depth: a stranger's certificate may list any number. */
const maximumAddresses = 4;
const maximumAncestors = 50;

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
	 * @param options.anyRoot whether a self-signed root that is no anchor will do.
	 * @returns what could not be fetched.
	 */
	async complete(
		certificate: Certificate,
		pool: CertificatePool,
		anchors: CertificatePool,
		options: DownloadOptions & { readonly time: Date; readonly anyRoot?: boolean | undefined },
	): Promise<ParaphError[]> {
		const asked = new Set<string>();
		const obstacles: ParaphError[] = [];
		for (let depth = 0; depth < maximumDepth; depth++) {
			const ends = options.anyRoot === true ? withRoots(anchors, pool) : anchors;
			if (buildPaths(certificate, pool, ends, options.time).next().done === false) break;
			const open = ancestors(certificate, pool)
				.flatMap((ancestor) => urlsIn(ancestor).map((url) => ({ url, ancestor, known: hasIssuer(ancestor, pool) })))
				.filter(({ url }) => !asked.has(url));
			// Another issuer of one whose issuer is at hand (a cross-certificate) is asked for only when nobody lacks one.
			const wanting = open.some(({ known }) => !known) ? open.filter(({ known }) => !known) : open;
			const urls = [...new Set(wanting.map(({ url }) => url))].slice(0, maximumAddresses);
			if (urls.length === 0) break;
			await Promise.all(
				urls.map(async (url) => {
					asked.add(url);
					try {
						const children = wanting.filter((one) => one.url === url).map(({ ancestor }) => ancestor);
						for (const issuer of await this.#fetch(url, children, options)) pool.add(issuer);
					} catch (error) {
						if (!(error instanceof ParaphError)) throw error;
						obstacles.push(error);
					}
				}),
			);
		}
		return obstacles;
	}

	/** What was kept serves while it is the issuer of one that names the address: an authority may have a new key since. */
	async #fetch(
		url: string,
		children: readonly Certificate[],
		options: DownloadOptions,
	): Promise<readonly Certificate[]> {
		const bytes = await this.#cache.get('issuers', url);
		const kept = new CertificatePool(bytes === undefined ? [] : readValidationData(bytes, url).certificates);
		if (children.some((child) => hasIssuer(child, kept))) return [...kept];
		const issuers = await this.#client.fetch(url, options);
		const [first] = issuers;
		// Bundles are rare and asked for anew; one certificate is kept as it is.
		if (first !== undefined && issuers.length === 1) await this.#cache.put('issuers', url, first.raw);
		return issuers;
	}
}

/** Anchors and, beside them, the pool's self-signed certificates. */
export const withRoots = (anchors: CertificatePool, pool: CertificatePool): CertificatePool =>
	new CertificatePool([
		...anchors,
		...[...pool].filter((certificate) => tolerant(false, () => certificate.isSelfSigned)),
	]);

/** The certificate, and those in the pool that lead up from it by their signatures. */
function ancestors(certificate: Certificate, pool: CertificatePool): Certificate[] {
	const found = new Set([certificate]);
	for (const child of found)
		for (const issuer of issuersOf(child, pool)) if (found.size < maximumAncestors) found.add(issuer);
	return [...found];
}

const hasIssuer = (certificate: Certificate, pool: CertificatePool): boolean => issuersOf(certificate, pool).length > 0;

/** Those in the pool whose key signed the certificate. */
export const issuersOf = (certificate: Certificate, pool: CertificatePool): readonly Certificate[] =>
	tolerant([], () => pool.issuersOf(certificate)).filter((issuer) =>
		tolerant(false, () => certificate.isSignedBy(issuer.publicKey)),
	);

const urlsIn = (certificate: Certificate): readonly string[] =>
	tolerant([], () =>
		certificate.isSelfIssued ? [] : certificate.caIssuersUrls.filter((url) => /^https?:/i.test(url)),
	);

/** What is damaged, or made with an algorithm nobody knows, leads nowhere. */
function tolerant<Value>(otherwise: Value, read: () => Value): Value {
	try {
		return read();
	} catch (error) {
		if (error instanceof CertificateError) return otherwise;
		throw error;
	}
}
