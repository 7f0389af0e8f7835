/** Everything that belongs to one decision about a posting, in one transaction: state, events, change, letters, keys. */
import type { Outcome, PostingEvent } from '../../core/postings/events.ts';
import type { Posting } from '../../core/postings/posting.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { NewEvent } from '../events/eventLog.ts';
import type { Tenant } from '../keys/tenant.ts';
import type { Recording } from '../recorder.ts';
import { lettersAbout } from './letters.ts';
import type { PostingRows } from './postingRows.ts';

/** Who acted, as the events have it. */
export interface Author {
	/** A person's id; null for the service. */
	readonly user: string | null;
	readonly level: number | null;
	readonly device: string | null;
	readonly address: string | null;
}

export const service: Author = { user: null, level: null, device: null, address: null };

export interface Stores {
	readonly rows: PostingRows;
	readonly blobs: Blobs;
}

export async function recordOutcome(
	recording: Recording,
	tenant: Tenant,
	{ rows, blobs }: Stores,
	decided: { readonly before: Posting | undefined; readonly outcome: Outcome<Posting>; readonly author: Author },
): Promise<void> {
	const { before, outcome, author } = decided;
	const { posting, events } = outcome;
	if (posting === before) return;
	await rows.store(recording.trx, tenant, posting, before, recording.now);
	if (posting.state === 'purged') {
		const documents = before === undefined || before.state === 'purged' ? [] : before.documents;
		for (const { id } of [...documents, posting]) await blobs.destroy(recording.trx, tenant, id);
	} else await recording.letters(...lettersAbout(posting, events));
	await recording.change(posting.id, posting.version);
	await recording.events(...events.map((event) => eventOf(posting.id, event, author)));
}

/** What happened, as it goes into the chain. */
function eventOf(posting: string, event: PostingEvent, author: Author): NewEvent {
	const { action, step, document, signatory, signature, detail, personal } = event;
	const about = {
		...(document && { document }),
		...(signatory && { signatory }),
		...(signature && { signature }),
	};
	return accessEvent(posting, action, author, {
		category: 'posting',
		step: step ?? null,
		detail: { ...detail, ...about },
		personal: personal ?? {},
	});
}

/** Somebody did, or looked at, something of a posting. */
export const accessEvent = (
	posting: string,
	action: string,
	{ user, level, device, address }: Author,
	more: Partial<Pick<NewEvent, 'category' | 'step' | 'detail' | 'personal'>> = {},
): NewEvent => ({
	actor: user,
	level,
	category: 'access',
	action,
	entity: { kind: 'posting', id: posting },
	step: null,
	device,
	detail: {},
	...more,
	personal: { ...more.personal, ...(address === null ? {} : { address }) },
});
