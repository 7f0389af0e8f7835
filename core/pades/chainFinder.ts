import type { Certificate } from '../pki/certificate.ts';
import { CertificatePool } from '../pki/certificatePool.ts';
import { type IssuerSearch, issuersOf, withRoots } from '../pki/issuerSearch.ts';
import { buildPaths } from '../pki/pathBuilding.ts';
import type { AddressOrigin } from '../ports/fetcher.ts';

/** A certificate and those above it. */
export interface Chain {
	/** From the certificate upwards, the anchor or root last where it was found. */
	readonly certificates: readonly Certificate[];
	/** Whether it ends in a trust anchor. */
	readonly anchored: boolean;
	/** Whether it ends in an anchor or a self-signed certificate. */
	readonly complete: boolean;
	/** Why an issuer could not be fetched. */
	readonly failure: Error | undefined;
}

/** Completes chains from what is at hand, then from the addresses that certificates name. */
export class ChainFinder {
	readonly #pool = new CertificatePool();
	readonly #anchors: CertificatePool;
	readonly #issuers: IssuerSearch;

	constructor(issuers: IssuerSearch, anchors: Iterable<Certificate>, certificates: Iterable<Certificate>) {
		this.#issuers = issuers;
		this.#anchors = new CertificatePool(anchors);
		this.learn(certificates);
	}

	/** Certificates that came along with something. */
	learn(certificates: Iterable<Certificate>): void {
		for (const certificate of certificates) this.#pool.add(certificate);
	}

	async find(
		certificate: Certificate,
		origin: AddressOrigin,
		time: Date,
		signal: AbortSignal | undefined,
	): Promise<Chain> {
		const anyRoot = origin !== 'stranger';
		const options = { origin, signal, time, anyRoot };
		const [failure] = await this.#issuers.complete(certificate, this.#pool, this.#anchors, options);
		const anchored = first(buildPaths(certificate, this.#pool, this.#anchors, time));
		if (anchored) return { certificates: anchored, anchored: true, complete: true, failure: undefined };
		const rooted = first(buildPaths(certificate, this.#pool, withRoots(this.#anchors, this.#pool), time));
		if (rooted) return { certificates: rooted, anchored: false, complete: true, failure: undefined };
		return { certificates: this.#climb(certificate), anchored: false, complete: false, failure };
	}

	/** What there is of a chain that does not reach its end. */
	#climb(certificate: Certificate): readonly Certificate[] {
		const chain = [certificate];
		for (const last of chain) {
			const issuer = issuersOf(last, this.#pool).find((candidate) => !chain.includes(candidate));
			if (issuer) chain.push(issuer);
		}
		return chain;
	}
}

const first = <Item>(items: Iterable<Item>): Item | undefined => {
	for (const item of items) return item;
	return undefined;
};
