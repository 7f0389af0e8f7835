import { assertNever } from '../ports/errors.ts';
import type { Instant } from '../postings/identifiers.ts';
import type { PostingContent } from '../postings/posting.ts';
import type { PostingView, SignatoryView } from '../postings/protocol/view.ts';
import type { Account } from './deviceAccount.ts';
import type { QueuedOp } from './outbox.ts';

/**
 * A posting as it will be when what waits has arrived: what the person did is seen at once, also without a network.
 * Nothing is foretold that others decide, such as whether a step is satisfied by it.
 *
 * @param seen undefined for a posting that the service does not have yet.
 */
export function withPending(
	seen: PostingView | undefined,
	queued: readonly QueuedOp[],
	account: Account,
): PostingView | undefined {
	return queued
		.filter(({ trouble }) => trouble === undefined)
		.reduce<PostingView | undefined>((view, one) => applied(view, one, account), seen);
}

function applied(view: PostingView | undefined, { op, at }: QueuedOp, account: Account): PostingView | undefined {
	if (op.type === 'create') return view ?? created(op.entity, op.body.content, account, at);
	if (!view) return undefined;
	switch (op.type) {
		case 'edit':
			return { ...view, ...contentOf(op.body.content, at) };
		case 'activate':
			return activated(view, at);
		case 'cancel':
			return { ...view, state: 'cancelled', endedAt: at };
		case 'acceptDecline':
			return { ...view, state: 'declined', endedAt: at };
		case 'acknowledge':
			return { ...view, downloadedAt: at };
		case 'open': {
			const { role, state } = signatory(view, op.body.as) ?? {};
			if (state !== 'notified') return view;
			return changed(view, op.body.as, { state: role === 'viewer' ? 'viewed' : 'opened', since: at });
		}
		case 'approve':
			return changed(view, op.body.as, { state: 'approved', since: at });
		case 'decline':
			return changed(view, op.body.as, { state: 'declined', reason: op.body.reason, since: at });
		case 'delegate':
			return changed(view, op.body.as, { state: 'delegated', since: at });
		case 'release':
			return changed(view, op.body.as, { releasedAt: at });
		case 'remind':
			return changed(view, op.body.signatory, { remindedAt: at });
		case 'replace':
		case 'prepareSignature':
		case 'releaseLease':
		case 'submitSignature':
			return view;
		default:
			return assertNever(op);
	}
}

const signatory = (view: PostingView, id: SignatoryView['id']): SignatoryView | undefined =>
	view.signatories.find((one) => one.id === id);

const changed = (view: PostingView, id: SignatoryView['id'], change: Partial<SignatoryView>): PostingView => ({
	...view,
	signatories: view.signatories.map((one) => (one.id === id ? { ...one, ...change } : one)),
});

function created(id: PostingView['id'], content: PostingContent, account: Account, at: Instant): PostingView {
	return {
		id,
		version: 1,
		relation: 'owner',
		own: [],
		state: 'draft',
		owner: { user: account.user, name: account.name, email: account.email },
		createdAt: at,
		activatedAt: null,
		endedAt: null,
		partiallyCompleted: false,
		isBlocked: false,
		bundle: null,
		downloadedAt: null,
		signatures: [],
		leases: [],
		...contentOf(content, at),
	};
}

function contentOf({ documents, steps, signatories, ...content }: PostingContent, at: Instant) {
	return {
		...content,
		documents: documents.map(({ id, name, content: blob }): PostingView['documents'][number] => ({
			id,
			name,
			revisions: [{ ...blob, at, signature: null }],
		})),
		steps: steps.map((step) => ({ ...step, state: 'waiting' as const })),
		signatories: signatories.map(
			(named): SignatoryView => ({
				...named,
				state: 'pending',
				since: at,
				successor: null,
				reason: null,
				notifiedAt: null,
				remindedAt: null,
				receipt: null,
				releasedAt: null,
			}),
		),
	};
}

/** The first step opens; whether those in it were told is for the service to say. */
function activated(view: PostingView, at: Instant): PostingView {
	const [first] = view.steps;
	return {
		...view,
		state: 'active',
		activatedAt: at,
		steps: view.steps.map((step) => (step === first ? { ...step, state: 'open' } : step)),
	};
}
