import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { Certificate } from '../pki/certificate.ts';
import { systemClock } from '../ports/clock.ts';
import { TsaClient } from '../tsp/tsaClient.ts';
import { stampHead, verifyCheckpoint } from './checkpoint.ts';
import { type ChainedEvent, chainEvent, type EventFacts, genesis, hashOf } from './event.ts';
import { verifyChain } from './verifyChain.ts';

const tenant = 'acme';
const start = genesis(tenant);

const facts = (action: string, personal: Readonly<Record<string, string>> = {}): EventFacts => ({
	tenant,
	at: '2026-11-26T08:00:00.000Z',
	actor: 'u1',
	level: 3,
	category: 'posting',
	action,
	entity: { kind: 'posting', id: 'p1' },
	step: null,
	device: null,
	detail: {},
	personal,
});

function chainOf(...events: readonly EventFacts[]): ChainedEvent[] {
	const chain: ChainedEvent[] = [];
	for (const event of events) chain.push(chainEvent(chain.at(-1) ?? start, event));
	return chain;
}

const sound = () =>
	chainOf(
		facts('posting.created'),
		facts('signatory.declined', { reason: 'no', address: '::1' }),
		facts('x'),
		facts('y'),
	);

const verify = (events: readonly ChainedEvent[], through: readonly { seq: number; hash: string }[] = []) =>
	verifyChain(events, { tenant, start, through });

describe('the chain of events', () => {
	it('holds from the first to the last', async () => {
		const events = sound();
		const report = await verify(events, [events.at(-1) ?? start]);
		expect(report).toMatchObject({ checked: 4, brokenAt: undefined, head: { seq: 4, hash: events[3]?.hash } });
	});

	it('says nothing personal in what is hashed', () => {
		const [, declined] = chainOf(facts('a'), facts('b', { reason: 'I was not at the meeting', address: '10.1.2.3' }));
		expect(declined?.body).not.toMatch(/meeting|10\.1/);
		expect(declined?.openings['reason']?.value).toBe('I was not at the meeting');
	});

	it('holds after what is personal was erased', async () => {
		const erased = sound().map((event) => ({ ...event, openings: {} }));
		expect((await verify(erased)).brokenAt).toBeUndefined();
	});

	it('hides equal values behind different commitments', () => {
		const [one, other] = chainOf(facts('a', { address: '::1' }), facts('b', { address: '::1' }));
		expect(JSON.parse(one?.body ?? '').personal.address).not.toBe(JSON.parse(other?.body ?? '').personal.address);
	});

	const resealed = (event: ChainedEvent, change: (body: string) => string): ChainedEvent => {
		const body = change(event.body);
		return { ...event, body, hash: hashOf(body) };
	};
	type Damage = (events: ChainedEvent[]) => ChainedEvent[];
	const at =
		(index: number, change: (event: ChainedEvent) => ChainedEvent): Damage =>
		(events) =>
			events.map((event, i) => (i === index ? change(event) : event));

	it.each<[string, Damage, string, number]>([
		[
			'a body that was changed',
			at(1, (e) => ({ ...e, body: e.body.replace('declined', 'approved') })),
			'event-altered',
			2,
		],
		[
			'a body that was changed with its hash',
			at(1, (e) => resealed(e, (b) => b.replace('declined', 'approved'))),
			'chain-broken',
			3,
		],
		['an event that is missing', (events) => events.filter((_, i) => i !== 1), 'event-missing', 2],
		['the first event missing', (events) => events.slice(1), 'event-missing', 1],
		['an event twice', (events) => [...events.slice(0, 2), ...events.slice(1)], 'event-out-of-order', 2],
		['another tenant', at(2, (e) => resealed(e, (b) => b.replace('"acme"', '"evil"'))), 'event-malformed', 3],
		['what is no event', at(2, (e) => resealed(e, () => '{}')), 'event-malformed', 3],
		['what is no JSON', at(2, (e) => resealed(e, () => '{')), 'event-malformed', 3],
		[
			'a personal value that was changed',
			at(1, (e) => ({
				...e,
				openings: { ...e.openings, reason: { value: 'yes', salt: e.openings['reason']?.salt ?? '' } },
			})),
			'personal-altered',
			2,
		],
		['the end cut off', (events) => events.slice(0, 3), 'chain-cut', 4],
		['the whole chain gone', () => [], 'chain-cut', 1],
	])('names %s', async (_, damage, code, seq) => {
		const events = sound();
		const head = events.at(-1) ?? start;
		expect((await verify(damage(events), [head])).brokenAt).toMatchObject({ code, seq });
	});

	it('names the checkpoint that a chain written anew does not go through', async () => {
		const [, , third] = sound();
		const anew = chainOf(facts('posting.created'), facts('signatory.approved'), facts('x'), facts('y'));
		const { brokenAt } = await verify(anew, [third ?? start]);
		expect(brokenAt).toMatchObject({ code: 'checkpoint-differs', seq: 3 });
	});

	it('begins behind the checkpoint that older events were pruned behind', async () => {
		const events = sound();
		const checkpoint = events[1] ?? start;
		const report = await verifyChain(events.slice(2), { tenant, start: checkpoint, through: [] });
		expect(report).toMatchObject({ checked: 2, brokenAt: undefined });
	});
});

describe('checkpoints', () => {
	let pki: DemoPki;
	beforeAll(async () => {
		pki = await startDemoPki();
	});
	afterAll(() => pki[Symbol.asyncDispose]());

	const stamped = async () => {
		const head = sound()[3] ?? start;
		const tsa = new TsaClient({
			authorities: [{ url: pki.tsa.url }],
			fetcher: new HttpFetcher(),
			clock: systemClock,
		});
		return stampHead(tenant, head, tsa);
	};

	it('hold when a trusted authority stamped the head', async () => {
		const checkpoint = await stamped();
		expect(verifyCheckpoint(tenant, checkpoint, [Certificate.parse(pki.root.certificate)])).toMatchObject({
			state: 'holds',
		});
		expect(verifyCheckpoint(tenant, checkpoint, [])).toMatchObject({ state: 'untrusted' });
	});

	it('are broken for another head, another tenant, or with a damaged token', async () => {
		const checkpoint = await stamped();
		expect(verifyCheckpoint('other', checkpoint, [])).toMatchObject({ state: 'broken' });
		expect(verifyCheckpoint(tenant, { ...checkpoint, seq: 5 }, [])).toMatchObject({ state: 'broken' });
		expect(verifyCheckpoint(tenant, { ...checkpoint, token: Buffer.from('no') }, [])).toMatchObject({
			state: 'broken',
		});
	});
});
