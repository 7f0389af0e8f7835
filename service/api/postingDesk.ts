import type { AssuranceLevel } from '../../core/postings/posting.ts';
import type { TimelineEvent } from '../../core/postings/protocol/event.ts';
import type { ChangesResponse, SnapshotResponse } from '../../core/postings/protocol/feed.ts';
import type { Op, OpResult } from '../../core/postings/protocol/ops.ts';
import type { UploadMetadata } from '../../core/postings/protocol/uploads.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import type { Session } from '../auth/session.ts';
import type { StoredBlob } from '../blobs/blobs.ts';

/**
 * What the routes ask about postings; `service/postings` answers. Everything here decides for itself whether this person
 * may, and records that they did.
 */
export interface PostingDesk {
	/** Applies one after another, each for itself; an op that was answered before gets the same answer. */
	applyOps(session: Session, ops: readonly Op[]): Promise<readonly OpResult[]>;

	/** As the person sees it; undefined where it is none of theirs, or its content is gone. */
	view(session: Session, posting: string): Promise<PostingView | undefined>;

	/** The level of a login at which this person would see it; undefined where that is not what is missing. */
	levelWanted(session: Session, posting: string): Promise<AssuranceLevel | undefined>;

	/** All that the person sees, in the order of their ids. */
	list(
		session: Session,
		page: { readonly after?: string | undefined; readonly limit: number },
	): Promise<{ readonly views: readonly PostingView[]; readonly next: string | null }>;

	/** What happened in it, in order. @throws {PostingError} `posting-missing` */
	timeline(session: Session, posting: string): Promise<readonly TimelineEvent[]>;

	/** Bytes that the person may have: a revision, a receipt, a bundle; undefined where there are none for them. */
	openBlob(session: Session, sha256: string): Promise<StoredBlob | undefined>;

	/** Whether the person may upload this now. @throws {PostingError} */
	admitUpload(session: Session, upload: UploadMetadata): Promise<void>;
}

/** How devices keep up. */
export interface ChangeFeed {
	/** @throws {ApiError} `cursor-too-old` */
	changes(session: Session, page: { readonly cursor: string; readonly limit: number }): Promise<ChangesResponse>;

	/** The same, once there are any, or after `wait` milliseconds. */
	waitForChanges(
		session: Session,
		page: { readonly cursor: string; readonly limit: number; readonly wait: number; readonly signal: AbortSignal },
	): Promise<ChangesResponse>;

	snapshot(
		session: Session,
		page: { readonly after?: string | undefined; readonly limit: number },
	): Promise<SnapshotResponse>;
}
