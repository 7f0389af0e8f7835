/** What a journal says of files. */
import type { Level } from '../pades/level.ts';

/** What a file is known by: the same document may be signed into several outputs. */
export interface JournalKey {
	readonly file: string;
	readonly out: string;
}

/** A file that was written, under its own name or still under that of its part. */
export interface WrittenEntry extends JournalKey {
	/** Under which name the output was written before it was renamed. */
	readonly part: string;
	/** Bytes of the part. */
	readonly size: number;
	/** What the output may take the place of: the SHA-256 of the file that is replaced, in hex, where it is a certain one. */
	readonly replaces: 'nothing' | 'anything' | string;
	/** Hex. */
	readonly inputSha256: string;
	/** Hex, of the output; of the part as it is, where that is still to be completed. */
	readonly outputSha256: string;
	/** `stamped`: signed and timestamped in its part, and waiting for the evidence of the whole batch. */
	readonly state: 'signed' | 'incomplete' | 'stamped';
	readonly level: Level;
	readonly requested: Level;
	readonly field: string;
	/** genTime of the signature's timestamp, while `stamped`. */
	readonly stampedAt?: Date | undefined;
}

/** A file for which nothing was written. */
export interface UnwrittenEntry extends JournalKey {
	readonly state: 'failed' | 'cancelled';
	readonly requested: Level;
	readonly code: string;
	readonly message: string;
}

/** What the journal says of one file, for people and scripts. */
export interface JournalLine extends JournalKey {
	readonly state: WrittenEntry['state'] | UnwrittenEntry['state'];
	readonly requested: Level;
	readonly level: Level | null;
	readonly field: string | null;
	readonly inputSha256: string | null;
	readonly outputSha256: string | null;
	readonly code: string | null;
	readonly message: string | null;
	/** ISO 8601, when this was written down. */
	readonly at: string;
}

/** A signature that a key gave, kept until the file it belongs to is written. */
export interface GivenSignature {
	/** What the signed bytes depend on besides the file: the claimed time, and the octets kept for a timestamp. */
	readonly signingTime: Date;
	readonly timestampRoom: number;
	readonly value: Uint8Array;
}
