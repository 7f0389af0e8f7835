/** A CAdES signature (EN 319 122-1) over a file of any kind, or over what it carries itself. */
import { type ByteSource, BytesSource } from '../../pdf/byteSource.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import type { DocumentFacts } from './documentFacts.ts';
import { Evidence } from './evidence.ts';
import type { EvidenceReader } from './evidenceReader.ts';
import { RangeDigests } from './rangeDigest.ts';
import { readCms } from './readCms.ts';
import type { FormatFault, Known, SignedObject } from './signatureFacts.ts';
import { standaloneFacts, withCounterSignatures } from './standaloneFacts.ts';

/**
 * @param signature the `.p7s` file: BER or DER of a ContentInfo.
 * @param content the file it is over; undefined where nobody gave one.
 */
export function collectDetachedFacts(
	signature: Uint8Array,
	content: ByteSource | undefined,
	given: ValidationData,
	reader?: EvidenceReader | undefined,
): DocumentFacts {
	const evidence = new Evidence(reader);
	evidence.add(given);
	const read = readDetached(signature, content, evidence.known, 0);
	const about = { format: 'cades', name: '', place: 0 } as const;
	if (typeof read === 'string') return { signatures: [standaloneFacts(read, about)], evidence, store: undefined };
	evidence.addObject(read, 0);
	const facts = standaloneFacts(read, { ...about, carries: [0, read.places?.end ?? 1] });
	return { signatures: withCounterSignatures(facts), evidence, store: undefined };
}

/** Reads and checks a CMS signature over the whole of `content`, or over what it carries where there is none. */
export function readDetached(
	signature: Uint8Array,
	content: ByteSource | undefined,
	known: Known,
	place: number,
): SignedObject | FormatFault {
	let isMissing = false;
	const read = readCms(
		signature,
		({ contentType, content: carried }) => {
			isMissing = content === undefined && carried === undefined;
			const covered = wholeOf(content ?? new BytesSource(carried ?? new Uint8Array(0)));
			return { contentType, digest: (algorithm) => covered.digest(algorithm), bytes: () => covered.bytes() };
		},
		known,
		place,
	);
	if (typeof read === 'string' || !isMissing) return read;
	const missing = { messageDigest: 'content-missing' } as const;
	// Timestamps over the content share the want of it; one over the signature alone does not.
	const timestamps = read.timestamps.map((timestamp) =>
		timestamp.kind === 'signature'
			? timestamp
			: { ...timestamp, facts: { ...timestamp.facts, ...missing, imprint: 'matches' as const } },
	);
	return { ...read, timestamps, facts: { ...read.facts, ...missing } };
}

export const wholeOf = (content: ByteSource): RangeDigests =>
	new RangeDigests(content, [0, content.size, content.size, 0]);
