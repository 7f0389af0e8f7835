import { describe, expect, it } from 'vitest';
import type { DraftDocument, PostingDraft } from '../../../../preload/contract.ts';
import { postingDraft } from '../../../../preload/contract.ts';
import {
	changedPerson,
	missingIn,
	movedSteps,
	signersOf,
	toggledDocument,
	withDocument,
	withField,
	withoutDocument,
	withoutStep,
	withPerson,
	withStep,
} from './draft.ts';

const now = new Date('2026-11-01T00:00:00.000Z');
const id = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const document = (number: number): DraftDocument => ({
	id: id(number),
	name: `document ${number}.pdf`,
	sha256: 'a'.repeat(64),
	size: 1000,
	pages: 2,
});

const empty: PostingDraft = postingDraft.parse({
	id: id(1),
	title: '',
	message: '',
	documents: [],
	steps: [{ id: id(2), count: null, documents: [] }],
	people: [],
	fields: [],
	assurance: 3,
	signatureLevel: 'b-lta',
	expiresAt: '2026-11-15T00:00:00.000Z',
	deleteAt: '2027-02-01T00:00:00.000Z',
	remindAfterDays: null,
	allowDelegation: false,
});

/** One document; Kari signs in the first step, Ola in the second. */
function twoSteps(): PostingDraft {
	const first = withPerson(withDocument(empty, document(10)), 'en');
	const both = withPerson(withStep(first), 'en');
	const names = ['Kari', 'Ola'];
	return {
		...both,
		people: both.people.map((person, index) => ({ ...person, name: names[index] ?? '', email: 'a@example.com' })),
	};
}

const placed = (draft: PostingDraft): PostingDraft =>
	draft.people.reduce(
		(now, { id: person }) =>
			withField(now, {
				person,
				document: id(10),
				page: 1,
				rectangle: { x: 0, y: 0, width: 100, height: 50 },
			}),
		draft,
	);

const namesIn = (draft: PostingDraft): readonly string[] =>
	draft.steps.map((step) =>
		draft.people
			.filter((one) => one.step === step.id)
			.map(({ name }) => name)
			.join(),
	);

describe('a draft', () => {
	it('is called after its first document, and has it in every step', () => {
		const draft = withDocument(withStep(empty), document(10));
		expect(draft.title).toBe('document 10');
		expect(draft.steps.map(({ documents }) => documents)).toEqual([[id(10)], [id(10)]]);
	});

	it('asks in the order of its steps, which can be moved', () => {
		const draft = twoSteps();
		const [first, second] = draft.steps;
		expect(signersOf(draft, id(10)).map(({ name }) => name)).toEqual(['Kari', 'Ola']);
		const moved = movedSteps(draft, new Set([second?.id]), { key: first?.id, position: 'before' });
		expect(namesIn(moved)).toEqual(['Ola', 'Kari']);
		expect(signersOf(moved, id(10)).map(({ name }) => name)).toEqual(['Ola', 'Kari']);
	});

	it('keeps the people of a step that is taken out', () => {
		const draft = twoSteps();
		expect(namesIn(withoutStep(draft, draft.steps[1]?.id ?? ''))).toEqual(['Kari,Ola']);
		expect(withoutStep(empty, id(2))).toEqual(empty);
	});

	it.each([
		['their step has the document no more', (draft: PostingDraft) => toggledDocument(draft, stepOf(draft, 0), id(10))],
		['they only approve', (draft: PostingDraft) => changedPerson(draft, { ...personOf(draft, 0), role: 'approver' })],
	])('forgets the place of somebody when %s', (_, change) => {
		const draft = placed(twoSteps());
		expect(draft.fields).toHaveLength(2);
		expect(change(draft).fields.map(({ person }) => person)).toEqual([draft.people[1]?.id]);
	});

	it('has one place for each person in a document', () => {
		expect(placed(placed(twoSteps())).fields).toHaveLength(2);
		expect(withoutDocument(placed(twoSteps()), id(10)).fields).toEqual([]);
	});
});

describe('what keeps a draft from being sent', () => {
	it('is nothing when all is there', () => {
		expect(missingIn(twoSteps(), now)).toBeNull();
	});

	it.each([
		['documents', () => empty],
		['people', () => withDocument(empty, document(10))],
		['title', () => ({ ...twoSteps(), title: ' ' })],
		['names', () => withPersonChanged({ name: '' })],
		['emails', () => withPersonChanged({ email: 'kari' })],
		['identifiers', () => withPersonChanged({ identifier: '15038412345' })],
		['emptyStep', () => withPersonChanged({ role: 'viewer' })],
		['unused', () => withOneUnused()],
		['stepDocuments', () => withoutDocuments(0)],
		['deadline', () => ({ ...twoSteps(), expiresAt: '2026-10-01T00:00:00.000Z' })],
		['deletion', () => ({ ...twoSteps(), deleteAt: '2026-11-02T00:00:00.000Z' })],
	])('is %s', (missing, draft) => {
		expect(missingIn(draft(), now)).toBe(missing);
	});
});

function withPersonChanged(change: Partial<PostingDraft['people'][number]>): PostingDraft {
	const draft = twoSteps();
	return changedPerson(draft, { ...personOf(draft, 0), ...change });
}

function withOneUnused(): PostingDraft {
	const draft = withDocument(twoSteps(), document(11));
	return draft.steps.reduce((now, step) => toggledDocument(now, step, id(11)), draft);
}

function withoutDocuments(step: number): PostingDraft {
	const draft = twoSteps();
	return toggledDocument(draft, stepOf(draft, step), id(10));
}

function personOf({ people }: PostingDraft, index: number): PostingDraft['people'][number] {
	const [person] = people.slice(index);
	if (person) return person;
	throw new Error('nobody there');
}

function stepOf({ steps }: PostingDraft, index: number): PostingDraft['steps'][number] {
	const [step] = steps.slice(index);
	if (step) return step;
	throw new Error('no such step');
}
