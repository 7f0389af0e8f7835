import { describe, expect, it } from 'vitest';
import { contentOf, daysLater, hashOf, named, PostingScenario, person } from '../../test/kit/postingScenario.ts';
import {
	active,
	blocked,
	cancelled,
	draft,
	opened,
	purged,
	receipted,
	secondStep,
	two,
} from '../../test/kit/postingStages.ts';
import { documentId, newUuid, signatoryId, signatureId, stepId } from './identifiers.ts';
import type { PostingContent } from './posting.ts';
import { type PostingErrorCode, postingErrorCodes } from './postingError.ts';

const refusal = (code: PostingErrorCode) => expect.objectContaining({ code });
const newSignatory = () => signatoryId.parse(newUuid());

describe('each rule', () => {
	const plain = contentOf(two);
	const [first, second] = plain.documents;
	const [anna, bo] = plain.signatories;
	if (!first || !second || !anna || !bo) throw new TypeError('the plan has two documents and more than two people');
	const activated = (change: Partial<PostingContent>) => () =>
		new PostingScenario().create({ ...plain, ...change }).activate();
	const created = (change: Partial<PostingContent>) => () => new PostingScenario().create({ ...plain, ...change });
	const prepared = () => {
		const scenario = opened();
		return { scenario, signature: scenario.prepare('Anna') };
	};
	const submitted = (change: object) => () => {
		const { scenario, signature } = prepared();
		const submission = scenario.submission('Anna', signature);
		const { submitted: facts } = submission;
		scenario.give({ ...submission, submitted: { ...facts, ...change } }, scenario.person('Anna'));
	};

	const rules: readonly (readonly [PostingErrorCode, string, () => unknown])[] = [
		['posting-exists', 'an id that is taken', () => draft().create(plain)],
		[
			'posting-missing',
			'a posting that is not there',
			() => new PostingScenario().give({ type: 'cancel', reason: '' }),
		],
		['posting-missing', 'a stranger', () => active().give({ type: 'cancel', reason: '' }, person('Stranger'))],
		['posting-purged', 'what was purged', () => purged().clock({ type: 'purge' })],
		[
			'not-permitted',
			'a signatory who cancels',
			() => {
				const scenario = active();
				scenario.give({ type: 'cancel', reason: '' }, scenario.person('Anna'));
			},
		],
		[
			'not-permitted',
			'the owner who approves for another',
			() => {
				const scenario = active();
				scenario.give({ type: 'approve', as: scenario.signatory('Bo').id });
			},
		],
		['not-permitted', 'a person who plays the clock', () => active().give({ type: 'expire' })],
		['not-permitted', 'the clock that plays a person', () => active().clock({ type: 'cancel', reason: '' })],
		[
			'level-too-low',
			'a login that is too weak',
			() => {
				const scenario = active();
				const weak = { ...scenario.person('Anna'), level: 1 as const };
				scenario.give({ type: 'open', as: scenario.signatory('Anna').id }, weak);
			},
		],
		[
			'level-too-low',
			'a login that is too weak for the step',
			() => {
				const [one, ...others] = plain.steps;
				if (!one) throw new TypeError('no step');
				const scenario = active({ ...plain, steps: [{ ...one, minLevel: 4 }, ...others] });
				scenario.as('Anna', (as) => ({ type: 'open', as }));
			},
		],
		['not-a-draft', 'an edit after activation', () => active().give({ type: 'edit', content: plain })],
		['not-active', 'a signature after the end', () => cancelled().prepare('Anna')],
		['not-ended', 'a download before the end', () => active().give({ type: 'acknowledge', bundle: hashOf('bundle') })],
		['step-unknown', 'a signatory in no step', created({ signatories: [{ ...anna, step: stepId.parse(newUuid()) }] })],
		[
			'step-not-open',
			'a signatory who comes too early',
			() => {
				const scenario = active();
				const early = { ...scenario.signatory('Cem'), notifiedAt: scenario.now.toISOString() };
				scenario.posting = { ...scenario.live, signatories: [early] };
				scenario.as('Cem', (as) => ({ type: 'decline', as, reason: 'no' }));
			},
		],
		[
			'step-without-signatories',
			'a step of viewers',
			() => new PostingScenario().create(contentOf([{ people: [['Vic', 'viewer']] }])).activate(),
		],
		[
			'step-count-too-high',
			'more signatures than people',
			() => new PostingScenario().create(contentOf([{ count: 2, people: [['Anna', 'signer']] }])).activate(),
		],
		[
			'document-unknown',
			'a step with a document that is not there',
			() => {
				const [one, ...others] = plain.steps;
				if (one) created({ steps: [{ ...one, documents: [documentId.parse(newUuid())] }, ...others] })();
			},
		],
		['document-unknown', 'a document that is not of the step', () => secondStep().prepare('Cem', 1)],
		['nothing-to-sign', 'a posting without documents', activated({ documents: [], steps: [], signatories: [] })],
		[
			'document-in-no-step',
			'a document nobody signs',
			activated({
				steps: plain.steps.map((step) => ({ ...step, documents: [first.id] })),
			}),
		],
		['duplicate-id', 'an id used twice', created({ documents: [first, { ...second, id: first.id }] })],
		[
			'duplicate-id',
			'a successor who is there already',
			() => {
				const scenario = opened();
				const { id: successor } = scenario.signatory('Bo');
				scenario.as('Anna', (as) => ({ type: 'delegate', as, successor, person: named('Ulf') }));
			},
		],
		[
			'fields-incomplete',
			'a signer without a field',
			activated({
				signatories: [{ ...anna, fields: anna.fields.slice(1) }, ...plain.signatories.slice(1)],
			}),
		],
		[
			'fields-incomplete',
			'an approver with a field',
			activated({
				signatories: [anna, { ...bo, fields: anna.fields }, ...plain.signatories.slice(2)],
			}),
		],
		['field-missing', 'a field that is not in the PDF', () => draft().give({ type: 'activate', fields: new Map() })],
		[
			'field-shared',
			'a field for two',
			activated({
				signatories: [anna, { ...bo, role: 'signer', fields: anna.fields }, ...plain.signatories.slice(2)],
			}),
		],
		['deletion-too-late', 'deletion after more than a year', created({ deleteAt: daysLater(366).toISOString() })],
		[
			'deadline-passed',
			'deletion in the past',
			created({
				deleteAt: daysLater(-1).toISOString(),
				expiresAt: daysLater(-2).toISOString(),
			}),
		],
		[
			'deadline-passed',
			'activation after the time for signing',
			() => {
				const scenario = draft();
				scenario.now = daysLater(15);
				scenario.activate();
			},
		],
		[
			'deadline-passed',
			'a signatory who comes too late',
			() => {
				const scenario = active();
				scenario.now = daysLater(14);
				scenario.prepare('Anna');
			},
		],
		['deadline-after-deletion', 'signing after deletion', created({ expiresAt: daysLater(91).toISOString() })],
		[
			'signatory-unknown',
			'somebody who is not there',
			() => active().give({ type: 'remind', signatory: newSignatory() }),
		],
		[
			'signatory-finished',
			'somebody who has signed',
			() => {
				const scenario = opened();
				scenario.sign('Anna');
				scenario.as('Anna', (as) => ({ type: 'decline', as, reason: 'too late' }));
			},
		],
		[
			'signatory-not-declined',
			'a second replacement',
			() => {
				const scenario = blocked();
				const { id: signatory } = scenario.signatory('Anna');
				for (const name of ['Ulf', 'Vera'])
					scenario.give({ type: 'replace', signatory, successor: newSignatory(), person: named(name) });
			},
		],
		[
			'signatory-has-signed',
			'a replacement for who has signed a part',
			() => {
				const scenario = opened();
				scenario.signOne('Anna', 0);
				scenario.as('Anna', (as) => ({ type: 'decline', as, reason: 'not the annex' }));
				const { id: signatory } = scenario.signatory('Anna');
				scenario.give({ type: 'replace', signatory, successor: newSignatory(), person: named('Ulf') });
			},
		],
		[
			'signatory-has-signed',
			'a delegation by who has signed a part',
			() => {
				const scenario = opened();
				scenario.signOne('Anna', 0);
				scenario.as('Anna', (as) => ({ type: 'delegate', as, successor: newSignatory(), person: named('Ulf') }));
			},
		],
		[
			'role-cannot',
			'a viewer who declines',
			() => {
				const scenario = secondStep();
				scenario.as('Vic', (as) => ({ type: 'decline', as, reason: 'no' }));
			},
		],
		[
			'delegation-not-allowed',
			'a delegation that the owner does not want',
			() => {
				const scenario = active({ allowDelegation: false });
				scenario.as('Anna', (as) => ({ type: 'delegate', as, successor: newSignatory(), person: named('Ulf') }));
			},
		],
		[
			'too-many-signatories',
			'a delegation without end',
			() => {
				const scenario = active();
				for (let i = 0; ; i++) {
					const name = i === 0 ? 'Anna' : `Ulf${i}`;
					const next = named(`Ulf${i + 1}`);
					scenario.as(name, (as) => ({ type: 'delegate', as, successor: newSignatory(), person: next }));
				}
			},
		],
		[
			'document-leased',
			'a lease of another',
			() => {
				const scenario = secondStep();
				scenario.prepare('Cem');
				scenario.prepare('Dana');
			},
		],
		[
			'head-changed',
			'a signature over another revision',
			() => {
				const { scenario, signature } = prepared();
				const submission = { ...scenario.submission('Anna', signature), base: hashOf('other') };
				scenario.give(submission, scenario.person('Anna'));
			},
		],
		[
			'signature-unknown',
			'what was not prepared',
			() => {
				const scenario = opened();
				scenario.give(scenario.submission('Anna', signatureId.parse(newUuid())), scenario.person('Anna'));
			},
		],
		[
			'signature-decided',
			'what was refused before',
			() => {
				const { scenario, signature } = prepared();
				scenario.clock({ type: 'rejectSignature', signature, code: 'x', message: 'x' });
				scenario.give(scenario.submission('Anna', signature), scenario.person('Anna'));
			},
		],
		[
			'document-already-signed',
			'a second signature',
			() => {
				const scenario = opened();
				scenario.signOne('Anna', 0);
				scenario.prepare('Anna', 0);
			},
		],
		[
			'signature-level-too-low',
			'a level below the one asked for',
			() => {
				const scenario = active({ signatureLevel: 'b-t' });
				scenario.signOne('Anna', 0);
			},
		],
		['field-not-the-signatorys', 'the field of another', submitted({ field: 'Step 2 Cem' })],
		['nothing-declined', 'accepting what nobody declined', () => active().give({ type: 'acceptDecline' })],
		[
			'reminded-recently',
			'a reminder on the same day',
			() => {
				const scenario = active();
				scenario.give({ type: 'remind', signatory: scenario.signatory('Anna').id });
			},
		],
		['nothing-to-acknowledge', 'another bundle', () => receipted().give({ type: 'acknowledge', bundle: hashOf('x') })],
		[
			'download-not-acknowledged',
			'destroying what nobody has',
			() => {
				const scenario = receipted();
				scenario.now = daysLater(91);
				scenario.clock({ type: 'purge' });
			},
		],
		['not-due', 'what is too early', () => active().clock({ type: 'expire' })],
	];

	it.each(rules)('%s: %s', (code, _, perform) => {
		expect(perform).toThrow(refusal(code));
	});

	it('has its row', () => {
		const identity = ['certificate-not-the-signatorys', 'certificate-not-enrolled'];
		expect(new Set([...rules.map(([code]): string => code), ...identity])).toEqual(new Set(postingErrorCodes));
	});
});
