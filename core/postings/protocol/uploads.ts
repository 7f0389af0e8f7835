/** `/v1/uploads` (tus 1.0): documents of a draft, and what a signature appended. */
import { z } from 'zod';
import { documentId, postingId, sha256 } from '../identifiers.ts';

/**
 * `Upload-Metadata`. The digest is checked when the last byte is in; what is uploaded is then to be had for an op that
 * names it, and is forgotten after a day if none does.
 */
export const uploadMetadata = z.object({
	posting: postingId,
	document: documentId,
	kind: z.enum(['document', 'tail']),
	sha256,
});
export type UploadMetadata = z.infer<typeof uploadMetadata>;

/** `Tus-Max-Size` by kind, in bytes. */
export const maximumUpload: Readonly<Record<UploadMetadata['kind'], number>> = {
	document: 1024 ** 3,
	tail: 64 * 1024 ** 2,
};
