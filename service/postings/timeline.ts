/** The events of one posting, as a person who sees it reads them. */
import type { ChainedEvent } from '../../core/evidence/event.ts';
import { eventBody } from '../../core/evidence/event.ts';
import { sha256 } from '../../core/postings/identifiers.ts';
import type { LivePosting } from '../../core/postings/posting.ts';
import { type TimelineEvent, timelineEvent } from '../../core/postings/protocol/event.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';

/**
 * The owner reads all that happened in the posting; a signatory what was done to the posting and what they did themselves.
 * Addresses from which somebody asked are for nobody's eyes here.
 */
export function timelineOf(
	events: readonly ChainedEvent[],
	posting: LivePosting,
	view: PostingView,
): readonly TimelineEvent[] {
	const own = new Set<string | null>(view.own);
	return events.flatMap(({ seq, hash, body, openings }) => {
		const event = eventBody.parse(JSON.parse(body));
		if (event.category !== 'posting') return [];
		const { document, signatory, signature, ...detail } = event.detail;
		if (view.relation !== 'owner' && typeof signatory === 'string' && !own.has(signatory)) return [];
		const words = Object.entries(openings)
			.filter(([name]) => name !== 'address')
			.map(([name, { value }]): [string, string] => [name, value]);
		return [
			timelineEvent.parse({
				seq,
				at: event.at,
				actor: nameOf(posting, event.actor),
				action: event.action,
				step: event.step,
				document: document ?? null,
				signatory: signatory ?? null,
				signature: signature ?? null,
				detail: { ...detail, ...Object.fromEntries(words) },
				hash: sha256.parse(hash),
			} satisfies Record<keyof TimelineEvent, unknown>),
		];
	});
}

function nameOf({ owner, signatories }: LivePosting, user: string | null): string | null {
	if (user === null) return null;
	if (owner.user === user) return owner.name;
	return signatories.find((one) => one.user === user)?.name ?? null;
}
