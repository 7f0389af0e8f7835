/** Proofs of existence (EN 319 102-1 §5.6.2.3): which timestamps that hold cover what, and since when. */
import type { PlaceRange } from '../facts/signatureFacts.ts';

/** Everything up to `end` in the file existed at `time`, but for a gap; in the gap only what `inGap` names did. */
interface Proof {
	readonly time: Date;
	readonly end: number;
	readonly gap: PlaceRange;
	readonly inGap: ReadonlySet<number>;
	/** Offset of a signature that the proof reaches besides; a signature timestamp lies in the gap of what it proves. */
	readonly owner: number | undefined;
}

/** What a signature or document timestamp covers: all up to `end` but its gap, in which it lies with what it carries. */
export interface Coverage {
	readonly end: number;
	readonly gap: PlaceRange;
	/** Offset of the signature itself. */
	readonly offset: number;
}

export class Existence {
	readonly #proofs: Proof[] = [];
	readonly #now: Date;

	constructor(now: Date) {
		this.#now = now;
	}

	addDocumentTimestamp(time: Date, { end, gap }: Coverage): void {
		this.#proofs.push({ time, end, gap, inGap: new Set(), owner: undefined });
	}

	/** A timestamp over the value of a signature with this coverage. */
	addSignatureTimestamp(time: Date, { end, gap, offset }: Coverage): void {
		this.#proofs.push({ time, end, gap, inGap: new Set(), owner: offset });
	}

	/** A timestamp over a signature with this coverage, and of what it carries over that which lies at these places. */
	addArchiveTimestamp(time: Date, { end, gap, offset }: Coverage, inGap: ReadonlySet<number>): void {
		this.#proofs.push({ time, end, gap, inGap, owner: offset });
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

const covers = ({ end, gap, inGap }: Proof, offset: number): boolean =>
	inGap.has(offset) || (offset < end && (offset < gap[0] || offset >= gap[1]));
