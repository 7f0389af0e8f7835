import type { AiaClient } from '../pki/aiaClient.ts';
import type { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { CertificatePool } from '../pki/certificatePool.ts';
import { DerError } from '../pki/der.ts';
import type { AddressOrigin } from '../ports/fetcher.ts';
import { NetworkError } from '../ports/fetcher.ts';

/** Issuers in a chain, and how often the network is asked for one of them. */
const maximumLength = 8;
const maximumFetches = 5;

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
	readonly #aia: AiaClient;

	constructor(aia: AiaClient, anchors: Iterable<Certificate>, certificates: Iterable<Certificate>) {
		this.#aia = aia;
		this.#anchors = new CertificatePool(anchors);
		for (const certificate of certificates) this.#pool.add(certificate);
	}

	/** Certificates that came along with something. */
	learn(certificates: Iterable<Certificate>): void {
		for (const certificate of certificates) this.#pool.add(certificate);
	}

	async find(certificate: Certificate, origin: AddressOrigin, signal: AbortSignal | undefined): Promise<Chain> {
		const certificates = [certificate];
		let failure: Error | undefined;
		let fetches = 0;
		while (certificates.length < maximumLength) {
			const last = certificates[certificates.length - 1] ?? certificate;
			if (this.#anchors.has(last)) return { certificates, anchored: true, complete: true, failure: undefined };
			if (isSelfSigned(last)) return { certificates, anchored: false, complete: true, failure: undefined };
			let issuer = this.#issuerAtHand(last);
			if (!issuer && fetches < maximumFetches) {
				fetches++;
				failure = await this.#fetchIssuers(last, origin, signal);
				issuer = this.#issuerAtHand(last);
			}
			if (!issuer || certificates.some((one) => one.equals(issuer))) break;
			certificates.push(issuer);
		}
		return { certificates, anchored: false, complete: false, failure };
	}

	#issuerAtHand(certificate: Certificate): Certificate | undefined {
		const candidates = [...this.#anchors.issuersOf(certificate), ...this.#pool.issuersOf(certificate)];
		return candidates.find((candidate) => isIssuedBy(certificate, candidate));
	}

	async #fetchIssuers(
		certificate: Certificate,
		origin: AddressOrigin,
		signal: AbortSignal | undefined,
	): Promise<Error | undefined> {
		let failure: Error | undefined;
		for (const url of certificate.caIssuersUrls) {
			try {
				this.learn(await this.#aia.fetch(url, { origin, signal }));
				return undefined;
			} catch (error) {
				if (!(error instanceof NetworkError || error instanceof CertificateError || error instanceof DerError)) throw error;
				failure = error;
			}
		}
		return failure;
	}
}

function isSelfSigned(certificate: Certificate): boolean {
	return tolerant(() => certificate.isSelfSigned);
}

function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
	return tolerant(() => certificate.isSignedBy(issuer.publicKey));
}

/** A certificate that cannot be checked is no issuer. */
function tolerant(check: () => boolean): boolean {
	try {
		return check();
	} catch (error) {
		if (error instanceof CertificateError || error instanceof DerError) return false;
		throw error;
	}
}
