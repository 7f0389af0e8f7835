import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import { type Immutable, newUuid, opId, type PostingId, postingId } from '../postings/identifiers.ts';
import { type Op, type OpResult, op } from '../postings/protocol/ops.ts';
import { uploadMetadata } from '../postings/protocol/uploads.ts';
import { type PostingView, postingView } from '../postings/protocol/view.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { StoredOp } from '../store/outboxTable.ts';

/** A blob of the store that must be with the service before the command that names it. */
const upload = uploadMetadata.omit({ posting: true });
export type Upload = Immutable<z.infer<typeof upload>>;
const uploads = z.array(upload);

/** Why the service did not take a command. */
const trouble = z.discriminatedUnion('kind', [
	/** The posting is another one than the person had before them. */
	z.object({ kind: z.literal('conflict'), current: postingView.nullable() }),
	/** A rule refuses it. */
	z.object({ kind: z.literal('rejected'), code: z.string(), message: z.string(), hint: z.string() }),
]);
export type Trouble = Immutable<z.infer<typeof trouble>>;

export interface QueuedOp {
	readonly op: Op;
	readonly at: string;
	readonly uploads: readonly Upload[];
	/** It waits for the person, and what concerns the same posting waits behind it. */
	readonly trouble: Trouble | undefined;
}

/** A command without what names it. */
export type Command = Op extends infer One ? (One extends Op ? Pick<One, 'type' | 'body'> : never) : never;

export interface Given {
	readonly entity: PostingId;
	/** The version that the person had before them; 0 for a posting that is to be created. */
	readonly baseVersion: number;
	readonly command: Command;
	readonly uploads?: readonly Upload[];
}

/** What the person did, in order, until the service has taken it. */
export class Outbox {
	readonly #store: LocalStore;
	readonly #clock: Clock;

	constructor(store: LocalStore, clock: Clock) {
		this.#store = store;
		this.#clock = clock;
	}

	/** Takes commands in, all or none. @returns their names. */
	give(given: readonly Given[]): readonly Op['opId'][] {
		return this.#store.transaction(() =>
			given.map(({ entity, baseVersion, command, uploads: wanted = [] }) => {
				const id = opId.parse(newUuid(this.#clock.now()));
				this.#store.outbox.add({
					opId: id,
					entity,
					baseVersion,
					type: command.type,
					body: JSON.stringify(command.body),
					at: this.#clock.now().toISOString(),
					uploads: JSON.stringify(wanted),
				});
				return id;
			}),
		);
	}

	/** @param entity of this posting alone. */
	queued(entity?: PostingId): readonly QueuedOp[] {
		return this.#store.outbox.all(entity).map(queuedOp);
	}

	get(id: string): QueuedOp | undefined {
		const stored = this.#store.outbox.get(id);
		return stored && queuedOp(stored);
	}

	/** What can be sent now: of each posting the first, unless it waits for the person. */
	next(): readonly QueuedOp[] {
		const firsts = new Map<string, QueuedOp>();
		for (const one of this.queued()) if (!firsts.has(one.op.entity)) firsts.set(one.op.entity, one);
		return [...firsts.values()].filter((one) => one.trouble === undefined);
	}

	/** The service has answered: what was applied is done, what was not waits for the person. */
	answered(result: OpResult): void {
		this.#store.transaction(() => {
			if (result.status === 'applied') return this.#store.outbox.remove(result.opId);
			if (result.status === 'rejected') {
				const { code, message, hint } = result;
				return this.trouble(result.opId, { kind: 'rejected', code, message, hint });
			}
			const { current } = result;
			if (current) putView(this.#store, current);
			return this.trouble(result.opId, { kind: 'conflict', current });
		});
	}

	trouble(id: string, why: Trouble): void {
		this.#store.outbox.setTrouble(id, JSON.stringify(why));
	}

	/** The person wants it all the same: it is sent as a new command, on what the posting is now. */
	again(id: string): void {
		this.#store.transaction(() => {
			const stored = this.#store.outbox.get(id);
			if (!stored) return;
			const baseVersion = stored.type === 'create' ? 0 : (this.#store.postings.get(stored.entity)?.version ?? 0);
			this.#store.outbox.replace(id, { opId: newUuid(this.#clock.now()), baseVersion });
		});
	}

	/** The person gives it up, and with it what was to come after it on the same posting. */
	giveUp(id: string): void {
		this.#store.transaction(() => {
			const stored = this.#store.outbox.get(id);
			if (!stored) return;
			const behind = this.#store.outbox.all(stored.entity);
			const from = behind.findIndex((one) => one.opId === id);
			for (const { opId: one } of behind.slice(from)) this.#store.outbox.remove(one);
		});
	}
}

/** Keeps a posting as it was seen. */
export function putView(store: LocalStore, view: PostingView): void {
	store.postings.put({ id: view.id, version: view.version, body: JSON.stringify(view) });
}

/** The postings as the service gave them last. */
export const seenPostings = (store: LocalStore): readonly PostingView[] =>
	store.postings.all().map(({ body }) => parseView(body));

export function seenPosting(store: LocalStore, id: PostingId): PostingView | undefined {
	const stored = store.postings.get(id);
	return stored && parseView(stored.body);
}

function parseView(body: string): PostingView {
	const value: unknown = JSON.parse(body);
	return postingView.parse(value);
}

function queuedOp({
	opId: id,
	entity,
	baseVersion,
	type,
	body,
	at,
	uploads: wanted,
	trouble: why,
}: StoredOp): QueuedOp {
	const content: unknown = JSON.parse(body);
	const blobs: unknown = JSON.parse(wanted);
	const reason: unknown = why === undefined ? undefined : JSON.parse(why);
	return {
		op: op.parse({ opId: id, entity: postingId.parse(entity), baseVersion, type, body: content }),
		at,
		uploads: uploads.parse(blobs),
		trouble: reason === undefined ? undefined : trouble.parse(reason),
	};
}
