/** Changes of a draft, each from one whole draft to the next. */
import {
	type DraftDocument,
	type DraftPerson,
	isEmail,
	isIdentifier,
	type PostingDraft,
} from '../../../../preload/contract.ts';

type Step = PostingDraft['steps'][number];
type Field = PostingDraft['fields'][number];

/** UUID of version 7 (RFC 9562 §5.7), as the service wants them. */
function newId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	const time = Date.now();
	for (let at = 0; at < 6; at++) bytes[at] = Math.floor(time / 256 ** (5 - at)) % 256;
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const signs = ({ role }: Pick<DraftPerson, 'role'>): boolean => role === 'signer' || role === 'witness';

/** A new document is for every step; its name gives the posting one, where it has none. */
export const withDocument = (draft: PostingDraft, document: DraftDocument): PostingDraft => ({
	...draft,
	title: draft.title || document.name.replace(/\.pdf$/i, ''),
	documents: [...draft.documents, document],
	steps: draft.steps.map((step) => ({ ...step, documents: [...step.documents, document.id] })),
});

export const withoutDocument = (draft: PostingDraft, id: string): PostingDraft => ({
	...draft,
	documents: draft.documents.filter((one) => one.id !== id),
	steps: draft.steps.map((step) => ({ ...step, documents: step.documents.filter((one) => one !== id) })),
	fields: draft.fields.filter(({ document }) => document !== id),
});

/** Somebody new joins the last step. */
export function withPerson(draft: PostingDraft, language: DraftPerson['language']): PostingDraft {
	const step = draft.steps.at(-1)?.id;
	if (step === undefined) return draft;
	const person: DraftPerson = { id: newId(), step, role: 'signer', name: '', email: '', identifier: '', language };
	return { ...draft, people: [...draft.people, person] };
}

export function changedPerson(draft: PostingDraft, person: DraftPerson): PostingDraft {
	const people = draft.people.map((one) => (one.id === person.id ? person : one));
	return withoutLostFields({ ...draft, people });
}

export const withoutPerson = (draft: PostingDraft, id: string): PostingDraft =>
	withoutLostFields({ ...draft, people: draft.people.filter((one) => one.id !== id) });

/** A step at the end, for all documents. */
export const withStep = (draft: PostingDraft): PostingDraft => ({
	...draft,
	steps: [...draft.steps, { id: newId(), count: null, documents: draft.documents.map(({ id }) => id) }],
});

export function changedStep(draft: PostingDraft, step: Step): PostingDraft {
	const steps = draft.steps.map((one) => (one.id === step.id ? step : one));
	return withoutLostFields({ ...draft, steps });
}

/** Those who were in it go to the step before, or after. */
export function withoutStep(draft: PostingDraft, id: string): PostingDraft {
	const at = draft.steps.findIndex((one) => one.id === id);
	const steps = draft.steps.filter((one) => one.id !== id);
	const heir = steps[Math.max(0, at - 1)];
	if (!heir) return draft;
	const people = draft.people.map((one) => (one.step === id ? { ...one, step: heir.id } : one));
	return withoutLostFields({ ...draft, steps, people });
}

/** Puts steps before or after another, in the order that they have. */
export function movedSteps(
	draft: PostingDraft,
	moved: ReadonlySet<unknown>,
	target: { readonly key: unknown; readonly position: 'before' | 'after' },
): PostingDraft {
	const moving = draft.steps.filter(({ id }) => moved.has(id));
	const staying = draft.steps.filter(({ id }) => !moved.has(id));
	const at = staying.findIndex(({ id }) => id === target.key);
	if (at === -1) return draft;
	return { ...draft, steps: staying.toSpliced(target.position === 'before' ? at : at + 1, 0, ...moving) };
}

/** Whether a step's people sign a document. */
export const signsIn = (step: Step, document: string): boolean => step.documents.includes(document);

export function toggledDocument(draft: PostingDraft, step: Step, document: string): PostingDraft {
	const documents = signsIn(step, document)
		? step.documents.filter((one) => one !== document)
		: [...step.documents, document];
	return changedStep(draft, { ...step, documents });
}

export const withField = (draft: PostingDraft, field: Field): PostingDraft => ({
	...draft,
	fields: [...draft.fields.filter((one) => !isSamePlace(one, field)), field],
});

export const withoutField = (draft: PostingDraft, field: Pick<Field, 'person' | 'document'>): PostingDraft => ({
	...draft,
	fields: draft.fields.filter((one) => !isSamePlace(one, field)),
});

const isSamePlace = (one: Pick<Field, 'person' | 'document'>, other: Pick<Field, 'person' | 'document'>): boolean =>
	one.person === other.person && one.document === other.document;

/** Who signs a document, in the order of the steps. */
export const signersOf = ({ steps, people }: PostingDraft, document: string): readonly DraftPerson[] =>
	steps.flatMap((step) =>
		signsIn(step, document) ? people.filter((person) => person.step === step.id && signs(person)) : [],
	);

/** Places of those who no longer sign there are of no use. */
function withoutLostFields(draft: PostingDraft): PostingDraft {
	const fields = draft.fields.filter(({ person, document }) =>
		signersOf(draft, document).some(({ id }) => id === person),
	);
	return { ...draft, fields };
}

/** What keeps a draft from being sent, the first thing first; null when nothing does. */
export function missingIn(draft: PostingDraft, now: Date): Missing | null {
	if (draft.documents.length === 0) return 'documents';
	if (draft.title.trim() === '') return 'title';
	if (draft.people.length === 0) return 'people';
	if (draft.people.some(({ name }) => name.trim() === '')) return 'names';
	if (draft.people.some(({ email }) => !isEmail(email.trim()))) return 'emails';
	if (draft.people.some(({ identifier }) => identifier.trim() !== '' && !isIdentifier(identifier.trim())))
		return 'identifiers';
	const acting = (step: Step) => draft.people.filter((one) => one.step === step.id && one.role !== 'viewer').length;
	if (draft.steps.some((step) => acting(step) === 0)) return 'emptyStep';
	if (draft.steps.some((step) => step.count !== null && step.count > acting(step))) return 'count';
	if (draft.steps.some(({ documents }) => documents.length === 0)) return 'stepDocuments';
	if (draft.documents.some(({ id }) => !draft.steps.some((step) => signsIn(step, id)))) return 'unused';
	if (draft.expiresAt <= now.toISOString()) return 'deadline';
	return draft.deleteAt < draft.expiresAt ? 'deletion' : null;
}

export type Missing =
	| 'documents'
	| 'title'
	| 'people'
	| 'names'
	| 'emails'
	| 'identifiers'
	| 'emptyStep'
	| 'count'
	| 'stepDocuments'
	| 'unused'
	| 'deadline'
	| 'deletion';
