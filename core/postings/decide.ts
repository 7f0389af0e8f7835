/** Every transition of a posting: a posting, a command, who gives it and when; a posting and what happened, or a refusal. */
import { assertNever } from '../ports/errors.ts';
import { type Actor, isSignatory, type Person, relationTo, requireLevel } from './actor.ts';
import type { Command, CommandOf, PersonCommand, ServiceCommand } from './commands.ts';
import { remindDue } from './due.ts';
import type { Outcome } from './events.ts';
import { type Instant, type PostingId, type TenantId, toInstant } from './identifiers.ts';
import type { AssuranceLevel, LivePosting, Posting, Signatory } from './posting.ts';
import { PostingError } from './postingError.ts';
import { changeSignatory, stepOf } from './progress.ts';
import { activate, create, edit } from './transitions/draft.ts';
import { acceptDecline, cancel, expire } from './transitions/ending.ts';
import { acknowledge, purge, recordBundle, recordReceipt, release } from './transitions/retention.ts';
import { approve, decline, delegate, open, remind, replace, signatoryOf } from './transitions/signatories.ts';
import { prepareSignature, rejectSignature, releaseLease, submitSignature } from './transitions/signing.ts';

export interface Circumstances {
	readonly id: PostingId;
	readonly tenant: TenantId;
	readonly actor: Actor;
	readonly now: Date;
}

/**
 * Pure: the service calls it in the transaction that stores what comes back, the app to tell beforehand what would be
 * refused.
 *
 * @param posting undefined for a posting that is to be created.
 * @throws {PostingError} whose code names the rule that refuses.
 */
export function decide(posting: Posting | undefined, command: Command, circumstances: Circumstances): Outcome<Posting> {
	const { actor } = circumstances;
	const now = toInstant(circumstances.now);
	if (posting === undefined) {
		if (command.type !== 'create') throw missing(circumstances.id);
		requirePerson(actor);
		return create(command, { ...circumstances, now });
	}
	if (posting.state === 'purged') throw new PostingError('posting-purged', `posting ${posting.id} was purged`);
	if (command.type === 'create') throw new PostingError('posting-exists', `there is a posting ${posting.id} already`);
	const outcome =
		actor.kind === 'service'
			? decideForService(posting, serviceCommand(command), now)
			: decideForPerson(posting, personCommand(command), actor, now);
	// Where nothing happened, nothing is to be stored or told.
	if (outcome.posting === posting) return outcome;
	return { ...outcome, posting: { ...outcome.posting, version: posting.version + 1 } };
}

/** The level a signatory needs: the step's where it has one that is higher, else the posting's. */
export function levelFor(posting: LivePosting, signatory: Signatory): AssuranceLevel {
	const own = stepOf(posting, signatory).minLevel;
	return own !== null && own > posting.minLevel ? own : posting.minLevel;
}

type Existing = Exclude<PersonCommand, CommandOf<'create'>>;

function decideForPerson(posting: LivePosting, command: Existing, person: Person, now: Instant): Outcome<LivePosting> {
	if (relationTo(person, posting) === 'none') throw missing(posting.id);
	if (posting.state === 'active' && posting.expiresAt <= now && command.type !== 'cancel')
		throw new PostingError('deadline-passed', `${posting.title} had time until ${posting.expiresAt}`);
	if (!('as' in command)) return decideForOwner(posting, command, person, now);
	const signatory = actingAs(posting, command.as, person);
	const { user } = person;
	// The first account that acts in the signatory's place is the one that goes on.
	const bound = signatory.user === null ? changeSignatory(posting, signatory.id, { user }) : posting;
	return decideForSignatory(bound, command, { person, signatory: { ...signatory, user } }, now);
}

function decideForOwner(
	posting: LivePosting,
	command: Exclude<Existing, { readonly as: unknown }>,
	person: Person,
	now: Instant,
): Outcome<LivePosting> {
	if (posting.owner.user !== person.user) throw notPermitted(`only the owner of ${posting.title} may do this`);
	switch (command.type) {
		case 'edit':
			return edit(posting, command, now);
		case 'activate':
			return activate(posting, command, now);
		case 'cancel':
			return cancel(posting, command, now);
		case 'acceptDecline':
			return acceptDecline(posting, now);
		case 'replace':
			return replace(posting, command, now);
		case 'remind':
			return remind(posting, command, now);
		case 'acknowledge':
			return acknowledge(posting, command, now);
		default:
			return assertNever(command);
	}
}

function decideForSignatory(
	posting: LivePosting,
	command: Extract<Existing, { readonly as: unknown }>,
	{ person, signatory }: { readonly person: Person; readonly signatory: Signatory },
	now: Instant,
): Outcome<LivePosting> {
	switch (command.type) {
		case 'open':
			return open(posting, signatory, now);
		case 'prepareSignature':
			return prepareSignature(posting, command, signatory, now);
		case 'releaseLease':
			return releaseLease(posting, command, signatory);
		case 'submitSignature':
			return submitSignature(posting, command, { signatory, assurance: person.level }, now);
		case 'approve':
			return approve(posting, signatory, now);
		case 'decline':
			return decline(posting, command, signatory, now);
		case 'delegate':
			return delegate(posting, command, signatory, now);
		case 'release':
			return release(posting, command, signatory, now);
		default:
			return assertNever(command);
	}
}

function decideForService(
	posting: LivePosting,
	command: ServiceCommand,
	now: Instant,
): Outcome<LivePosting> | Outcome<Extract<Posting, { readonly state: 'purged' }>> {
	switch (command.type) {
		case 'rejectSignature':
			return rejectSignature(posting, command, now);
		case 'recordReceipt':
			return recordReceipt(posting, command);
		case 'recordBundle':
			return recordBundle(posting, command);
		case 'remindDue':
			return remindDue(posting, now);
		case 'expire':
			return expire(posting, now);
		case 'purge':
			return purge(posting, now);
		default:
			return assertNever(command);
	}
}

/** @throws {PostingError} `posting-missing`, `signatory-unknown`, `not-permitted`, `level-too-low` */
export function actingAs(posting: LivePosting, id: Signatory['id'], person: Person): Signatory {
	if (relationTo(person, posting) === 'none') throw missing(posting.id);
	const signatory = signatoryOf(posting, id);
	if (signatory.notifiedAt === null || !isSignatory(person, signatory))
		throw notPermitted(`you are not ${signatory.name} to this posting`);
	requireLevel(person, levelFor(posting, signatory));
	return signatory;
}

const serviceCommands = ['rejectSignature', 'recordReceipt', 'recordBundle', 'remindDue', 'expire', 'purge'] as const;

const isServiceCommand = (command: Command): command is ServiceCommand =>
	serviceCommands.some((type) => type === command.type);

function serviceCommand(command: Exclude<Command, CommandOf<'create'>>): ServiceCommand {
	if (!isServiceCommand(command)) throw notPermitted(`${command.type} is for people`);
	return command;
}

function personCommand(command: Exclude<Command, CommandOf<'create'>>): Existing {
	if (isServiceCommand(command)) throw notPermitted(`${command.type} is for the service`);
	return command;
}

function requirePerson(actor: Actor): void {
	if (actor.kind !== 'person') throw notPermitted('a posting has a person for its owner');
}

const missing = (id: PostingId): PostingError =>
	new PostingError('posting-missing', `there is no posting ${id} for you`);
const notPermitted = (message: string): PostingError => new PostingError('not-permitted', message);
