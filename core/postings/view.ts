/** What of a posting a person sees. */
import { isFormer, ownSignatories, type Person, relationTo } from './actor.ts';
import type { LivePosting, Signatory } from './posting.ts';
import type { PostingView, SignatoryView } from './protocol/view.ts';
import { isBlocked } from './transitions/ending.ts';

/**
 * The posting as this person sees it; undefined where it is none of theirs, or where they are not logged in well enough:
 * that there is something for them, a mail has told them.
 *
 * The owner sees all of it. A signatory sees the documents of their own steps with the signatures in them, and the names
 * and states of the others, not their addresses or identifiers. Who declined or handed over sees that they did.
 */
export function viewFor(person: Person, posting: LivePosting): PostingView | undefined {
	const relation = relationTo(person, posting);
	if (relation === 'none') return undefined;
	if (relation !== 'owner' && person.level < posting.minLevel) return undefined;
	const own = ownSignatories(person, posting);
	const isOwner = relation === 'owner';
	const documents = visibleDocuments(posting, own, isOwner);
	const isVisible = ({ document }: { readonly document: string }): boolean => documents.has(document);
	const { user, name, email } = posting.owner;
	return {
		id: posting.id,
		version: posting.version,
		relation,
		own: own.map(({ id }) => id),
		state: posting.state,
		owner: { user, name, email },
		title: posting.title,
		message: relation === 'former' ? '' : posting.message,
		minLevel: posting.minLevel,
		signatureLevel: posting.signatureLevel,
		expiresAt: posting.expiresAt,
		deleteAt: posting.deleteAt,
		remindAfterDays: posting.remindAfterDays,
		allowDelegation: posting.allowDelegation,
		createdAt: posting.createdAt,
		activatedAt: posting.activatedAt,
		endedAt: posting.endedAt,
		partiallyCompleted: posting.partiallyCompleted,
		isBlocked: isBlocked(posting),
		bundle: isOwner ? posting.bundle : null,
		downloadedAt: isOwner ? posting.downloadedAt : null,
		documents: posting.documents.filter(({ id }) => documents.has(id)),
		steps: posting.steps.map((step) => ({ ...step, documents: step.documents.filter((id) => documents.has(id)) })),
		signatories: posting.signatories
			.filter((one) => relation !== 'former' || own.includes(one))
			.map((one) => viewSignatory(one, isOwner || own.includes(one))),
		signatures: posting.signatures.filter(isVisible),
		leases: posting.leases.filter(isVisible),
	};
}

function visibleDocuments(posting: LivePosting, own: readonly Signatory[], isOwner: boolean): ReadonlySet<string> {
	if (isOwner) return new Set(posting.documents.map(({ id }) => id));
	const steps = new Set(own.filter((one) => !isFormer(one)).map(({ step }) => step));
	return new Set(posting.steps.filter(({ id }) => steps.has(id)).flatMap(({ documents }) => documents));
}

const viewSignatory = (one: Signatory, isWhole: boolean): SignatoryView => ({
	id: one.id,
	step: one.step,
	role: one.role,
	name: one.name,
	state: one.state,
	since: one.since,
	successor: one.successor,
	email: isWhole ? one.email : null,
	language: isWhole ? one.language : null,
	identity: isWhole ? one.identity : null,
	fields: isWhole ? one.fields : [],
	reason: isWhole ? one.reason : null,
	notifiedAt: isWhole ? one.notifiedAt : null,
	remindedAt: isWhole ? one.remindedAt : null,
	receipt: isWhole ? one.receipt : null,
	releasedAt: isWhole ? one.releasedAt : null,
});
