import { describe, expect, it } from 'vitest';
import { daysLater, hashOf, type PostingScenario } from '../../test/kit/postingScenario.ts';
import { active, blocked, cancelled, completed, draft, receipted } from '../../test/kit/postingStages.ts';
import { dueCommand, nextDue } from './due.ts';

const acknowledged = (): PostingScenario => {
	const scenario = receipted();
	scenario.give({ type: 'acknowledge', bundle: hashOf('bundle') });
	return scenario;
};

describe('when the clock has something to do', () => {
	it.each<[string, () => PostingScenario, number, string]>([
		['a draft, when it is to be deleted', draft, 90, 'expire'],
		['an active one, to remind those who have not answered', active, 3, 'remindDue'],
		['one without reminders, at the deadline', () => active({ remindAfterDays: null }), 14, 'expire'],
		['one that somebody declined, for those still asked', blocked, 3, 'remindDue'],
		['one that ended with nothing in it, when it is to be deleted', cancelled, 90, 'purge'],
		['one that nobody downloaded, to tell the owner', completed, 90, 'remindDue'],
		['one that was downloaded, when it is to be deleted', acknowledged, 90, 'purge'],
	])('%s', (_, make, days, command) => {
		const { live } = make();
		const due = daysLater(days).toISOString();
		expect(nextDue(live)).toBe(due);
		expect(dueCommand(live, due)).toBe(command);
		expect(dueCommand(live, daysLater(days - 1).toISOString())).toBeUndefined();
	});

	it('always has something later, until all is purged', () => {
		const scenario = completed();
		let rounds = 0;
		while (scenario.posting?.state !== 'purged') {
			const due = nextDue(scenario.live);
			scenario.now = new Date(due);
			const command = dueCommand(scenario.live, due);
			if (!command) throw new TypeError('nothing to do at the time it was due');
			scenario.clock({ type: command });
			rounds++;
		}
		expect(scenario.now.toISOString()).toBe(daysLater(365).toISOString());
		expect(rounds).toBe(41);
	});
});
