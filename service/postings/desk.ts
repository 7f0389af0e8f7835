/** Postings as the routes ask for them: applies what people do, and shows each person what is theirs. */

import { ParaphError } from '../../core/ports/errors.ts';
import { decide } from '../../core/postings/decide.ts';
import type { Outcome } from '../../core/postings/events.ts';
import { postingId, tenantId } from '../../core/postings/identifiers.ts';
import type { AssuranceLevel, LivePosting, Posting } from '../../core/postings/posting.ts';
import { PostingError } from '../../core/postings/postingError.ts';
import type { TimelineEvent } from '../../core/postings/protocol/event.ts';
import { needsPresentVersion, type Op, type OpResult } from '../../core/postings/protocol/ops.ts';
import type { UploadMetadata } from '../../core/postings/protocol/uploads.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import { viewFor } from '../../core/postings/view.ts';
import type { PostingDesk } from '../api/postingDesk.ts';
import type { Session } from '../auth/session.ts';
import type { StoredBlob } from '../blobs/blobs.ts';
import { isUniqueViolation } from '../db/violations.ts';
import type { EventLog } from '../events/eventLog.ts';
import type { Recorder, Recording } from '../recorder.ts';
import { answerTo, keepAnswer } from './opAnswers.ts';
import { OpError } from './opError.ts';
import { StalePosting } from './postingRows.ts';
import { type PreparationParts, type Prepared, prepareOp } from './preparation.ts';
import { type Author, accessEvent, recordOutcome, type Stores } from './recordOutcome.ts';
import { timelineOf } from './timeline.ts';

export interface DeskParts extends PreparationParts {
	readonly recorder: Recorder;
	readonly events: EventLog;
}

/** Somebody else may be quicker; as often as this by chance alone nobody is. */
const ATTEMPTS = 10;
const HOMES_KEPT = 50_000;
/** Events of one posting that are shown. */
const TIMELINE_LIMIT = 10_000;

export class ServicePostings implements PostingDesk {
	readonly #parts: DeskParts;
	readonly #stores: Stores;
	/** Which posting a document is in, of those that were looked at: a device reads a posting before its documents. */
	readonly #homes = new Map<string, string>();

	constructor(parts: DeskParts) {
		this.#parts = parts;
		this.#stores = { rows: parts.rows, blobs: parts.blobs };
	}

	async applyOps(session: Session, ops: readonly Op[]): Promise<readonly OpResult[]> {
		const results: OpResult[] = [];
		for (const op of ops) results.push(await this.#applyOp(session, op));
		return results;
	}

	async view(session: Session, posting: string): Promise<PostingView | undefined> {
		const found = await this.#findFor(session, posting);
		if (found === undefined) return undefined;
		await this.#recordAccess(session, posting, 'posting.read');
		return found.view;
	}

	async levelWanted({ tenant, person }: Session, id: string): Promise<AssuranceLevel | undefined> {
		const posting = await this.#parts.rows.find(this.#parts.main, tenant, id);
		if (posting === undefined || posting.state === 'purged' || person.level >= posting.minLevel) return undefined;
		return viewFor({ ...person, level: posting.minLevel }, posting) && posting.minLevel;
	}

	/** All that the person sees, in the order of their ids. */
	async list(
		session: Session,
		page: { readonly after?: string | undefined; readonly limit: number },
	): Promise<{ readonly views: readonly PostingView[]; readonly next: string | null }> {
		const { rows, main } = this.#parts;
		const ids = await rows.idsFor(main, session.tenant, session.person, page);
		const views = await this.views(session, ids);
		return { views: [...views.values()], next: ids.length < page.limit ? null : (ids.at(-1) ?? null) };
	}

	/** Several at once, by their ids; those that are not the person's are left out. */
	async views(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, PostingView>> {
		const views = new Map<string, PostingView>();
		for (const id of ids) {
			const found = await this.#findFor(session, id);
			if (found) views.set(id, found.view);
		}
		const author = authorOf(session);
		const reads = [...views.keys()].map((id) => accessEvent(id, 'posting.read', author));
		if (reads.length > 0) await this.#parts.recorder.record(session.tenant, ({ events }) => events(...reads));
		return views;
	}

	async timeline(session: Session, posting: string): Promise<readonly TimelineEvent[]> {
		const found = await this.#findFor(session, posting);
		if (found === undefined) throw missing(posting);
		await this.#recordAccess(session, posting, 'timeline.read');
		const query = { from: 1, limit: TIMELINE_LIMIT, entity: posting };
		return timelineOf(await this.#parts.events.read(session.tenant, query), found.posting, found.view);
	}

	async openBlob(session: Session, sha256: string): Promise<StoredBlob | undefined> {
		const { main, blobs } = this.#parts;
		const { tenant } = session;
		const holders = await blobs.documentsWith(main, tenant, sha256);
		if (holders.length === 0) return undefined;
		for await (const id of this.#candidates(session, holders)) {
			const view = (await this.#findFor(session, id))?.view;
			const holder = view && holderIn(view, holders, sha256);
			if (holder === undefined) continue;
			await this.#recordAccess(session, id, 'blob.read', { sha256 });
			return blobs.open(main, tenant, holder, sha256);
		}
		return undefined;
	}

	async admitUpload(session: Session, { posting, document, kind }: UploadMetadata): Promise<void> {
		const existing = await this.#parts.rows.find(this.#parts.main, session.tenant, posting);
		if (existing === undefined) {
			if (kind === 'document' && session.role !== 'guest') return;
			throw missing(posting);
		}
		const view = (await this.#findFor(session, posting))?.view;
		if (view === undefined) throw missing(posting);
		if (kind === 'document' && (view.relation !== 'owner' || view.state !== 'draft'))
			throw new PostingError('not-a-draft', `posting ${posting} is ${view.state}`);
		const asked = view.signatories.filter(({ id, state }) => view.own.includes(id) && mayAct.has(state));
		const signs = asked.some(({ fields }) => fields.some((field) => field.document === document));
		if (kind === 'tail' && !signs)
			throw new PostingError('not-permitted', `there is nothing in ${document} for you to sign`);
	}

	async #applyOp(session: Session, op: Op): Promise<OpResult> {
		const { tenant, person } = session;
		const { main } = this.#parts;
		try {
			for (let attempt = 1; ; attempt++) {
				const known = await answerTo(main, tenant, person.user, op);
				if (known !== undefined) return known;
				try {
					return await this.#attempt(session, op);
				} catch (error) {
					const isRace = error instanceof StalePosting || isUniqueViolation(error);
					if (!isRace || attempt === ATTEMPTS) throw error;
				}
			}
		} catch (error) {
			if (error instanceof OpError) return rejected(op, error);
			throw error;
		}
	}

	async #attempt(session: Session, op: Op): Promise<OpResult> {
		const { main, rows, blobs, recorder } = this.#parts;
		const { tenant, person } = session;
		const seen = await rows.find(main, tenant, op.entity);
		const prepared = await prepareOp(this.#parts, session, op, seen);
		const result = await recorder.record(tenant, async (recording) => {
			const before = await rows.take(recording.trx, tenant, op.entity);
			const decided = await this.#decide(recording, session, { op, prepared, before });
			if (decided.status === 'applied') for (const blob of prepared.staged) await blobs.keep(recording.trx, blob);
			await keepAnswer(recording.trx, tenant, person.user, { op, result: decided, now: recording.now });
			return decided;
		});
		if (result.status !== 'applied') for (const blob of prepared.staged) await blobs.discard(blob);
		return result;
	}

	async #decide(
		recording: Recording,
		session: Session,
		{ op, prepared, before }: { readonly op: Op; readonly prepared: Prepared; readonly before: Posting | undefined },
	): Promise<OpResult> {
		const { tenant, person } = session;
		const view = before === undefined || before.state === 'purged' ? undefined : viewFor(person, before);
		const isStale = before !== undefined && before.version !== op.baseVersion;
		if (isStale && needsPresentVersion.has(op.type) && view?.relation === 'owner')
			return { opId: op.opId, status: 'conflict', current: view };
		try {
			requireMember(session, op);
			if (prepared.refusal !== undefined) {
				if (prepared.isRejection) await this.#rememberRejection(recording, session, { op, prepared, before });
				throw prepared.refusal;
			}
			if (prepared.command === undefined) throw new TypeError('an op that is not refused is a command');
			const circumstances = { id: postingId.parse(op.entity), tenant: tenantId.parse(tenant.id) };
			const outcome = decide(before, prepared.command, { ...circumstances, actor: person, now: recording.now });
			await this.#record(recording, session, before, outcome);
			return { opId: op.opId, status: 'applied', version: outcome.posting.version };
		} catch (error) {
			if (!(error instanceof ParaphError)) throw error;
			const detail = { type: op.type, code: error.code };
			await recording.events(accessEvent(op.entity, 'op.rejected', authorOf(session), { detail }));
			return rejected(op, error);
		}
	}

	/** The posting keeps why an increment was refused, where its signature is still to be decided. */
	async #rememberRejection(
		recording: Recording,
		session: Session,
		{ op, prepared, before }: { readonly op: Op; readonly prepared: Prepared; readonly before: Posting | undefined },
	): Promise<void> {
		if (op.type !== 'submitSignature' || prepared.refusal === undefined || before === undefined) return;
		const { code, message } = prepared.refusal;
		try {
			const outcome = decide(
				before,
				{ type: 'rejectSignature', signature: op.body.signature, code, message },
				{
					id: before.id,
					tenant: before.tenant,
					actor: { kind: 'service' },
					now: recording.now,
				},
			);
			await this.#record(recording, session, before, outcome);
		} catch (error) {
			// It was decided, or given up, meanwhile.
			if (!(error instanceof PostingError)) throw error;
		}
	}

	#record(recording: Recording, session: Session, before: Posting | undefined, outcome: Outcome<Posting>) {
		const author = authorOf(session);
		return recordOutcome(recording, session.tenant, this.#stores, { before, outcome, author });
	}

	/** Postings that may hold a document: where it was last seen, then all that may be the person's. */
	async *#candidates({ tenant, person }: Session, holders: readonly string[]): AsyncIterable<string> {
		const likely = new Set(holders.map((holder) => this.#homes.get(holder) ?? holder));
		yield* likely;
		const { rows, main } = this.#parts;
		const others = await rows.idsFor(main, tenant, person, { limit: Number.MAX_SAFE_INTEGER });
		yield* others.filter((id) => !likely.has(id));
	}

	async #findFor(
		{ tenant, person }: Session,
		id: string,
	): Promise<{ readonly posting: LivePosting; readonly view: PostingView } | undefined> {
		const posting = await this.#parts.rows.find(this.#parts.main, tenant, id);
		if (posting === undefined || posting.state === 'purged') return undefined;
		const view = viewFor(person, posting);
		if (this.#homes.size > HOMES_KEPT) this.#homes.clear();
		for (const document of posting.documents) this.#homes.set(document.id, posting.id);
		return view && { posting, view };
	}

	async #recordAccess(session: Session, posting: string, action: string, detail: Record<string, string> = {}) {
		await this.#parts.recorder.record(session.tenant, ({ events }) =>
			events(accessEvent(posting, action, authorOf(session), { detail })),
		);
	}
}

/** States of somebody from whom something is expected now. */
const mayAct: ReadonlySet<string> = new Set(['notified', 'opened']);

/** The document, or the posting itself, under which a person may read these bytes. */
function holderIn(view: PostingView, holders: readonly string[], sha256: string): string | undefined {
	const isOwn = view.bundle?.sha256 === sha256 || view.signatories.some(({ receipt }) => receipt?.sha256 === sha256);
	if (isOwn && holders.includes(view.id)) return view.id;
	const document = view.documents.find(({ revisions }) => revisions.some((one) => one.sha256 === sha256));
	return document && holders.includes(document.id) ? document.id : undefined;
}

const authorOf = ({ person, device, address }: Session): Author => ({
	user: person.user,
	level: person.level,
	device,
	address,
});

/** Guests sign what others send; they send nothing themselves. */
function requireMember({ role }: Session, { type }: Op): void {
	if (type === 'create' && role === 'guest')
		throw new PostingError('not-permitted', 'guests sign, members send postings');
}

const rejected = ({ opId }: Op, { code, message, hint }: ParaphError): OpResult => ({
	opId,
	status: 'rejected',
	code,
	message,
	hint,
});

const missing = (id: string): PostingError => new PostingError('posting-missing', `there is no posting ${id} for you`);
