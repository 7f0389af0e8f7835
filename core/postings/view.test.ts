import { describe, expect, it } from 'vitest';
import { type PostingScenario, person } from '../../test/kit/postingScenario.ts';
import { active, blocked, completed, draft, secondStep } from '../../test/kit/postingStages.ts';
import { postingView } from './protocol/view.ts';
import { viewFor } from './view.ts';

const seenBy = (scenario: PostingScenario, name: string) => viewFor(scenario.person(name), scenario.live);

describe('what of a posting a person sees', () => {
	it('is all of it for the owner', () => {
		const scenario = active();
		const view = viewFor(scenario.owner, scenario.live);
		expect(view).toMatchObject({ relation: 'owner', own: [] });
		expect(view?.documents).toHaveLength(2);
		expect(view?.signatories.map(({ email }) => email)).not.toContain(null);
	});

	it('is for a signatory the documents of their step, and of the others no more than name and state', () => {
		const scenario = secondStep();
		const view = seenBy(scenario, 'Cem');
		expect(view?.documents.map(({ name }) => name)).toEqual(['contract.pdf']);
		expect(view?.steps.map(({ documents }) => documents.length)).toEqual([1, 1]);
		expect(new Set(view?.signatures.map(({ document }) => document)).size).toBe(1);
		const told = view?.signatories.filter(({ email, identity }) => email !== null || identity !== null);
		expect(told?.map(({ name }) => name)).toEqual(['Cem']);
		expect(view?.bundle).toBeNull();
	});

	it.each<[string, () => unknown]>([
		['a draft is', () => seenBy(draft(), 'Anna')],
		['the step is not open', () => seenBy(active(), 'Cem')],
		['they are somebody else', () => viewFor(person('Stranger'), active().live)],
		['their login is too weak', () => viewFor({ ...person('Anna', 1), user: person('x').user }, active().live)],
	])('is nothing while %s', (_, see) => {
		expect(see()).toBeUndefined();
	});

	it('is for who declined that they did, and no document', () => {
		const view = seenBy(blocked(), 'Anna');
		expect(view).toMatchObject({ relation: 'former', documents: [], message: '', isBlocked: true });
		expect(view?.signatories).toMatchObject([{ name: 'Anna', state: 'declined', reason: 'wrong price' }]);
	});

	it.each(['Olga', 'Anna', 'Cem'])('goes over the wire as the protocol says, for %s', (name) => {
		const scenario = completed();
		const view = name === 'Olga' ? viewFor(scenario.owner, scenario.live) : seenBy(scenario, name);
		expect(postingView.parse(JSON.parse(JSON.stringify(view)))).toEqual(view);
	});
});
