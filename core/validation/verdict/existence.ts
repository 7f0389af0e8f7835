/** Proofs of existence (EN 319 102-1 §5.6.2.3): which timestamps that hold cover what, and since when. */

/** Everything from `start` up to `end` in the file existed at `time`, but what lies in the gap of the timestamp itself. */
interface Proof {
	readonly time: Date;
	readonly start: number;
	readonly end: number;
	readonly gap: number;
	/** Offset of a signature that the proof reaches besides; a signature timestamp lies in the gap of what it proves. */
	readonly owner: number | undefined;
}

export class Existence {
	readonly #proofs: Proof[] = [];
	readonly #now: Date;

	constructor(now: Date) {
		this.#now = now;
	}

	/** A document timestamp with a range up to `end` and its own place at `gap`. */
	addDocumentTimestamp(time: Date, end: number, gap: number): void {
		this.#proofs.push({ time, start: 0, end, gap, owner: undefined });
	}

	/** A timestamp over the value of the signature at `gap`, which in turn covers everything up to `end`. */
	addSignatureTimestamp(time: Date, end: number, gap: number): void {
		this.#proofs.push({ time, start: 0, end, gap, owner: gap });
	}

	/**
	 * A timestamp over the whole signature at `gap` with all it carries, and over everything up to `end`.
	 *
	 * @param own offset of the timestamp, where what the signature carries has offsets behind it: those before it are covered.
	 */
	addArchiveTimestamp(time: Date, end: number, gap: number, own = gap + 1): void {
		this.#proofs.push({ time, start: end > gap ? 0 : gap, end: Math.max(end, own), gap: -1, owner: gap });
	}

	/** The earliest proved time of what lies at `offset`; undefined where nothing but the present is proved. */
	provenAt(offset: number): Date | undefined {
		return this.#earliest((proof) => covers(proof, offset));
	}

	/** Likewise of the signature whose place is `offset`, which timestamps inside it prove as well. */
	provenSignature(offset: number): Date | undefined {
		return this.#earliest((proof) => proof.owner === offset || covers(proof, offset));
	}

	/** The earliest proved time of what lies at these offsets, or the present. */
	since(offsets: readonly number[]): Date {
		return this.#earliest((proof) => offsets.some((offset) => covers(proof, offset))) ?? this.#now;
	}

	#earliest(isProof: (proof: Proof) => boolean): Date | undefined {
		let earliest: Date | undefined;
		for (const proof of this.#proofs) if (isProof(proof) && (!earliest || proof.time < earliest)) earliest = proof.time;
		return earliest;
	}
}

const covers = ({ start, end, gap }: Proof, offset: number): boolean =>
	offset >= start && offset < end && offset !== gap;
