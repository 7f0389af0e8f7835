import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzCases } from '../../test/kit/mutations.ts';
import { contentOf, named, PostingScenario, type StepPlan } from '../../test/kit/postingScenario.ts';
import { newUuid, signatoryId } from './identifiers.ts';
import type { LivePosting, Posting, Signatory, Step } from './posting.ts';
import { PostingError } from './postingError.ts';

const names = ['Anna', 'Bo', 'Cem', 'Dana', 'Eva'] as const;
const spares = ['Ulf', 'Vera', 'Wim'] as const;

const plan: fc.Arbitrary<StepPlan> = fc
	.record({
		people: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
		roles: fc.array(fc.constantFrom('signer', 'signer', 'approver', 'witness', 'viewer'), {
			minLength: 3,
			maxLength: 3,
		}),
		count: fc.option(fc.integer({ min: 1, max: 3 })),
		documents: fc.uniqueArray(fc.constantFrom(0, 1), { minLength: 1, maxLength: 2 }),
	})
	.map(({ people, roles, count, documents }) => {
		// Somebody has to act.
		const cast = people.map((name, index) => [name, index === 0 ? 'signer' : (roles[index] ?? 'signer')] as const);
		const acting = cast.filter(([, role]) => role !== 'viewer').length;
		return { people: cast, documents, ...(count === null ? {} : { count: Math.min(count, acting) }) };
	});

const move = fc.record({
	what: fc.constantFrom(
		...['sign', 'sign', 'sign', 'sign', 'approve', 'approve', 'open', 'prepare', 'submitOld'],
		...['decline', 'delegate', 'replace', 'cancel', 'acceptDecline', 'edit', 'wait', 'clock', 'reject'],
	),
	who: fc.nat(),
	index: fc.constantFrom(0, 1),
	spare: fc.constantFrom(...spares),
});
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

describe('postings under any sequence of commands', () => {
	it('lose no signature, complete with the last one, and keep what froze', () => {
		fc.assert(
			fc.property(
				fc.array(plan, { minLength: 1, maxLength: 3 }),
				fc.array(move, { minLength: 15, maxLength: 60, size: 'max' }),
				(plans, moves) => {
					const usedDocuments = new Set(plans.flatMap(({ documents }) => documents ?? []));
					// Every document has to be in some step; names tell the people of a step from those of the others.
					const whole = plans.map((one, step) => ({
						...one,
						people: one.people.map(([name, role]) => [`${name}${step}`, role] as const),
						documents: step === 0 && usedDocuments.size < 2 ? [0, 1] : (one.documents ?? []),
					}));
					const scenario = new PostingScenario().create(contentOf(whole)).activate();
					const activated = deepFreeze(scenario.live);
					for (const one of moves) {
						const before = deepFreeze(scenario.posting);
						try {
							perform(scenario, one);
						} catch (error) {
							if (!(error instanceof PostingError)) throw error;
							expect(scenario.posting).toBe(before);
						}
						const after = scenario.posting;
						if (!before || !after) throw new TypeError('the posting is gone');
						checkVersion(before, after);
						if (before.state !== 'purged' && after.state !== 'purged') {
							checkNothingLost(before, after);
							checkFrozen(activated, after);
							checkCompletion(after);
							checkSequence(after);
							checkLeases(after);
						}
					}
				},
			),
			{ numRuns: fuzzCases(300) },
		);
	});
});

/** Old submissions that come again, late. */
const kept = new WeakMap<PostingScenario, ReturnType<PostingScenario['submission']>[]>();

function perform(scenario: PostingScenario, { what, who, index, spare }: Move): void {
	const { signatories } = scenario.live;
	// Mostly those who are asked, or else little would come of it.
	const asked = signatories.filter(({ state }) => state === 'notified' || state === 'opened');
	const candidates = asked.length > 0 && who % 8 !== 0 ? asked : signatories;
	const one = candidates[(who >> 3) % candidates.length];
	if (!one) return;
	const { id: as, name } = one;
	const actor = scenario.person(name);
	const stranger = named(`${spare}${signatories.length}`);
	switch (what) {
		case 'sign': {
			const signature = scenario.prepare(name, index);
			const submission = scenario.submission(name, signature, index);
			kept.set(scenario, [...(kept.get(scenario) ?? []), submission]);
			scenario.give(submission, actor);
			return;
		}
		case 'prepare': {
			const signature = scenario.prepare(name, index);
			kept.set(scenario, [...(kept.get(scenario) ?? []), scenario.submission(name, signature, index)]);
			return;
		}
		case 'submitOld': {
			const submissions = kept.get(scenario) ?? [];
			const old = submissions[who % Math.max(1, submissions.length)];
			const signer = signatories.find(({ id }) => id === old?.as);
			if (old && signer) scenario.give(old, scenario.person(signer.name));
			return;
		}
		case 'reject': {
			const prepared = scenario.live.signatures.find(({ state }) => state === 'prepared');
			if (prepared)
				scenario.clock({ type: 'rejectSignature', signature: prepared.id, code: 'integrity', message: 'broken' });
			return;
		}
		case 'approve':
			scenario.give({ type: 'approve', as }, actor);
			return;
		case 'open':
			scenario.give({ type: 'open', as }, actor);
			return;
		case 'decline':
			scenario.give({ type: 'decline', as, reason: 'no' }, actor);
			return;
		case 'delegate':
			scenario.give({ type: 'delegate', as, successor: signatoryId.parse(newUuid()), person: stranger }, actor);
			return;
		case 'replace':
			scenario.give({ type: 'replace', signatory: as, successor: signatoryId.parse(newUuid()), person: stranger });
			return;
		case 'cancel':
			// Rare enough for other things to happen.
			if (who % 5 === 0) scenario.give({ type: 'cancel', reason: 'changed my mind' });
			return;
		case 'acceptDecline':
			scenario.give({ type: 'acceptDecline' });
			return;
		case 'edit':
			scenario.give({ type: 'edit', content: contentOf([{ people: [['Anna', 'signer']] }]) });
			return;
		case 'wait':
			scenario.now = new Date(scenario.now.getTime() + (who % 48) * 3_600_000);
			return;
		case 'clock':
			for (const type of ['remindDue', 'expire', 'purge'] as const) {
				try {
					scenario.clock({ type });
				} catch (error) {
					if (!(error instanceof PostingError)) throw error;
				}
			}
	}
}

function checkVersion(before: Posting, after: Posting): void {
	const steps = after.version - before.version;
	if (before === after) expect(steps).toBe(0);
	else expect(steps).toBeGreaterThan(0);
}

function checkNothingLost(before: LivePosting, after: LivePosting): void {
	for (const signature of before.signatures.filter(({ state }) => state === 'accepted'))
		expect(after.signatures).toContainEqual(signature);
	for (const document of before.documents) {
		const now = after.documents.find(({ id }) => id === document.id);
		expect(now?.revisions.slice(0, document.revisions.length)).toEqual(document.revisions);
	}
	const accepted = after.signatures.filter(({ state }) => state === 'accepted').map(({ id }) => id);
	const inDocuments = after.documents.flatMap(({ revisions }) => revisions.flatMap(({ signature }) => signature ?? []));
	expect(inDocuments.toSorted()).toEqual(accepted.toSorted());
}

function checkFrozen(activated: LivePosting, after: LivePosting): void {
	const contentOf = ({ documents, steps, title, message, minLevel, expiresAt, deleteAt }: LivePosting) => ({
		documents: documents.map(({ id, name, revisions }) => ({ id, name, original: revisions[0] })),
		steps: steps.map(({ id, rule, documents: chosen, minLevel: level }) => ({ id, rule, chosen, level })),
		...{ title, message, minLevel, expiresAt, deleteAt },
	});
	expect(contentOf(after)).toEqual(contentOf(activated));
	const place = ({ step, role, fields }: Signatory) => ({ step, role, fields });
	for (const one of activated.signatories) {
		const now = after.signatories.find(({ id }) => id === one.id);
		expect(now).toMatchObject({ ...place(one), name: one.name, identity: one.identity });
	}
	for (const one of after.signatories) {
		const successor = after.signatories.find(({ id }) => id === one.successor);
		if (successor) expect(place(successor)).toEqual(place(one));
	}
}

/** Counts places, not people: a place is filled when somebody in the line from the one first named has acted. */
function isFilled(posting: LivePosting, one: Signatory): boolean {
	if (['signed', 'approved', 'witnessed'].includes(one.state)) return true;
	const successor = posting.signatories.find(({ id }) => id === one.successor);
	return successor !== undefined && isFilled(posting, successor);
}

function isDone(posting: LivePosting, { id, rule }: Step): boolean {
	const successors = new Set(posting.signatories.map(({ successor }) => successor));
	const places = posting.signatories.filter(
		(one) => one.step === id && one.role !== 'viewer' && !successors.has(one.id),
	);
	const filled = places.filter((one) => isFilled(posting, one)).length;
	return filled >= (rule.kind === 'all' ? places.length : rule.count);
}

function checkCompletion(posting: LivePosting): void {
	const allDone = posting.steps.every((step) => isDone(posting, step));
	expect(posting.state === 'completed').toBe(allDone);
	expect(posting.endedAt === null).toBe(posting.state === 'active');
	for (const step of posting.steps) expect(step.state === 'satisfied').toBe(isDone(posting, step));
}

function checkSequence(posting: LivePosting): void {
	const states = posting.steps.map(({ state }) => state);
	const open = states.findIndex((state) => state === 'open' || state === 'failed');
	if (open < 0) return;
	expect(states.slice(0, open).every((state) => state === 'satisfied')).toBe(true);
	expect(states.slice(open + 1).every((state) => state === 'waiting')).toBe(true);
	const later = new Set(posting.steps.slice(open + 1).map(({ id }) => id));
	const early = posting.signatories.filter(({ step, notifiedAt }) => later.has(step) && notifiedAt !== null);
	expect(early).toEqual([]);
}

function checkLeases(posting: LivePosting): void {
	const leased = posting.leases.map(({ document }) => document);
	expect(new Set(leased).size).toBe(leased.length);
	for (const { signature } of posting.leases)
		expect(posting.signatures.find(({ id }) => id === signature)?.state).toBe('prepared');
	if (posting.state !== 'active') expect(leased).toEqual([]);
}

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
		Object.freeze(value);
		for (const member of Object.values(value)) deepFreeze(member);
	}
	return value;
}
