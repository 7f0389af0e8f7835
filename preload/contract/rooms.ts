/** Rooms without a network: documents go in as bundles, are signed there, and come back to get their proof. */

import { z } from 'zod';
import type { OpenDocument } from './documents.ts';
import { documentHandle, jobId, opaque } from './identifiers.ts';
import type { Failure } from './replies.ts';
import type { Level } from './signatures.ts';
import { level } from './signing.ts';

const pickedFile = opaque.brand<'PickedFile'>();
/** A file that the person picked or dropped: a bundle, trust material. */
export type PickedFile = z.infer<typeof pickedFile>;

/** PEM of what `paraph room init`, or "Make a room", wrote. */
const roomPem = z.string().max(100_000);

export const roomPeer = z.strictObject({ pem: roomPem });
export const packForRoom = z.strictObject({
	pem: roomPem,
	/** Documents that are open; the batch where there are none. */
	handles: z.array(documentHandle).max(1000),
	/** What the signatures are to become once they are outside again. */
	level,
	/** When that is to be: a certificate that ends sooner is warned of inside. Null: whenever. */
	due: z.iso.datetime().nullable(),
});
/** The clock is right, although the room has seen later times. */
const clockIsRight = z.boolean();
/** Bundles before this one are lost for good. */
const acceptLoss = z.boolean();
export const openBundle = z.strictObject({ file: pickedFile, clockIsRight, acceptLoss });
export const importTrust = z.strictObject({ file: pickedFile, clockIsRight });
export const sealBundle = z.strictObject({
	bundle: z.string().max(128),
	/** Also when some documents of the bundle are not signed. */
	partial: z.boolean(),
	clockIsRight,
});
export const takeBack = z.strictObject({ job: jobId, file: pickedFile, acceptLoss });
export const keptBundle = z.strictObject({ file: pickedFile });

/** What the room knows about who may be trusted, and how old that is. */
export interface TrustAge {
	/** ISO 8601, UTC. */
	readonly date: string;
	readonly days: number;
	/** When the room refuses it; ISO 8601, UTC. */
	readonly until: string;
	readonly expired: boolean;
}

export interface OpenBundle {
	readonly id: string;
	readonly documents: number;
	/** How many of them lie signed beside their originals. */
	readonly signed: number;
	/** The folder's name. */
	readonly folder: string;
}

export interface RoomState {
	/** Null: there is no room on this machine. */
	readonly room: {
		/** SHA-256 of the certificate that signs for the room: to be compared when its file is carried out. */
		readonly fingerprint: string;
		readonly trust: TrustAge | null;
		/** Opened here, and not sealed yet. */
		readonly bundles: readonly OpenBundle[];
	} | null;
}

/** A bundle that was written here, and is to be carried. */
export interface WrittenBundle {
	readonly file: PickedFile;
	/** The file's name and its folder's. */
	readonly name: string;
	readonly folder: string;
	readonly number: number;
	readonly documents: number;
	/** Names of documents that were left out, since they are not signed. */
	readonly left: readonly string[];
}

export interface OpenedBundle {
	readonly number: number;
	/** ISO 8601, UTC: what the sender's clock said. */
	readonly created: string;
	/** When its documents are wanted outside; ISO 8601, UTC. */
	readonly due: string | null;
	readonly sender: string;
	/** Names; they are in the batch now. */
	readonly documents: readonly string[];
	readonly folder: string;
	/** What else the sender wants of the signatures, as options of `paraph sign`. */
	readonly unmet: readonly string[];
	readonly trust: TrustAge | null;
}

export interface ReturnedBundle {
	readonly number: number;
	readonly folder: string;
	readonly documents: readonly {
		readonly name: string;
		readonly level: Level | null;
		/** Whether it has the level it was packed for. */
		readonly complete: boolean;
		readonly failure: Failure | null;
	}[];
	/** The first of them, open. */
	readonly opened: readonly OpenDocument[];
}
