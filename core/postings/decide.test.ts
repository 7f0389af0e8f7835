import { describe, expect, it } from 'vitest';
import { contentOf, daysLater, hashOf, named, PostingScenario, person, start } from '../../test/kit/postingScenario.ts';
import { active, blocked, completed, draft, opened, receipted, secondStep } from '../../test/kit/postingStages.ts';
import { newUuid, signatoryId } from './identifiers.ts';
import type { PostingErrorCode } from './postingError.ts';

const refusal = (code: PostingErrorCode) => expect.objectContaining({ code });
const newSignatory = () => signatoryId.parse(newUuid());

describe('from draft to completed', () => {
	it('asks those of the first step when it is activated, and nobody else', () => {
		const { events, live } = active();
		expect(live.state).toBe('active');
		expect(live.signatories.map(({ name, state }) => `${name} ${state}`)).toEqual([
			'Anna notified',
			'Bo notified',
			'Cem pending',
			'Dana pending',
			'Vic pending',
		]);
		expect(events.map(({ action }) => action)).toEqual([
			'posting.created',
			'posting.activated',
			'step.opened',
			'signatory.notified',
			'signatory.notified',
		]);
	});

	it('counts a signer as done when every document of their step is signed', () => {
		const scenario = opened();
		scenario.signOne('Anna', 0);
		expect(scenario.signatory('Anna').state).toBe('opened');
		scenario.signOne('Anna', 1);
		expect(scenario.signatory('Anna').state).toBe('signed');
	});

	it('opens the next step with the last act of the one before', () => {
		const { live } = secondStep();
		expect(live.steps.map(({ state }) => state)).toEqual(['satisfied', 'open']);
		expect(live.signatories.map(({ state }) => state)).toEqual([
			'signed',
			'approved',
			'notified',
			'notified',
			'notified',
		]);
	});

	it('is completed by the last signature that is needed, and lets the others go', () => {
		const scenario = completed();
		expect(scenario.live).toMatchObject({ state: 'completed', partiallyCompleted: false, leases: [] });
		expect(scenario.signatory('Dana').state).toBe('cancelled');
		expect(scenario.events.at(-1)?.action).toBe('posting.completed');
	});

	it('gives each role its own verb', () => {
		const scenario = secondStep();
		scenario.as('Vic', (as) => ({ type: 'open', as }));
		scenario.sign('Dana');
		expect(scenario.signatory('Vic').state).toBe('viewed');
		expect(scenario.signatory('Dana').state).toBe('witnessed');
		expect(scenario.live.state).toBe('completed');
	});
});

describe('declining', () => {
	it('waits for the owner, who names somebody else in the same place', () => {
		const scenario = blocked();
		const successor = newSignatory();
		const { id: signatory, fields } = scenario.signatory('Anna');
		scenario.give({ type: 'replace', signatory, successor, person: named('Ulf') });
		expect(scenario.signatory('Anna')).toMatchObject({ state: 'declined', successor, reason: 'wrong price' });
		expect(scenario.signatory('Ulf')).toMatchObject({ state: 'notified', role: 'signer', fields });
		scenario.sign('Ulf');
		scenario.as('Bo', (as) => ({ type: 'approve', as }));
		expect(scenario.live.steps[0]?.state).toBe('satisfied');
	});

	it('needs nothing from the owner while enough others can act', () => {
		const scenario = secondStep();
		scenario.as('Cem', (as) => ({ type: 'decline', as, reason: 'no' }));
		expect(() => scenario.give({ type: 'acceptDecline' })).toThrow(refusal('nothing-declined'));
		scenario.sign('Dana');
		expect(scenario.live.state).toBe('completed');
	});

	it('ends the posting as declined when the owner accepts it, with what was signed', () => {
		const scenario = opened();
		scenario.sign('Anna');
		scenario.as('Bo', (as) => ({ type: 'decline', as, reason: 'no' }));
		scenario.give({ type: 'acceptDecline' });
		expect(scenario.live).toMatchObject({ state: 'declined', partiallyCompleted: true });
		expect(scenario.live.steps.map(({ state }) => state)).toEqual(['failed', 'waiting']);
	});

	it('is what a posting ends with at its deadline', () => {
		const scenario = blocked();
		scenario.now = daysLater(15);
		scenario.clock({ type: 'expire' });
		expect(scenario.live.state).toBe('declined');
	});

	it('gives the lease free', () => {
		const scenario = opened();
		scenario.prepare('Anna');
		scenario.as('Anna', (as) => ({ type: 'decline', as, reason: 'no' }));
		expect(scenario.live).toMatchObject({ leases: [], signatures: [] });
	});
});

describe('handing over', () => {
	it('puts another person in the place, who signs the same fields', () => {
		const scenario = opened();
		scenario.as('Anna', (as) => ({ type: 'delegate', as, successor: newSignatory(), person: named('Ulf') }));
		expect(scenario.signatory('Anna').state).toBe('delegated');
		scenario.sign('Ulf');
		expect(scenario.signatory('Ulf').state).toBe('signed');
	});

	it('binds a place to the first account that acts in it', () => {
		const scenario = opened();
		const twin = { ...scenario.person('Anna'), user: person('Twin').user };
		expect(() => scenario.give({ type: 'open', as: scenario.signatory('Anna').id }, twin)).toThrow(
			refusal('posting-missing'),
		);
	});
});

describe('two who sign one document', () => {
	const parallel = () =>
		new PostingScenario()
			.create(
				contentOf([
					{
						people: [
							['Anna', 'signer'],
							['Cem', 'signer'],
						],
					},
				]),
			)
			.activate();

	it('keeps the document for the first until the lease is over', () => {
		const scenario = parallel();
		scenario.prepare('Anna');
		expect(() => scenario.prepare('Cem')).toThrow(refusal('document-leased'));
		scenario.now = new Date(start.getTime() + 5 * 60_000);
		scenario.prepare('Cem');
		expect(scenario.live.leases).toHaveLength(1);
	});

	it('takes a signature after its lease ended if nobody else has one and nothing was added', () => {
		const scenario = parallel();
		const signature = scenario.prepare('Anna');
		scenario.now = new Date(start.getTime() + 10 * 60_000);
		scenario.give(scenario.submission('Anna', signature), scenario.person('Anna'));
		expect(scenario.document(0).revisions).toHaveLength(2);
	});

	it('refuses the one over a revision that is not the head, and takes it anew over the present one', () => {
		const scenario = parallel();
		const late = scenario.prepare('Anna');
		const stale = scenario.submission('Anna', late);
		scenario.now = new Date(start.getTime() + 6 * 60_000);
		scenario.signOne('Cem', 0);
		expect(() => scenario.give(stale, scenario.person('Anna'))).toThrow(refusal('head-changed'));
		scenario.signOne('Anna', 0);
		expect(scenario.document(0).revisions).toHaveLength(3);
	});

	it('records why an increment was refused, and leaves the document as it was', () => {
		const scenario = parallel();
		const signature = scenario.prepare('Anna');
		scenario.clock({ type: 'rejectSignature', signature, code: 'signature-broken', message: 'digest differs' });
		expect(scenario.live.signatures).toMatchObject([{ state: 'rejected', code: 'signature-broken' }]);
		expect(scenario.document(0).revisions).toHaveLength(1);
		scenario.signOne('Anna', 0);
		expect(scenario.document(0).revisions).toHaveLength(2);
	});
});

describe('the end', () => {
	it('purges at once when the owner and all signatories have let go', () => {
		const scenario = receipted();
		scenario.give({ type: 'acknowledge', bundle: hashOf('bundle') });
		for (const name of ['Anna', 'Bo', 'Cem'])
			scenario.as(name, (as) => ({ type: 'release', as, receipt: hashOf(`receipt ${name}`) }));
		scenario.clock({ type: 'purge' });
		expect(scenario.posting).toEqual({
			id: scenario.id,
			tenant: scenario.tenant,
			version: expect.any(Number),
			state: 'purged',
			endState: 'completed',
			purgedAt: scenario.now.toISOString(),
		});
	});

	it('does not purge at the deletion time what the owner has not downloaded, but after a year', () => {
		const scenario = receipted();
		scenario.now = daysLater(91);
		expect(() => scenario.clock({ type: 'purge' })).toThrow(refusal('download-not-acknowledged'));
		expect(scenario.clock({ type: 'remindDue' }).map(({ action }) => action)).toEqual(['posting.download-due']);
		scenario.now = daysLater(365);
		scenario.clock({ type: 'purge' });
		expect(scenario.posting?.state).toBe('purged');
	});

	it('purges at the deletion time what the owner has downloaded', () => {
		const scenario = receipted();
		scenario.give({ type: 'acknowledge', bundle: hashOf('bundle') });
		expect(() => scenario.clock({ type: 'purge' })).toThrow(refusal('not-due'));
		scenario.now = daysLater(91);
		scenario.clock({ type: 'purge' });
		expect(scenario.posting?.state).toBe('purged');
	});

	it('reminds those who were asked, every few days and no others', () => {
		const scenario = opened();
		scenario.as('Bo', (as) => ({ type: 'approve', as }));
		scenario.now = daysLater(3);
		expect(scenario.clock({ type: 'remindDue' })).toEqual([
			{ action: 'signatory.reminded', signatory: scenario.signatory('Anna').id },
		]);
		expect(() => scenario.clock({ type: 'remindDue' })).toThrow(refusal('not-due'));
	});

	it('ends a draft that nobody sent when it was to be deleted', () => {
		const scenario = draft();
		scenario.now = daysLater(91);
		scenario.clock({ type: 'expire' });
		scenario.clock({ type: 'purge' });
		expect(scenario.posting?.state).toBe('purged');
	});
});

describe('a posting of another', () => {
	it('gives nothing away about whether it is there', () => {
		const message = (scenario: PostingScenario): string => {
			try {
				scenario.give({ type: 'cancel', reason: '' }, person('Stranger'));
				return '';
			} catch (error) {
				return String(error).replaceAll(scenario.id, 'ID');
			}
		};
		expect(message(active())).toBe(message(new PostingScenario()));
	});
});
