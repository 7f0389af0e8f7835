/** From nothing to a draft, from draft to draft, and the freeze. */
import type { CommandOf } from '../commands.ts';
import type { Outcome } from '../events.ts';
import type { Instant, PostingId, TenantId } from '../identifiers.ts';
import type { LivePosting, PostedDocument, PostingContent, Signatory, Step } from '../posting.ts';
import { PostingError } from '../postingError.ts';
import { advance, participants } from '../progress.ts';
import { lastDeletion } from './retention.ts';
import { newSignatory } from './signatories.ts';

/** @throws {PostingError} `duplicate-id`, `step-unknown`, `document-unknown`, `deletion-too-late`, `deadline-after-deletion` */
export function create(
	{ content, owner }: CommandOf<'create'>,
	{ id, tenant, now }: { readonly id: PostingId; readonly tenant: TenantId; readonly now: Instant },
): Outcome<LivePosting> {
	checkReferences(content);
	checkTimes(content, now);
	return {
		posting: {
			id,
			tenant,
			version: 1,
			state: 'draft',
			owner,
			createdAt: now,
			activatedAt: null,
			endedAt: null,
			partiallyCompleted: false,
			bundle: null,
			downloadedAt: null,
			downloadRemindedAt: null,
			signatures: [],
			leases: [],
			...fromContent(content, now),
		},
		events: [{ action: 'posting.created' }],
	};
}

/** @throws {PostingError} `not-a-draft`, and as `create` */
export function edit(posting: LivePosting, { content }: CommandOf<'edit'>, now: Instant): Outcome<LivePosting> {
	requireDraft(posting);
	checkReferences(content);
	checkTimes(content, now);
	return { posting: { ...posting, ...fromContent(content, now) }, events: [{ action: 'posting.edited' }] };
}

/**
 * Freezes documents, steps, signatories and fields, and opens the first step.
 *
 * @throws {PostingError} naming what is missing
 */
export function activate(posting: LivePosting, { fields }: CommandOf<'activate'>, now: Instant): Outcome<LivePosting> {
	requireDraft(posting);
	checkTimes(posting, now);
	if (posting.expiresAt <= now) throw new PostingError('deadline-passed', 'the time for signing is over already');
	if (posting.documents.length === 0 || posting.steps.length === 0)
		throw new PostingError('nothing-to-sign', `posting ${posting.id} has no documents or no steps`);
	for (const document of posting.documents)
		if (!posting.steps.some(({ documents }) => documents.includes(document.id)))
			throw new PostingError('document-in-no-step', `${document.name} is in no step`, { subject: document.name });
	for (const step of posting.steps) checkStep(posting, step);
	for (const signatory of posting.signatories) checkFields(posting, signatory);
	checkFieldsExist(posting, fields);
	return advance(
		{ posting: { ...posting, state: 'active', activatedAt: now }, events: [{ action: 'posting.activated' }] },
		now,
	);
}

function fromContent(content: PostingContent, now: Instant) {
	return {
		title: content.title,
		message: content.message,
		minLevel: content.minLevel,
		signatureLevel: content.signatureLevel,
		expiresAt: content.expiresAt,
		deleteAt: content.deleteAt,
		remindAfterDays: content.remindAfterDays,
		allowDelegation: content.allowDelegation,
		documents: content.documents.map(
			(document): PostedDocument => ({
				id: document.id,
				name: document.name,
				revisions: [{ ...document.content, at: now, signature: null }],
			}),
		),
		steps: content.steps.map((step): Step => ({ ...step, state: 'waiting' })),
		signatories: content.signatories.map((named): Signatory => newSignatory(named, now)),
	};
}

function requireDraft({ state, id }: LivePosting): void {
	if (state !== 'draft') throw new PostingError('not-a-draft', `posting ${id} is ${state}`);
}

function checkReferences({ documents, steps, signatories }: PostingContent): void {
	const ids = [...documents, ...steps, ...signatories].map(({ id }): string => id);
	if (new Set(ids).size < ids.length) throw new PostingError('duplicate-id', 'two things have the same id');
	const known = new Set<string>(ids);
	for (const signatory of signatories) {
		if (!known.has(signatory.step)) throw new PostingError('step-unknown', `${signatory.name} is in no step there is`);
		for (const { document } of signatory.fields) checkDocument(known, document);
	}
	for (const step of steps) for (const document of step.documents) checkDocument(known, document);
}

function checkDocument(known: ReadonlySet<string>, document: string): void {
	if (!known.has(document)) throw new PostingError('document-unknown', `there is no document ${document}`);
}

function checkTimes({ deleteAt, expiresAt }: Pick<PostingContent, 'deleteAt' | 'expiresAt'>, now: Instant): void {
	if (deleteAt > lastDeletion(now))
		throw new PostingError('deletion-too-late', `${deleteAt} is more than a year ahead`);
	if (deleteAt <= now) throw new PostingError('deadline-passed', `${deleteAt}, the time of deletion, is over`);
	if (expiresAt > deleteAt)
		throw new PostingError('deadline-after-deletion', `signing ends ${expiresAt}, after deletion at ${deleteAt}`);
}

function checkStep(posting: LivePosting, step: Step): void {
	const counted = participants(posting, step.id).length;
	const number = posting.steps.indexOf(step) + 1;
	if (counted === 0) throw new PostingError('step-without-signatories', `nobody acts in step ${number}`);
	if (step.rule.kind === 'some' && step.rule.count > counted)
		throw new PostingError('step-count-too-high', `step ${number} asks for ${step.rule.count} of ${counted}`);
	if (step.documents.length === 0) throw new PostingError('nothing-to-sign', `step ${number} has no documents`);
}

/** Who signs has one field on each document of their step; who does not sign has none. */
function checkFields({ steps }: LivePosting, { step, role, fields, name }: Signatory): void {
	const signs = role === 'signer' || role === 'witness';
	const wanted = signs ? (steps.find(({ id }) => id === step)?.documents ?? []) : [];
	const given = fields.map(({ document }) => document);
	if (given.length !== wanted.length || wanted.some((document) => !given.includes(document)))
		throw new PostingError('fields-incomplete', `the fields of ${name} are not one for each document of the step`, {
			subject: name,
		});
}

function checkFieldsExist({ signatories, documents }: LivePosting, found: CommandOf<'activate'>['fields']): void {
	const taken = new Set<string>();
	for (const { document, name } of signatories.flatMap(({ fields }) => fields)) {
		const title = documents.find(({ id }) => id === document)?.name ?? document;
		if (!found.get(document)?.includes(name))
			throw new PostingError('field-missing', `${title} has no empty signature field ${name}`, { subject: title });
		const place = `${document} ${name}`;
		if (taken.has(place)) throw new PostingError('field-shared', `two sign the field ${name} of ${title}`);
		taken.add(place);
	}
}
