import type { PostingId } from '../../../preload/contract.ts';

/** A posting that is to be shown now, by a press on a notice; each press is another one. */
export interface WantedPosting {
	readonly posting: PostingId;
}
