/** Who acts, and what they are to a posting. */
import type { Instant, Sha256, UserId } from './identifiers.ts';
import type { AssuranceLevel, LivePosting, Signatory } from './posting.ts';
import { PostingError } from './postingError.ts';

/** A certificate that a person has shown to hold the key of, after a login at `level`. */
export interface EnrolledCertificate {
	readonly sha256: Sha256;
	readonly level: AssuranceLevel;
	readonly enrolledAt: Instant;
}

/** A person with a session. */
export interface Person {
	readonly kind: 'person';
	readonly user: UserId;
	readonly level: AssuranceLevel;
	/** That the issuer of their login has verified. */
	readonly emails: readonly string[];
	/** That a certificate they logged in with carries, or an issuer at the same level vouches for. */
	readonly identifiers: readonly string[];
	readonly enrolled: readonly EnrolledCertificate[];
}

export type Actor = Person | { readonly kind: 'service' };

/** `former`: declined, or somebody else has their place. */
export type Relation = 'owner' | 'signatory' | 'former' | 'none';

export const isFormer = ({ state }: Signatory): boolean => state === 'declined' || state === 'delegated';

/**
 * Whether a person is this signatory. The first account that opens the posting in their name binds it; before that the
 * owner's rule decides: the identifier, or for enrolled certificates the verified address. An address alone lets somebody
 * see the posting after a login at its level; it never makes a signature theirs.
 */
export function isSignatory(person: Person, signatory: Signatory): boolean {
	if (signatory.user !== null) return signatory.user === person.user;
	return signatory.identity.kind === 'identifier'
		? person.identifiers.includes(signatory.identity.identifier)
		: person.emails.some((email) => email.toLowerCase() === signatory.email.toLowerCase());
}

/** The signatories that a person is: often one; none before they were asked. */
export const ownSignatories = (person: Person, posting: LivePosting): readonly Signatory[] =>
	posting.signatories.filter((one) => one.notifiedAt !== null && isSignatory(person, one));

/** The strongest relation a person has to a posting. */
export function relationTo(person: Person, posting: LivePosting): Relation {
	if (posting.owner.user === person.user) return 'owner';
	const own = ownSignatories(person, posting);
	if (own.some((signatory) => !isFormer(signatory))) return 'signatory';
	return own.length > 0 ? 'former' : 'none';
}

/** @throws {PostingError} `level-too-low` */
export function requireLevel(person: Person, level: AssuranceLevel): void {
	if (person.level < level)
		throw new PostingError('level-too-low', `this needs a login at level ${level}, yours is at level ${person.level}`);
}
