import { describe, expect, it } from 'vitest';
import { contentOf, hashOf, named, type PostingScenario } from '../../test/kit/postingScenario.ts';
import {
	active,
	blocked,
	cancelled,
	completed,
	declined,
	draft,
	expired,
	opened,
	purged,
	receipted,
	secondStep,
	two,
} from '../../test/kit/postingStages.ts';
import type { Command } from './commands.ts';
import { newUuid, signatoryId, signatureId } from './identifiers.ts';
import type { PostingErrorCode } from './postingError.ts';

const refusal = (code: PostingErrorCode) => expect.objectContaining({ code });
const newSignatory = () => signatoryId.parse(newUuid());

describe('each state and each command', () => {
	const ownerCommands = (scenario: PostingScenario): Readonly<Record<string, () => Command>> => ({
		edit: () => ({ type: 'edit', content: contentOf(two) }),
		activate: () => ({ type: 'activate', fields: fieldsOf(scenario) }),
		cancel: () => ({ type: 'cancel', reason: '' }),
		acceptDecline: () => ({ type: 'acceptDecline' }),
		replace: () => ({
			type: 'replace',
			signatory: scenario.signatory('Anna').id,
			successor: newSignatory(),
			person: named('Ulf'),
		}),
		remind: () => ({ type: 'remind', signatory: scenario.signatory('Anna').id }),
		acknowledge: () => ({ type: 'acknowledge', bundle: hashOf('bundle') }),
	});
	const annasCommands = (scenario: PostingScenario): Readonly<Record<string, () => Command>> => {
		const as = scenario.signatory('Anna').id;
		const document = scenario.document(0);
		const base = document.revisions[0].sha256;
		const signature = signatureId.parse(newUuid());
		return {
			open: () => ({ type: 'open', as }),
			prepareSignature: () => ({ type: 'prepareSignature', as, signature, document: document.id, base }),
			releaseLease: () => ({ type: 'releaseLease', as, signature }),
			submitSignature: () => scenario.submission('Anna', signature),
			approve: () => ({ type: 'approve', as }),
			decline: () => ({ type: 'decline', as, reason: 'no' }),
			delegate: () => ({ type: 'delegate', as, successor: newSignatory(), person: named('Ulf') }),
			release: () => ({ type: 'release', as, receipt: hashOf('receipt Anna') }),
		};
	};
	const clockCommands: Readonly<Record<string, () => Command>> = {
		remindDue: () => ({ type: 'remindDue' }),
		expire: () => ({ type: 'expire' }),
		purge: () => ({ type: 'purge' }),
	};

	const states: Readonly<Record<string, () => PostingScenario>> = {
		draft,
		active,
		opened,
		blocked,
		secondStep,
		completed,
		receipted,
		declined,
		cancelled,
		expired,
	};
	type Expected = PostingErrorCode | 'ok';
	const table: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
		draft: {
			...{ edit: 'ok', activate: 'ok', cancel: 'ok', acceptDecline: 'not-active', replace: 'not-active' },
			...{
				remind: 'not-active',
				acknowledge: 'not-ended',
				open: 'posting-missing',
				prepareSignature: 'posting-missing',
			},
			...{ releaseLease: 'posting-missing', submitSignature: 'posting-missing', approve: 'posting-missing' },
			...{ decline: 'posting-missing', delegate: 'posting-missing', release: 'posting-missing' },
			...{ remindDue: 'not-due', expire: 'not-due', purge: 'not-ended' },
		},
		active: {
			...{ edit: 'not-a-draft', activate: 'not-a-draft', cancel: 'ok', acceptDecline: 'nothing-declined' },
			...{ replace: 'signatory-not-declined', remind: 'reminded-recently', acknowledge: 'not-ended', open: 'ok' },
			...{ prepareSignature: 'ok', releaseLease: 'signature-unknown', submitSignature: 'signature-unknown' },
			...{ approve: 'role-cannot', decline: 'ok', delegate: 'ok', release: 'nothing-to-acknowledge' },
			...{ remindDue: 'not-due', expire: 'not-due', purge: 'not-ended' },
		},
		opened: {
			...{ edit: 'not-a-draft', activate: 'not-a-draft', cancel: 'ok', acceptDecline: 'nothing-declined' },
			...{ replace: 'signatory-not-declined', remind: 'reminded-recently', acknowledge: 'not-ended', open: 'ok' },
			...{ prepareSignature: 'ok', releaseLease: 'signature-unknown', submitSignature: 'signature-unknown' },
			...{ approve: 'role-cannot', decline: 'ok', delegate: 'ok', release: 'nothing-to-acknowledge' },
			...{ remindDue: 'not-due', expire: 'not-due', purge: 'not-ended' },
		},
		blocked: {
			...{ edit: 'not-a-draft', activate: 'not-a-draft', cancel: 'ok', acceptDecline: 'ok', replace: 'ok' },
			...{ remind: 'signatory-finished', acknowledge: 'not-ended', open: 'ok' },
			...{ prepareSignature: 'signatory-finished', releaseLease: 'signature-unknown' },
			...{ submitSignature: 'signatory-finished', approve: 'signatory-finished', decline: 'signatory-finished' },
			...{ delegate: 'signatory-finished', release: 'nothing-to-acknowledge' },
			...{ remindDue: 'not-due', expire: 'not-due', purge: 'not-ended' },
		},
		secondStep: {
			...{ edit: 'not-a-draft', activate: 'not-a-draft', cancel: 'ok', acceptDecline: 'nothing-declined' },
			...{ replace: 'signatory-not-declined', remind: 'signatory-finished', acknowledge: 'not-ended', open: 'ok' },
			...{ prepareSignature: 'signatory-finished', releaseLease: 'signature-unknown' },
			...{ submitSignature: 'signatory-finished', approve: 'signatory-finished', decline: 'signatory-finished' },
			...{ delegate: 'signatory-finished', release: 'nothing-to-acknowledge' },
			...{ remindDue: 'not-due', expire: 'not-due', purge: 'not-ended' },
		},
		receipted: {
			...{ edit: 'not-a-draft', activate: 'not-a-draft', cancel: 'not-active', acceptDecline: 'not-active' },
			...{ replace: 'not-active', remind: 'not-active', acknowledge: 'ok', open: 'ok' },
			...{ prepareSignature: 'not-active', releaseLease: 'signature-unknown', submitSignature: 'not-active' },
			...{ approve: 'not-active', decline: 'not-active', delegate: 'not-active', release: 'ok' },
			...{ remindDue: 'not-due', expire: 'not-active', purge: 'not-due' },
		},
		...Object.fromEntries(
			(['completed', 'declined', 'cancelled', 'expired'] as const).map((state) => [
				state,
				{
					...{ edit: 'not-a-draft', activate: 'not-a-draft', cancel: 'not-active', acceptDecline: 'not-active' },
					...{ replace: 'not-active', remind: 'not-active', acknowledge: 'nothing-to-acknowledge', open: 'ok' },
					...{ prepareSignature: 'not-active', releaseLease: 'signature-unknown', submitSignature: 'not-active' },
					...{ approve: 'not-active', decline: 'not-active', delegate: 'not-active' },
					...{ release: 'nothing-to-acknowledge', remindDue: 'not-due', expire: 'not-active', purge: 'not-due' },
				} as const,
			]),
		),
	};

	for (const [state, make] of Object.entries(states)) {
		const row = table[state] ?? {};
		it.each(Object.entries(row))(`${state}: %s → %s`, (type, expected) => {
			const scenario = make();
			const owners = ownerCommands(scenario)[type];
			const annas = annasCommands(scenario)[type];
			const clocks = clockCommands[type];
			const perform = () => {
				if (owners) return scenario.give(owners());
				if (annas) return scenario.give(annas(), scenario.person('Anna'));
				return clocks && scenario.clock(clocks());
			};
			if (expected === 'ok') perform();
			else expect(perform).toThrow(refusal(expected));
		});
		it(`${state}: every command has its row`, () => {
			const scenario = make();
			const all = [ownerCommands(scenario), annasCommands(scenario), clockCommands].flatMap(Object.keys);
			expect(Object.keys(row).toSorted()).toEqual(all.toSorted());
		});
	}

	it('purged: nothing', () => {
		const scenario = purged();
		expect(() => scenario.give({ type: 'cancel', reason: '' })).toThrow(refusal('posting-purged'));
		expect(() => scenario.clock({ type: 'purge' })).toThrow(refusal('posting-purged'));
	});
});

const fieldsOf = ({ live }: PostingScenario) =>
	new Map(
		live.documents.map(({ id }) => [
			id,
			live.signatories.flatMap(({ fields }) => fields.filter((f) => f.document === id).map((f) => f.name)),
		]),
	);
