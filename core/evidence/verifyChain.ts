/** Walks a chain of events and names the first break. */
import { commitmentOf } from './commitment.ts';
import { type ChainedEvent, type ChainHead, type EventBody, eventBody, hashOf } from './event.ts';

export type BreakCode =
	/** A number is missing. */
	| 'event-missing'
	/** It comes again, or too late. */
	| 'event-out-of-order'
	/** The body is not what was hashed. */
	| 'event-altered'
	/** It is whole in itself, but follows another event than the one before it. */
	| 'chain-broken'
	/** The body is no event, of another tenant, or does not say what its row says. */
	| 'event-malformed'
	/** A personal value is not the one committed to. */
	| 'personal-altered'
	/** The chain does not go through a head that was timestamped. */
	| 'checkpoint-differs'
	/** It ends before a head that is known. */
	| 'chain-cut';

export interface ChainBreak {
	/** The first event that does not hold, or is not there. */
	readonly seq: number;
	readonly code: BreakCode;
	readonly message: string;
}

export interface ChainReport {
	/** Where the walk began: the genesis, or the checkpoint that older events were pruned behind. */
	readonly start: ChainHead;
	/** The last event that holds. */
	readonly head: ChainHead;
	readonly checked: number;
	readonly brokenAt: ChainBreak | undefined;
}

export interface ChainQuestion {
	readonly tenant: string;
	readonly start: ChainHead;
	/** Heads that the chain must go through, by `seq`: checkpoints, and the present head as it is known elsewhere. */
	readonly through: readonly ChainHead[];
}

export async function verifyChain(
	events: AsyncIterable<ChainedEvent> | Iterable<ChainedEvent>,
	{ tenant, start, through }: ChainQuestion,
): Promise<ChainReport> {
	const known = new Map(through.map((head) => [head.seq, head.hash]));
	let head = start;
	let checked = 0;
	const report = (brokenAt?: ChainBreak): ChainReport => ({ start, head, checked, brokenAt });
	for await (const event of events) {
		const fault = faultOf(event, head, tenant) ?? faultAgainst(known, event);
		if (fault) return report(fault);
		head = { seq: event.seq, hash: event.hash };
		checked++;
	}
	const end = Math.max(head.seq, ...known.keys());
	if (end > head.seq)
		return report({
			seq: head.seq + 1,
			code: 'chain-cut',
			message: `The chain ends with event ${head.seq}; there was an event ${end}.`,
		});
	return report();
}

function faultOf(event: ChainedEvent, head: ChainHead, tenant: string): ChainBreak | undefined {
	const expected = head.seq + 1;
	if (event.seq > expected) return { seq: expected, code: 'event-missing', message: `Event ${expected} is missing.` };
	const fault = (code: BreakCode, message: string): ChainBreak => ({ seq: event.seq, code, message });
	if (event.seq < expected) return fault('event-out-of-order', `Event ${event.seq} comes after event ${head.seq}.`);
	if (hashOf(event.body) !== event.hash)
		return fault('event-altered', `Event ${event.seq} is not what it was when it was recorded.`);
	const body = readBody(event.body);
	if (!body || body.tenant !== tenant || body.seq !== event.seq)
		return fault('event-malformed', `Event ${event.seq} is none of this tenant with this number.`);
	if (body.prevHash !== head.hash || event.prevHash !== head.hash)
		return fault('chain-broken', `Event ${event.seq} does not follow event ${head.seq} as it is now.`);
	const altered = Object.entries(event.openings).find(
		([name, opening]) => body.personal[name] !== commitmentOf(opening),
	)?.[0];
	return altered === undefined
		? undefined
		: fault('personal-altered', `Event ${event.seq}: ${altered} is not what it was when it was recorded.`);
}

function faultAgainst(known: ReadonlyMap<number, string>, { seq, hash }: ChainHead): ChainBreak | undefined {
	const wanted = known.get(seq);
	return wanted === undefined || wanted === hash
		? undefined
		: { seq, code: 'checkpoint-differs', message: `Event ${seq} is not the one that was vouched for.` };
}

function readBody(text: string): EventBody | undefined {
	try {
		return eventBody.safeParse(JSON.parse(text)).data;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}
