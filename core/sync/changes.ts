import { changesResponse, snapshotResponse } from '../postings/protocol/feed.ts';
import type { PostingView } from '../postings/protocol/view.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { Connection } from './connection.ts';
import { putView } from './outbox.ts';

/** HTTP 410: the changes since the cursor are no longer kept. */
const GONE = 410;

/**
 * Takes in what the service has decided since the last time; all of it, where that is too long ago.
 *
 * @param wait seconds to wait for something to happen.
 * @returns whether anything did.
 * @throws {NetworkError} {ServiceError}
 */
export async function takeChanges(
	connection: Connection,
	store: LocalStore,
	wait: number,
	signal?: AbortSignal,
): Promise<boolean> {
	const cursor = store.account.get()?.cursor;
	if (cursor === undefined) return takeSnapshot(connection, store, signal);
	const question = {
		method: 'GET',
		path: `/v1/changes?cursor=${encodeURIComponent(cursor)}&wait=${wait}`,
		timeout: (wait + 30) * 1000,
		expected: [GONE],
		signal,
	} as const;
	const response = await connection.ask(question);
	if (response.status === GONE) return takeSnapshot(connection, store, signal);
	const { changes, cursor: next } = connection.parse(question, response, changesResponse);
	store.transaction(() => {
		for (const { posting, view } of changes) {
			if (view) putView(store, view);
			else store.postings.remove(posting);
		}
		store.account.setCursor(next);
	});
	return changes.length > 0;
}

async function takeSnapshot(connection: Connection, store: LocalStore, signal?: AbortSignal): Promise<true> {
	const postings: PostingView[] = [];
	let cursor: string | undefined;
	for (let after: string | null | undefined; after !== null; ) {
		const path = `/v1/snapshot${after === undefined ? '' : `?after=${after}`}`;
		const page = await connection.read({ method: 'GET', path, signal }, snapshotResponse);
		// What changes while the pages are read comes again with the changes since the first.
		cursor ??= page.cursor;
		postings.push(...page.postings);
		after = page.next;
	}
	store.transaction(() => {
		store.postings.clear();
		for (const view of postings) putView(store, view);
		if (cursor !== undefined) store.account.setCursor(cursor);
	});
	return true;
}
