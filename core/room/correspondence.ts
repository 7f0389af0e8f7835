import { readFileSync } from 'node:fs';
import type { Peer } from './identity.ts';
import { readPeer, writePeer } from './identity.ts';
import { RoomError } from './roomError.ts';
import { replaceFile } from './writeWhole.ts';
import { hash, list, moment, natural, orNull, record, text } from './written.ts';

/** The end of a chain of bundles in one direction: number 0 and no hash before the first. */
export interface Link {
	readonly number: number;
	readonly hash: string | null;
}

/** A document as it was packed. */
export interface PackedDocument {
	readonly name: string;
	readonly size: number;
	/** In hex. */
	readonly sha256: string;
}

/** A bundle that went into the room, and what of it has come back. */
export interface BundleRecord {
	readonly id: string;
	readonly documents: readonly PackedDocument[];
	/** Where it was laid out, inside. */
	readonly folder: string | null;
	/** What the sender wants the signatures to become. */
	readonly level: string | null;
	/** When its answer is wanted outside. */
	readonly due: Date | null;
	/** Names of the documents whose signatures were sealed (inside) or taken back (outside). */
	readonly done: readonly string[];
}

interface Contents {
	readonly peer: Peer | null;
	readonly sent: Link;
	readonly received: Link;
	/** Hashes of every bundle taken in. */
	readonly seen: readonly string[];
	readonly bundles: readonly BundleRecord[];
	/** The latest moment this side knows to have been. */
	readonly latest: Date | null;
	/** Date of the trust material in use, and the days it may become old. */
	readonly trust: { readonly date: Date; readonly maximumAge: number } | null;
}

const none: Link = { number: 0, hash: null };

/** How far another machine's clock may be ahead of this one. */
const clockTolerance = 60_000;

/** What one side knows of the other: who it is, where the chains of bundles end, what was packed. */
export class Correspondence {
	readonly #path: string;
	readonly contents: Contents;

	private constructor(path: string, contents: Contents) {
		this.#path = path;
		this.contents = contents;
	}

	/** With nobody yet, or with the given peer. */
	static begin(path: string, peer: Peer | null): Correspondence {
		const contents = { peer, sent: none, received: none, seen: [], bundles: [], latest: null, trust: null };
		return new Correspondence(path, contents);
	}

	/** @throws {RoomError} `room-damaged` */
	static load(path: string): Correspondence {
		try {
			return new Correspondence(path, read(JSON.parse(readFileSync(path, 'utf8'))));
		} catch (cause) {
			throw new RoomError('room-damaged', `${path} cannot be read`, { subject: path, cause });
		}
	}

	with(changes: Partial<Contents>): Correspondence {
		return new Correspondence(this.#path, { ...this.contents, ...changes });
	}

	withBundle(bundle: BundleRecord): Correspondence {
		const others = this.contents.bundles.filter(({ id }) => id !== bundle.id);
		return this.with({ bundles: [...others, bundle] });
	}

	save(): void {
		const { peer, ...plain } = this.contents;
		replaceFile(this.#path, `${JSON.stringify({ ...plain, peer: peer && writePeer(peer) }, undefined, '\t')}\n`);
	}

	/**
	 * @param own the bundle's hash.
	 * @param acceptLoss whether someone vouched that those between the last one and this one are lost for good.
	 * @throws {RoomError} `bundle-replayed`, `bundle-out-of-order` where this is not the next bundle of the chain.
	 */
	checkNext(
		link: { readonly number: number; readonly previous: string | null },
		own: string,
		acceptLoss: boolean,
		subject: string,
	): void {
		const { received, seen } = this.contents;
		if (seen.includes(own))
			throw new RoomError('bundle-replayed', `${subject}: bundle ${link.number} was taken in before`, { subject });
		const expected = received.number + 1;
		if (acceptLoss && link.number > expected) return;
		if (link.number !== expected)
			throw new RoomError('bundle-out-of-order', `${subject} is bundle ${link.number}, number ${expected} is next`, {
				subject,
			});
		if (link.previous !== received.hash)
			throw new RoomError('bundle-out-of-order', `${subject} continues another history of bundles`, { subject });
	}

	/** @throws {RoomError} `clock-behind` */
	checkClock(now: Date, confirmed: boolean, also?: Date): Correspondence {
		const known = Math.max(this.contents.latest?.getTime() ?? 0, also?.getTime() ?? 0);
		if (now.getTime() >= known - clockTolerance) return this.with({ latest: new Date(Math.max(known, now.getTime())) });
		if (confirmed) return this.with({ latest: now });
		throw new RoomError(
			'clock-behind',
			`the clock says ${now.toISOString()}, and ${new Date(known).toISOString()} has been already`,
		);
	}
}

function read(value: unknown): Contents {
	const fields = record(value);
	return {
		peer: orNull(fields['peer'], (pem) => readPeer(Buffer.from(text(pem), 'utf8'), 'the other side')),
		sent: readLink(fields['sent']),
		received: readLink(fields['received']),
		seen: list(fields['seen'], hash),
		bundles: list(fields['bundles'], readBundle),
		latest: orNull(fields['latest'], moment),
		trust: orNull(fields['trust'], (trust) => {
			const { date, maximumAge } = record(trust);
			return { date: moment(date), maximumAge: natural(maximumAge) };
		}),
	};
}

function readLink(value: unknown): Link {
	const { number, hash: last } = record(value);
	return { number: natural(number), hash: orNull(last, hash) };
}

function readBundle(value: unknown): BundleRecord {
	const { id, documents, folder, level, due, done } = record(value);
	return {
		id: text(id),
		documents: list(documents, readDocument),
		folder: orNull(folder, text),
		level: orNull(level, text),
		due: orNull(due, moment),
		done: list(done, text),
	};
}

export function readDocument(value: unknown): PackedDocument {
	const { name, size, sha256 } = record(value);
	return { name: text(name), size: natural(size), sha256: hash(sha256) };
}
