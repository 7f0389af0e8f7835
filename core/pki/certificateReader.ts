import { Certificate } from './certificate.ts';
import { digest } from './digest.ts';

/** More than a run meets of different ones; then it begins anew. */
const MOST_KEPT = 500;

/**
 * Reads certificates, each once: the answers of one authority carry the same ones, and what was learnt of them (keys,
 * signatures verified) is kept with them. One for a run; a reading says nothing of trust.
 */
export class CertificateReader {
	readonly #known = new Map<string, Certificate>();

	/** @throws {CertificateError} `certificate-malformed` */
	parse(der: Uint8Array): Certificate {
		const key = Buffer.from(digest('sha256', der)).toString('base64');
		const known = this.#known.get(key);
		if (known) return known;
		const certificate = Certificate.parse(der);
		if (this.#known.size >= MOST_KEPT) this.#known.clear();
		this.#known.set(key, certificate);
		return certificate;
	}
}
