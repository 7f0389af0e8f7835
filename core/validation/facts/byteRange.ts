/** Whether a `/ByteRange` has the one shape that leaves nothing uncovered but its own signature (ISO 32000-2, 12.8.1). */
import type { ByteSource } from '../../pdf/byteSource.ts';
import type { SignatureDictionary } from '../../pdf/signatureDictionary.ts';

export type ByteRange = readonly [0, number, number, number];

export type ByteRangeFault =
	/** `/ByteRange` is missing or no array of numbers. */
	| 'byte-range-missing'
	/** A key of the signature dictionary is written twice, of which each reader takes another. */
	| 'signature-ambiguous'
	/** `/Contents` is missing, null or empty. */
	| 'contents-missing'
	/** More or fewer than four numbers: more or fewer than one gap. */
	| 'byte-range-not-one-gap'
	| 'byte-range-not-from-start'
	/** Negative, fractional or overlapping ranges. */
	| 'byte-range-overlaps'
	/** It reaches beyond the end of the file. */
	| 'byte-range-beyond-end'
	/** The gap is not exactly the string `/Contents` of this dictionary. */
	| 'byte-range-gap-differs'
	/** It does not end where a revision of the file ends. */
	| 'byte-range-no-revision';

export interface ByteRangeFacts {
	/** In the order found; none when the shape is right. */
	readonly faults: readonly ByteRangeFault[];
	/** Undefined where it cannot even be used to compute a digest. */
	readonly range: ByteRange | undefined;
	/** Bytes in the file after the range. */
	readonly bytesAfter: number;
}

/** Judges the shape; that the revision holds this very signature is for who opens it to see. */
export function checkByteRange(signature: SignatureDictionary, source: ByteSource): ByteRangeFacts {
	const { contents, byteRange } = signature;
	const faults: ByteRangeFault[] = signature.dict.ambiguous ? ['signature-ambiguous'] : [];
	if (!contents || contents.bytes.every((byte) => byte === 0)) faults.push('contents-missing');
	if (!byteRange) return { faults: [...faults, 'byte-range-missing'], range: undefined, bytesAfter: 0 };
	const [start, first, second, length] = byteRange;
	if (
		byteRange.length !== 4 ||
		start === undefined ||
		first === undefined ||
		second === undefined ||
		length === undefined
	)
		return { faults: [...faults, 'byte-range-not-one-gap'], range: undefined, bytesAfter: 0 };
	const isOrdered = byteRange.every((value) => Number.isSafeInteger(value) && value >= 0) && start + first <= second;
	if (!isOrdered) return { faults: [...faults, 'byte-range-overlaps'], range: undefined, bytesAfter: 0 };
	const end = second + length;
	if (end > source.size) return { faults: [...faults, 'byte-range-beyond-end'], range: undefined, bytesAfter: 0 };
	if (start !== 0) return { faults: [...faults, 'byte-range-not-from-start'], range: undefined, bytesAfter: 0 };

	const span = contents?.span;
	if (contents && (!span || span[0] !== first || span[1] !== second)) faults.push('byte-range-gap-differs');
	if (!endsRevision(source, end)) faults.push('byte-range-no-revision');
	return { faults, range: [0, first, second, length], bytesAfter: source.size - end };
}

/** White space that may follow `%%EOF` inside a revision; producers write one or two ends of line. */
const LONGEST_END = 64;

function endsRevision(source: ByteSource, end: number): boolean {
	const tail = Buffer.from(source.read(Math.max(0, end - LONGEST_END), Math.min(end, LONGEST_END))).toString('latin1');
	return /%%EOF[\s\0]*$/.test(tail);
}
