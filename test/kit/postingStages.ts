/** The stages of one posting with two steps, each reached by commands: what a table of states has for rows. */
import type { PostingContent } from '../../core/postings/posting.ts';
import { contentOf, daysLater, hashOf, PostingScenario, type StepPlan } from './postingScenario.ts';

/** Anna signs both documents and Bo approves; then Cem or Dana on the first document, and Vic is shown it. */
export const two: readonly StepPlan[] = [
	{
		people: [
			['Anna', 'signer'],
			['Bo', 'approver'],
		],
	},
	{
		count: 1,
		documents: [0],
		people: [
			['Cem', 'signer'],
			['Dana', 'witness'],
			['Vic', 'viewer'],
		],
	},
];

export const draft = (change: Partial<PostingContent> = {}) => new PostingScenario().create(contentOf(two, change));
export const active = (change: Partial<PostingContent> = {}) => draft(change).activate();
export const opened = () => {
	const scenario = active();
	scenario.as('Anna', (as) => ({ type: 'open', as }));
	return scenario;
};
export const secondStep = () => {
	const scenario = opened();
	scenario.sign('Anna');
	scenario.as('Bo', (as) => ({ type: 'approve', as }));
	return scenario;
};
export const completed = () => {
	const scenario = secondStep();
	scenario.sign('Cem');
	return scenario;
};
export const blocked = () => {
	const scenario = active();
	scenario.as('Anna', (as) => ({ type: 'decline', as, reason: 'wrong price' }));
	return scenario;
};
export const declined = () => {
	const scenario = blocked();
	scenario.give({ type: 'acceptDecline' });
	return scenario;
};
export const cancelled = () => {
	const scenario = active();
	scenario.give({ type: 'cancel', reason: 'changed my mind' });
	return scenario;
};
export const expired = () => {
	const scenario = active();
	scenario.now = daysLater(15);
	scenario.clock({ type: 'expire' });
	return scenario;
};
export const purged = () => {
	const scenario = cancelled();
	scenario.now = daysLater(91);
	scenario.clock({ type: 'purge' });
	return scenario;
};
export const receipted = () => {
	const scenario = completed();
	for (const name of ['Anna', 'Bo', 'Cem'])
		scenario.clock({
			type: 'recordReceipt',
			signatory: scenario.signatory(name).id,
			receipt: { sha256: hashOf(`receipt ${name}`), size: 1 },
		});
	scenario.clock({ type: 'recordBundle', bundle: { sha256: hashOf('bundle'), size: 1 } });
	return scenario;
};
