/** Postings for tests: people, a posting with two steps, and a way to give commands one after another. */
import { createHash } from 'node:crypto';
import type { Actor, Person } from '../../core/postings/actor.ts';
import type { Command, PersonCommand, SubmittedFacts } from '../../core/postings/commands.ts';
import { decide } from '../../core/postings/decide.ts';
import type { PostingEvent } from '../../core/postings/events.ts';
import {
	documentId,
	newUuid,
	postingId,
	type Sha256,
	sha256,
	signatoryId,
	signatureId,
	stepId,
	tenantId,
	userId,
} from '../../core/postings/identifiers.ts';
import {
	headOf,
	type LivePosting,
	type Posting,
	type PostingContent,
	type Role,
	type Signatory,
} from '../../core/postings/posting.ts';

export const hashOf = (text: string): Sha256 => sha256.parse(createHash('sha256').update(text).digest('hex'));

/** A person with an identifier and an address of their own. */
export function person(name: string, level: Person['level'] = 3): Person & { readonly name: string } {
	return {
		kind: 'person',
		name,
		user: userId.parse(newUuid()),
		level,
		emails: [`${name.toLowerCase()}@example.com`],
		identifiers: [`PNONO-${name}`],
		enrolled: [],
	};
}

export const named = (name: string) => ({
	name,
	email: `${name.toLowerCase()}@example.com`,
	language: 'en' as const,
	identity: { kind: 'identifier' as const, identifier: `PNONO-${name}` },
});

export interface StepPlan {
	/** How many are needed; undefined: all. */
	readonly count?: number;
	/** Indices of the documents; undefined: all. */
	readonly documents?: readonly number[];
	readonly people: readonly (readonly [name: string, role: Role])[];
}

export const start = new Date('2026-11-26T08:00:00.000Z');
const day = 86_400_000;
export const daysLater = (days: number): Date => new Date(start.getTime() + days * day);

/** What an owner writes: names become people with fields of their own on each document of their step. */
export function contentOf(steps: readonly StepPlan[], change: Partial<PostingContent> = {}): PostingContent {
	const documents = ['contract.pdf', 'annex.pdf'].map((name) => ({
		id: documentId.parse(newUuid()),
		name,
		content: { sha256: hashOf(name), size: 1000 },
	}));
	const planned = steps.map((plan, index) => ({
		...plan,
		number: index + 1,
		id: stepId.parse(newUuid()),
		chosen: documents.filter((_, index) => plan.documents?.includes(index) ?? true).map(({ id }) => id),
	}));
	return {
		title: 'Lease of Storgata 1',
		message: 'Please sign.',
		minLevel: 2,
		signatureLevel: 'b-b',
		expiresAt: daysLater(14).toISOString(),
		deleteAt: daysLater(90).toISOString(),
		remindAfterDays: 3,
		allowDelegation: true,
		documents,
		steps: planned.map(({ id, count, chosen }) => ({
			id,
			rule: count === undefined ? { kind: 'all' } : { kind: 'some', count },
			minLevel: null,
			documents: chosen,
		})),
		signatories: planned.flatMap(({ id, number, chosen, people }) =>
			people.map(([name, role]) => ({
				...named(name),
				id: signatoryId.parse(newUuid()),
				step: id,
				role,
				fields:
					role === 'signer' || role === 'witness'
						? chosen.map((document) => ({ document, name: `Step ${number} ${name}` }))
						: [],
			})),
		),
		...change,
	};
}

/** One posting and its people; each command works on what the one before it left. */
export class PostingScenario {
	readonly id = postingId.parse(newUuid());
	readonly tenant = tenantId.parse(newUuid());
	readonly owner = person('Olga');
	now = start;
	posting: Posting | undefined;
	events: readonly PostingEvent[] = [];
	readonly #people = new Map<string, Person>();

	/** The person of that name, always the same. */
	person(name: string): Person {
		const known = this.#people.get(name) ?? person(name);
		this.#people.set(name, known);
		return known;
	}

	/** @throws {PostingError} */
	give(command: Command, actor: Actor = this.owner): readonly PostingEvent[] {
		const { id, tenant, now } = this;
		const outcome = decide(this.posting, command, { id, tenant, actor, now });
		this.posting = outcome.posting;
		this.events = [...this.events, ...outcome.events];
		return outcome.events;
	}

	clock(command: Command): readonly PostingEvent[] {
		return this.give(command, { kind: 'service' });
	}

	get live(): LivePosting {
		if (!this.posting || this.posting.state === 'purged') throw new TypeError('no live posting');
		return this.posting;
	}

	/** The last of that name: a successor may bear the name of another. */
	signatory(name: string): Signatory {
		const found = this.live.signatories.findLast((one) => one.name === name);
		if (!found) throw new TypeError(`no signatory ${name}`);
		return found;
	}

	create(content: PostingContent): this {
		const { user } = this.owner;
		this.give({ type: 'create', content, owner: { user, name: 'Olga', email: 'olga@example.com', language: 'en' } });
		return this;
	}

	/** With all fields in the PDFs. */
	activate(): this {
		const fields = new Map(
			this.live.documents.map(({ id }) => [
				id,
				this.live.signatories.flatMap((one) =>
					one.fields.filter(({ document }) => document === id).map((field) => field.name),
				),
			]),
		);
		this.give({ type: 'activate', fields });
		return this;
	}

	/** `build` is given the signatory's id. */
	as(name: string, build: (as: Signatory['id']) => PersonCommand): readonly PostingEvent[] {
		return this.give(build(this.signatory(name).id), this.person(name));
	}

	prepare(name: string, index = 0): ReturnType<typeof signatureId.parse> {
		const document = this.document(index);
		const signature = signatureId.parse(newUuid());
		const base = headOf(document).sha256;
		this.as(name, (as) => ({ type: 'prepareSignature', as, signature, document: document.id, base }));
		return signature;
	}

	submission(name: string, signature: ReturnType<typeof signatureId.parse>, index = 0) {
		const document = this.document(index);
		const { sha256: base } = headOf(document);
		const { id: as, fields, identity } = this.signatory(name);
		const wanted = identity.kind === 'identifier' ? identity.identifier : '';
		const submitted: SubmittedFacts = {
			field: fields.find((field) => field.document === document.id)?.name ?? '',
			level: 'b-b',
			certificate: { sha256: hashOf(name), subject: `CN=${name}`, issuer: 'CN=CA', serial: '01' },
			claimedTime: null,
			bestTime: this.now.toISOString(),
			identity: { rule: 'identifier', wanted, found: wanted, attribute: 'serialNumber' },
			revision: { sha256: hashOf(`${base} ${signature}`), size: 2000 },
		};
		const tail = { sha256: hashOf(`tail ${signature}`), size: 1000 };
		return { type: 'submitSignature' as const, as, signature, document: document.id, base, tail, submitted };
	}

	/** From the lease to the accepted signature, on each document of their step. */
	sign(name: string): void {
		const step = this.live.steps.find(({ id }) => id === this.signatory(name).step);
		for (const [index, { id }] of this.live.documents.entries())
			if (step?.documents.includes(id)) this.signOne(name, index);
	}

	signOne(name: string, index: number): void {
		const signature = this.prepare(name, index);
		this.give(this.submission(name, signature, index), this.person(name));
	}

	document(index: number): LivePosting['documents'][number] {
		const document = this.live.documents[index];
		if (!document) throw new TypeError(`no document ${index}`);
		return document;
	}
}
