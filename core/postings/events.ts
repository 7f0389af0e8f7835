/** What happens in postings, as decided; the service gives each a number, a time, an actor and its place in the chain. */
import type { DocumentId, SignatoryId, SignatureId, StepId } from './identifiers.ts';

export type PostingAction =
	| 'posting.created'
	| 'posting.edited'
	| 'posting.activated'
	| 'posting.completed'
	| 'posting.declined'
	| 'posting.cancelled'
	| 'posting.expired'
	| 'posting.bundled'
	| 'posting.downloaded'
	| 'posting.download-due'
	| 'posting.purged'
	| 'step.opened'
	| 'step.satisfied'
	| 'step.failed'
	| 'signatory.notified'
	| 'signatory.reminded'
	| 'signatory.opened'
	| 'signatory.signed'
	| 'signatory.approved'
	| 'signatory.viewed'
	| 'signatory.witnessed'
	| 'signatory.declined'
	| 'signatory.delegated'
	| 'signatory.replaced'
	| 'signatory.closed'
	| 'signatory.receipted'
	| 'signatory.released'
	| 'signature.prepared'
	| 'signature.abandoned'
	| 'signature.accepted'
	| 'signature.rejected';

export interface PostingEvent {
	readonly action: PostingAction;
	readonly step?: StepId;
	readonly document?: DocumentId;
	readonly signatory?: SignatoryId;
	readonly signature?: SignatureId;
	readonly detail?: Readonly<Record<string, string | number>>;
	/** About a person: enters the chain as a salted commitment and can be erased. */
	readonly personal?: Readonly<Record<string, string>>;
}

/** A posting after a command, and what happened. */
export interface Outcome<P> {
	readonly posting: P;
	readonly events: readonly PostingEvent[];
}
