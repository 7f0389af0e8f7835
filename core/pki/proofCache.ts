/** What proves something: an OCSP response for a certificate, a list or an issuer's certificates from an address. */
export type ProofKind = 'ocsp' | 'crl' | 'issuers';

/**
 * Keeps what was fetched, by what it proves. Whether it is still of use stands in it (thisUpdate, nextUpdate), and is
 * judged by whoever takes it out; so it serves offline and for the past as well.
 */
export interface ProofCache {
	/** @param key for OCSP the fingerprints of issuer and certificate, else the address. */
	get(kind: ProofKind, key: string): Promise<Uint8Array | undefined>;
	/** Failing to keep something is no failure of whoever fetched it. */
	put(kind: ProofKind, key: string, bytes: Uint8Array): Promise<void>;
}

/** Keeps up to a number of bytes in memory, dropping what was not used longest; asks `below` for what it lacks. */
export class MemoryProofCache implements ProofCache {
	readonly #entries = new Map<string, Uint8Array>();
	readonly #maximumSize: number;
	readonly #below: ProofCache | undefined;
	#size = 0;

	constructor(options: { readonly maximumSize?: number; readonly below?: ProofCache | undefined } = {}) {
		this.#maximumSize = options.maximumSize ?? 32 * 1024 * 1024;
		this.#below = options.below;
	}

	async get(kind: ProofKind, key: string): Promise<Uint8Array | undefined> {
		const name = `${kind} ${key}`;
		const known = this.#entries.get(name);
		const bytes = known ?? (await this.#below?.get(kind, key));
		if (bytes !== undefined) this.#keep(name, bytes);
		return bytes;
	}

	async put(kind: ProofKind, key: string, bytes: Uint8Array): Promise<void> {
		this.#keep(`${kind} ${key}`, bytes);
		await this.#below?.put(kind, key, bytes);
	}

	/** A Map iterates in order of insertion: what was used last goes to its end. */
	#keep(name: string, bytes: Uint8Array): void {
		this.#size += bytes.length - (this.#entries.get(name)?.length ?? 0);
		this.#entries.delete(name);
		this.#entries.set(name, bytes);
		for (const [oldest, dropped] of this.#entries) {
			if (this.#size <= this.#maximumSize) break;
			this.#entries.delete(oldest);
			this.#size -= dropped.length;
		}
	}
}
