/** Whom to write to about what happened in a posting. */
import type { PostingEvent } from '../../core/postings/events.ts';
import type { LivePosting, Signatory } from '../../core/postings/posting.ts';
import { signatoryOf } from '../../core/postings/transitions/signatories.ts';
import type { Letter } from '../mail/letters.ts';

/** In the order of the events. The posting is as it is after them. */
export const lettersAbout = (posting: LivePosting, events: readonly PostingEvent[]): readonly Letter[] =>
	events.flatMap((event) => letterAbout(posting, event) ?? []);

function letterAbout(posting: LivePosting, event: PostingEvent): Letter | undefined {
	const { title, owner, expiresAt, deleteAt, message } = posting;
	const signatory = event.signatory === undefined ? undefined : signatoryOf(posting, event.signatory);
	const about = { posting: posting.id, title, owner: owner.name };
	const { email: ownersEmail } = owner;
	/** Who has no address follows the posting in their application. */
	const toOwner = <Kind extends object>(kind: Kind) =>
		ownersEmail === null
			? undefined
			: { to: { name: owner.name, email: ownersEmail, language: owner.language }, ...about, ...kind };
	if (signatory === undefined) {
		switch (event.action) {
			case 'posting.bundled':
				return posting.state === 'completed' ? toOwner({ kind: 'completed' } as const) : undefined;
			case 'posting.expired':
				return posting.activatedAt === null ? undefined : toOwner({ kind: 'expired' } as const);
			case 'posting.download-due':
				return toOwner({ kind: 'download-due', deleteAt } as const);
			default:
				return undefined;
		}
	}
	const { name, email, language, role } = signatory;
	const toSignatory = { to: { name, email, language }, ...about };
	switch (event.action) {
		case 'signatory.notified':
			return { kind: 'asked', ...toSignatory, role, message, expiresAt };
		case 'signatory.reminded':
			return { kind: 'reminded', ...toSignatory, role, expiresAt };
		case 'signatory.closed':
			// Who was never asked need not be told that they are not wanted.
			return signatory.notifiedAt === null ? undefined : { kind: 'closed', ...toSignatory, why: whyClosed(posting) };
		case 'signatory.receipted':
			return { kind: 'receipt', ...toSignatory };
		case 'signatory.declined':
			return toOwner({ kind: 'declined', by: name, reason: signatory.reason ?? '' } as const);
		case 'signatory.delegated':
			return toOwner({
				kind: 'delegated',
				by: name,
				successor: successorOf(posting, signatory)?.name ?? '',
			} as const);
		default:
			return undefined;
	}
}

function whyClosed({ state }: LivePosting): Extract<Letter, { readonly kind: 'closed' }>['why'] {
	return state === 'cancelled' || state === 'expired' || state === 'declined' ? state : 'not-needed';
}

const successorOf = ({ signatories }: LivePosting, { successor }: Signatory): Signatory | undefined =>
	signatories.find(({ id }) => id === successor);
