/** What names things across the bridge: opaque to the window, and made by the host. */

import { z } from 'zod';

export const opaque = z.string().min(1).max(128);
export const documentHandle = opaque.brand<'DocumentHandle'>();
export const listingId = opaque.brand<'ListingId'>();
export const identityId = opaque.brand<'IdentityId'>();
export const tokenId = opaque.brand<'TokenId'>();
export const keptKeyId = opaque.brand<'KeptKeyId'>();
export const jobId = z
	.string()
	.regex(/^[\w-]{8,64}$/)
	.brand<'JobId'>();
export const trustId = opaque.brand<'TrustId'>();

/** A document that is open. It pins the bytes shown: reading or signing others fails with `document-changed`. */
export type DocumentHandle = z.infer<typeof documentHandle>;
/** A folder or file in the loopback host's own chooser. */
export type ListingId = z.infer<typeof listingId>;
/** A certificate together with the key and the token that it signs with. */
export type IdentityId = z.infer<typeof identityId>;
export type TokenId = z.infer<typeof tokenId>;
/** A key file, or an account at a signing service. */
export type KeptKeyId = z.infer<typeof keptKeyId>;
/** Chosen by the window (`crypto.randomUUID()`), so that no stage is told before its job is known. */
export type JobId = z.infer<typeof jobId>;
export type TrustId = z.infer<typeof trustId>;

/** For the window, which makes job ids itself. */
export const newJobId = (): JobId => jobId.parse(globalThis.crypto.randomUUID());
