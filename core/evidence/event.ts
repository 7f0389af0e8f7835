/** Events: what happened, in a chain where each names the hash of the one before it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonicalJson.ts';
import { commitmentOf, newOpening, type Opening } from './commitment.ts';

export const eventCategory = z.enum(['posting', 'access', 'login', 'administration', 'operation']);

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What is hashed, as canonical JSON. Ids are pseudonyms; whatever else is about a person is in `personal`, committed. */
export const eventBody = z.strictObject({
	tenant: z.string(),
	/** From 1, without gaps. */
	seq: z.number().int().positive(),
	at: z.iso.datetime({ precision: 3 }),
	/** A person's id; null for the service. */
	actor: z.string().nullable(),
	/** Assurance level of their login. */
	level: z.number().int().nullable(),
	category: eventCategory,
	/** E.g. `signature.accepted`, `blob.read`, `login.failed`. */
	action: z.string(),
	entity: z.strictObject({ kind: z.string(), id: z.string() }).nullable(),
	step: z.string().nullable(),
	/** Of the application that asked; null where none said. */
	device: z.string().nullable(),
	detail: z.record(z.string(), z.union([z.string(), z.number()])),
	/** Commitments by name: the address asked from, words that somebody wrote. */
	personal: z.record(z.string(), hash),
	prevHash: hash,
});
export type EventBody = Readonly<z.infer<typeof eventBody>>;

/** What whoever records an event knows of it. */
export type EventFacts = Omit<EventBody, 'seq' | 'personal' | 'prevHash'> & {
	readonly personal: Readonly<Record<string, string>>;
};

/** Where a chain stands. */
export interface ChainHead {
	readonly seq: number;
	/** Hex. */
	readonly hash: string;
}

/** An event as it is kept. */
export interface ChainedEvent extends ChainHead {
	readonly prevHash: string;
	/** Canonical JSON of {@link EventBody}: what `hash` is the SHA-256 of. */
	readonly body: string;
	/** By name, for each commitment; empty when erased. */
	readonly openings: Readonly<Record<string, Opening>>;
}

/** Before the first event of a tenant: the chain of one cannot be passed off as another's. */
export const genesis = (tenant: string): ChainHead => ({ seq: 0, hash: hashOf(`paraph events\0${tenant}`) });

/** The next event of a chain. Made in the transaction that also moves the tenant's head to it. */
export function chainEvent(head: ChainHead, { personal, ...facts }: EventFacts): ChainedEvent {
	const openings = Object.fromEntries(Object.entries(personal).map(([name, value]) => [name, newOpening(value)]));
	const commitments = Object.fromEntries(
		Object.entries(openings).map(([name, opening]) => [name, commitmentOf(opening)]),
	);
	const seq = head.seq + 1;
	const body = canonicalJson({ ...facts, seq, personal: commitments, prevHash: head.hash });
	return { seq, prevHash: head.hash, hash: hashOf(body), body, openings };
}

export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
