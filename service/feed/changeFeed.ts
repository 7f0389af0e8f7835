import type { Person } from '../../core/postings/actor.ts';
import { postingId } from '../../core/postings/identifiers.ts';
import type { ChangesResponse, SnapshotResponse } from '../../core/postings/protocol/feed.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import { ApiError } from '../api/apiError.ts';
import type { ChangeFeed } from '../api/postingDesk.ts';
import type { Session } from '../auth/session.ts';
import type { ChangeSignal } from '../db/changes.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';

export interface FeedParts {
	readonly main: Main;
	readonly signal: ChangeSignal;
	/** Blind indexes by which postings of a person are found. */
	readonly indexesOf: (tenant: Tenant, person: Person) => readonly string[];
	/** As a person sees postings just now, by their ids; without those that are none of theirs any more. */
	readonly views: (session: Session, postings: readonly string[]) => Promise<ReadonlyMap<string, PostingView>>;
	readonly list: (
		session: Session,
		page: { readonly after?: string | undefined; readonly limit: number },
	) => Promise<{ readonly views: readonly PostingView[]; readonly next: string | null }>;
}

/** Follows the tenant's counter of changes, and shows each person what of it is theirs. */
export class TenantChangeFeed implements ChangeFeed {
	readonly #parts: FeedParts;

	constructor(parts: FeedParts) {
		this.#parts = parts;
	}

	/** A posting that changed several times comes once, by its last change; the cursor is never ahead of what was told. */
	async changes(
		session: Session,
		{ cursor, limit }: { readonly cursor: string; readonly limit: number },
	): Promise<ChangesResponse> {
		const { main, indexesOf } = this.#parts;
		const { tenant, person } = session;
		const since = Number(cursor);
		// The counter first: what commits from here on has a higher number.
		const { changeSeq, changePruned } = await this.#counter(tenant);
		if (since < changePruned || since > changeSeq)
			throw new ApiError('cursor-too-old', 'The changes since then are no longer kept.');
		const rows = await main
			.selectFrom('change')
			.select(({ fn }) => ['entityId', fn.max('seq').as('seq'), fn.max('version').as('version')])
			.where('tenant', '=', tenant.id)
			.where('seq', '>', since)
			.where('seq', '<=', changeSeq)
			.where(({ eb, selectFrom }) =>
				eb(
					'entityId',
					'in',
					selectFrom('access')
						.select('posting')
						.where('tenant', '=', tenant.id)
						.where('person', 'in', [...indexesOf(tenant, person)]),
				),
			)
			.groupBy('entityId')
			.orderBy(({ fn }) => fn.max('seq'))
			.limit(limit)
			.execute();
		const views = await this.#parts.views(
			session,
			rows.map(({ entityId }) => entityId),
		);
		const changes = rows.map(({ entityId, version }) => {
			const view = views.get(entityId) ?? null;
			return { posting: postingId.parse(entityId), version: view?.version ?? version, view };
		});
		const reached = rows.length < limit ? changeSeq : (rows.at(-1)?.seq ?? changeSeq);
		return { cursor: String(reached), changes };
	}

	async waitForChanges(
		session: Session,
		page: { readonly cursor: string; readonly limit: number; readonly wait: number; readonly signal: AbortSignal },
	): Promise<ChangesResponse> {
		const end = performance.now() + page.wait;
		for (;;) {
			// Heard from before the question is asked: nothing that happens in between is missed.
			const next = new AbortController();
			const left = Math.max(0, end - performance.now());
			const woken = this.#parts.signal.next(session.tenant, left, AbortSignal.any([page.signal, next.signal]));
			const answer = await this.changes(session, page).catch((error: unknown) => {
				next.abort();
				throw error;
			});
			if (answer.changes.length > 0 || left === 0 || page.signal.aborted) {
				next.abort();
				return answer;
			}
			await woken;
		}
	}

	async snapshot(
		session: Session,
		page: { readonly after?: string | undefined; readonly limit: number },
	): Promise<SnapshotResponse> {
		const { changeSeq } = await this.#counter(session.tenant);
		const { views, next } = await this.#parts.list(session, page);
		return { cursor: String(changeSeq), postings: views, next: next === null ? null : postingId.parse(next) };
	}

	#counter({ id }: Tenant) {
		return this.#parts.main
			.selectFrom('tenant')
			.select(['changeSeq', 'changePruned'])
			.where('id', '=', id)
			.executeTakeFirstOrThrow();
	}
}
