/** `GET /v1/changes` and `GET /v1/snapshot`: how a device keeps up with what the service decided. */
import { z } from 'zod';
import { type Immutable, postingId } from '../identifiers.ts';
import { postingView } from './view.ts';

/** Where a device has read to: opaque to it, a counter of the tenant to the service. */
export const cursor = z.string().regex(/^\d{1,19}$/);

export const changesQuery = z.object({
	cursor,
	/** Seconds to wait for something to happen. */
	wait: z.coerce.number().int().min(0).max(60).default(0),
	limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** The posting as the person now sees it; null where they no longer do, or its content was destroyed. */
export const change = z.object({
	posting: postingId,
	version: z.number().int().positive(),
	view: postingView.nullable(),
});

/** A posting that changed several times may be there once, as it is now. Status 410: too old, take the snapshot. */
export const changesResponse = z.object({ cursor, changes: z.array(change) });
export type ChangesResponse = Immutable<z.infer<typeof changesResponse>>;

export const snapshotQuery = z.object({
	/** `next` of the page before. */
	after: postingId.optional(),
	limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Everything the person sees. `cursor`, of the first page, is where the changes since then begin. */
export const snapshotResponse = z.object({
	cursor,
	postings: z.array(postingView),
	next: postingId.nullable(),
});
export type SnapshotResponse = Immutable<z.infer<typeof snapshotResponse>>;
