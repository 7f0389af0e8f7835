import type { SigningAlgorithm } from '../ports/algorithms.ts';
import type { Signer } from '../ports/signer.ts';

/** A signer that is another one in everything but how it comes to a signature; it asks for each by itself. */
export class SignerWith implements Signer {
	readonly certificate: Uint8Array;
	readonly chain: readonly Uint8Array[];
	readonly sign: Signer['sign'];
	readonly #signer: Signer;

	constructor(signer: Signer, sign: Signer['sign']) {
		this.#signer = signer;
		this.certificate = signer.certificate;
		this.chain = signer.chain;
		this.sign = sign;
	}

	/** Of some keys this is not known before the first signature. */
	get authentication(): Signer['authentication'] {
		return this.#signer.authentication;
	}

	supports(algorithm: SigningAlgorithm): boolean {
		return this.#signer.supports?.(algorithm) ?? true;
	}

	async unlock(signal?: AbortSignal, signatures?: number): Promise<void> {
		await this.#signer.unlock?.(signal, signatures);
	}

	async close(): Promise<void> {
		await this.#signer.close();
	}
}
