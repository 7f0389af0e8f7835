import { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import { Crl } from '../../pki/crl.ts';
import { digest } from '../../pki/digest.ts';
import { OcspResponse } from '../../pki/ocspResponse.ts';

/**
 * Reads certificates, CRLs and OCSP responses, each that can be read: what others put beside them is of no use and no harm.
 *
 * What was read is kept, up to a bound, and with it what was learnt of it (keys, signatures verified): the files of a batch
 * carry the same authorities. One for a run; a reading says nothing of trust.
 */
export class EvidenceReader {
	readonly #certificates = new Readings(readCertificate);
	readonly #crls = new Readings(Crl.parse);
	readonly #ocspResponses = new Readings(OcspResponse.parse);

	certificates(encoded: readonly Uint8Array[]): readonly Certificate[] {
		return encoded.flatMap((bytes) => this.#certificates.read(bytes));
	}

	crls(encoded: readonly Uint8Array[]): readonly Crl[] {
		return encoded.flatMap((bytes) => this.#crls.read(bytes));
	}

	ocspResponses(encoded: readonly Uint8Array[]): readonly OcspResponse[] {
		return encoded.flatMap((bytes) => this.#ocspResponses.read(bytes));
	}
}

/** Damage shows here, where a certificate can be left out, and not in the middle of a judgement. */
function readCertificate(bytes: Uint8Array): Certificate {
	const certificate = Certificate.parse(bytes);
	certificate.checkReadable();
	return certificate;
}

/** Bytes of DER of one kind whose readings are kept. */
const MOST_KEPT = 8 * 1024 * 1024;

class Readings<Proof> {
	readonly #parse: (bytes: Uint8Array) => Proof;
	readonly #kept = new Map<string, { readonly proof: Proof; readonly size: number }>();
	#size = 0;

	constructor(parse: (bytes: Uint8Array) => Proof) {
		this.#parse = parse;
	}

	/** @returns one, or none where it cannot be read. */
	read(bytes: Uint8Array): readonly Proof[] {
		const key = Buffer.from(digest('sha256', bytes)).toString('base64');
		const known = this.#kept.get(key);
		if (known) return [known.proof];
		try {
			const proof = this.#parse(bytes);
			this.#keep(key, proof, bytes.length);
			return [proof];
		} catch (error) {
			if (error instanceof CertificateError) return [];
			throw error;
		}
	}

	/** What was kept first goes first: the authorities of a batch are soon read again. */
	#keep(key: string, proof: Proof, size: number): void {
		this.#kept.set(key, { proof, size });
		this.#size += size;
		for (const [oldest, dropped] of this.#kept) {
			if (this.#size <= MOST_KEPT) break;
			this.#kept.delete(oldest);
			this.#size -= dropped.size;
		}
	}
}
