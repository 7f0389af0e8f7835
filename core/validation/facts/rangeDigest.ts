import type { ByteSource } from '../../pdf/byteSource.ts';
import { startDigest } from '../../pki/digest.ts';
import type { Digest } from '../../ports/algorithms.ts';
import type { ByteRange } from './byteRange.ts';

const PIECE = 1024 * 1024;

/** Digests of the bytes that a `/ByteRange` covers, each computed when first asked for, by streaming. */
export class RangeDigests {
	readonly #source: ByteSource;
	readonly #range: ByteRange;
	readonly #known = new Map<Digest, Uint8Array>();

	constructor(source: ByteSource, range: ByteRange) {
		this.#source = source;
		this.#range = range;
	}

	digest(algorithm: Digest): Uint8Array {
		const known = this.#known.get(algorithm);
		if (known) return known;
		const running = startDigest(algorithm);
		for (const piece of this.#pieces()) running.update(piece);
		const value = running.finish();
		this.#known.set(algorithm, value);
		return value;
	}

	/** The covered bytes themselves, for signatures without signed attributes. */
	bytes(): Uint8Array {
		return Buffer.concat([...this.#pieces()]);
	}

	*#pieces(): Generator<Uint8Array> {
		const [, first, second, length] = this.#range;
		for (const [start, end] of [
			[0, first],
			[second, second + length],
		] as const)
			for (let offset = start; offset < end; offset += PIECE)
				yield this.#source.read(offset, Math.min(PIECE, end - offset));
	}
}
