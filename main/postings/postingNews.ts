import type { PostingNotice, PostingSummary } from '../../preload/contract.ts';

/** Finds what is new among the postings since they were looked at last, of which a person would want to be told. */
export class PostingNews {
	#known: ReadonlyMap<string, PostingSummary> | undefined;

	/**
	 * @param isInStep whether the store has ever taken in what the service has: what comes at the first time, after a login,
	 *   is not news.
	 * @returns one notice of each kind at most.
	 */
	look(now: readonly PostingSummary[], isInStep: boolean): readonly PostingNotice[] {
		const known = this.#known;
		this.#known = isInStep ? new Map(now.map((one) => [one.id, one])) : undefined;
		if (!known || !isInStep) return [];
		const waiting = now.filter((one) => isWaiting(one) && !isWaiting(known.get(one.id)));
		const completed = now.filter((one) => isCompleted(one) && !isCompleted(known.get(one.id)));
		return [...noticeOf('waits', waiting), ...noticeOf('completed', completed)];
	}
}

/** What only has to be completed is known to whoever signed it. */
const isWaiting = (one: PostingSummary | undefined): boolean =>
	one !== undefined && one.todo !== null && one.todo !== 'complete';

const isCompleted = (one: PostingSummary | undefined): boolean => one?.sent === true && one.state === 'completed';

function noticeOf(kind: PostingNotice['kind'], postings: readonly PostingSummary[]): readonly PostingNotice[] {
	const [first] = postings;
	return first ? [{ kind, count: postings.length, posting: first.id, title: first.title, from: first.owner }] : [];
}
