import { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';

/** Certificates at hand, found by the name of their subject. Each is kept once, so what was learnt of it stays learnt. */
export class CertificatePool implements Iterable<Certificate> {
	readonly #byFingerprint = new Map<string, Certificate>();
	readonly #bySubject = new Map<string, Certificate[]>();

	constructor(certificates: Iterable<Certificate> = []) {
		for (const certificate of certificates) this.add(certificate);
	}

	get size(): number {
		return this.#byFingerprint.size;
	}

	/** Adds a certificate, or finds the one that is there already; one whose names are damaged finds no issuer here. */
	add(certificate: Certificate): Certificate {
		const known = this.#byFingerprint.get(certificate.fingerprint);
		if (known !== undefined) return known;
		this.#byFingerprint.set(certificate.fingerprint, certificate);
		const key = subjectKey(certificate);
		if (key === undefined) return certificate;
		const named = this.#bySubject.get(key);
		if (named === undefined) this.#bySubject.set(key, [certificate]);
		else named.push(certificate);
		return certificate;
	}

	/** Parses and adds. @throws {CertificateError} `certificate-malformed` */
	addDer(bytes: Uint8Array): Certificate {
		return this.add(Certificate.parse(bytes));
	}

	has(certificate: Certificate): boolean {
		return this.#byFingerprint.has(certificate.fingerprint);
	}

	/** Those that bear the name of this certificate's issuer. */
	issuersOf(certificate: Certificate): readonly Certificate[] {
		return this.#bySubject.get(certificate.issuer.key) ?? [];
	}

	[Symbol.iterator](): Iterator<Certificate> {
		return this.#byFingerprint.values();
	}
}

function subjectKey(certificate: Certificate): string | undefined {
	try {
		return certificate.subject.key;
	} catch (error) {
		if (error instanceof CertificateError) return undefined;
		throw error;
	}
}
